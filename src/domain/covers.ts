import { getPerson } from "./decide.ts";
import { RollcallError } from "./errors.ts";
import type { RollcallEvent } from "./model.ts";
import type { Stores } from "./ports.ts";

/**
 * The photo that stands for an event: the one that was chosen, while it is there; else the one with the best face of whoever
 * is in most photos; else the first one. Null: there is none yet.
 */
export async function coverOf(
  { photos, people, faces }: Pick<Stores, "photos" | "people" | "faces">,
  { id, coverPhotoId }: RollcallEvent,
): Promise<string | null> {
  if (coverPhotoId !== null && (await photos.has(id, coverPhotoId))) return coverPhotoId;
  const [best] = await people.list(id, 1);
  const [face] = best ? await faces.get(id, [best.coverFaceId]) : [];
  if (face) return face.photoId;
  const { photos: first } = await photos.page(id, { filter: { status: ["done"] }, order: "taken", limit: 1 });
  return first[0]?.id ?? null;
}

/**
 * Has a person shown by the face in that photo, whatever the qualities of the others.
 *
 * @param photoId null: by the best face, as everybody is until somebody chooses
 * @throws RollcallError PERSON_UNKNOWN; PEOPLE_SAME when the person is not in that photo
 */
export async function choosePersonCover(
  stores: Pick<Stores, "people" | "faces">,
  eventId: string,
  { personId, photoId }: { readonly personId: string; readonly photoId: string | null },
): Promise<void> {
  await getPerson(stores, eventId, personId);
  const faces = photoId === null ? [] : await stores.faces.ofPerson(eventId, personId);
  if (photoId !== null && !faces.some((face) => face.photoId === photoId)) {
    throw new RollcallError("PEOPLE_SAME", "This person is not in that photo. Choose a photo that the person is in.");
  }
  await stores.people.setCover(eventId, personId, photoId);
}
