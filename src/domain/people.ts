import { RollcallError } from "./errors.ts";
import { openEvent, tidyName } from "./events.ts";
import type { FaceInPhoto, PersonSummary } from "./model.ts";
import type { StoredFace, StoredPerson, Stores } from "./ports.ts";

export interface NameRequest {
  readonly event: string;
  /** Id, the start of an id, or the name so far. */
  readonly person: string;
  readonly name: string;
}

/** Ids in one question to a store. */
const idsAtOnce = 1000;

/** Whether that is the name of this person, in any case, with accents or without. */
export function isNamedLike({ name }: Pick<StoredPerson, "name">, text: string): boolean {
  return name !== null && plain(name) === plain(text);
}

function plain(text: string): string {
  return text.trim().normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase("en");
}

/** Most photos first. @throws RollcallError EVENT_UNKNOWN */
export async function listPeople(stores: Stores, event: string): Promise<readonly PersonSummary[]> {
  const { id } = await openEvent(stores, event);
  return await describePeople(stores, id, await stores.people.list(id));
}

/**
 * Names a person. The name is tied to the person's best face, so that it stays with that face however faces are grouped
 * later.
 *
 * @throws RollcallError EVENT_UNKNOWN, PERSON_UNKNOWN, PERSON_AMBIGUOUS, PERSON_NAME_INVALID
 */
export async function namePerson(stores: Stores, request: NameRequest): Promise<PersonSummary> {
  const event = await openEvent(stores, request.event);
  const name = tidyName(request.name);
  if (name === undefined) {
    throw new RollcallError(
      "PERSON_NAME_INVALID",
      "The name of a person has 1 to 120 characters that can be printed. Choose another name.",
    );
  }
  const person = await openPerson(stores, event.id, request.person);
  const [best] = await stores.faces.get(event.id, [person.bestFaceId]);
  if (!best) throw unknownPerson(request.person);
  await stores.people.decide(event.id, {
    kind: "name",
    decisions: [{ face: best, verdict: "is", personId: person.id }],
    assignments: [],
    names: new Map([[person.id, name]]),
    people: [person.id],
  });
  const [named] = await describePeople(stores, event.id, [{ ...person, name }]);
  if (!named) throw unknownPerson(request.person);
  return named;
}

/** @param person id, the start of an id, or name @throws RollcallError PERSON_UNKNOWN, PERSON_AMBIGUOUS */
export async function openPerson(
  { people }: Pick<Stores, "people">,
  eventId: string,
  person: string,
): Promise<StoredPerson> {
  const tidy = tidyName(person);
  const found = tidy === undefined ? [] : await people.find(eventId, tidy);
  // Somebody may have been given a name that is another one's id, by which alone that one can be meant.
  const meant = found.find(({ id }) => id === tidy);
  if (meant) return meant;
  const [only, ...others] = found;
  if (!only) throw unknownPerson(person);
  if (others.length > 0) {
    const each = found.map(({ id, name }) => (name === null ? id : `${id} (${name})`)).join(", ");
    throw new RollcallError(
      "PERSON_AMBIGUOUS",
      `"${person}" fits more than one person: ${each}. Give one of these ids.`,
    );
  }
  return only;
}

function unknownPerson(person: string): RollcallError {
  return new RollcallError(
    "PERSON_UNKNOWN",
    `No person of the event has the id or name "${person}". \`rollcall people\` lists them.`,
  );
}

/** In the order given, with the face that stands for each and its file. */
export async function describePeople(
  stores: Pick<Stores, "faces" | "photos">,
  eventId: string,
  people: readonly StoredPerson[],
): Promise<PersonSummary[]> {
  const summaries: PersonSummary[] = [];
  for (let i = 0; i < people.length; i += idsAtOnce) {
    const page = people.slice(i, i + idsAtOnce);
    const faces = await stores.faces.get(
      eventId,
      page.map((person) => person.coverFaceId),
    );
    const photos = await stores.photos.get(eventId, [...new Set(faces.map((face) => face.photoId))]);
    const faceById = new Map(faces.map((face) => [face.id, face]));
    const photoById = new Map(photos.map((photo) => [photo.id, photo]));
    for (const person of page) {
      const cover = faceById.get(person.coverFaceId);
      const file = cover && photoById.get(cover.photoId)?.files[0];
      // Gone since the people were read.
      if (!cover || file === undefined) continue;
      summaries.push({
        ...personName(person.id, person.name),
        photos: person.photos,
        faces: person.faces,
        cover: { ...describeFace(cover), photoId: cover.photoId, file },
      });
    }
  }
  return summaries;
}

export function personName(id: string, name: string | null | undefined): { id: string; name?: string } {
  return name === null || name === undefined ? { id } : { id, name };
}

export function describeFace(face: StoredFace): FaceInPhoto {
  return { id: face.id, box: face.box, quality: face.quality.score, qualityReasons: face.quality.reasons };
}
