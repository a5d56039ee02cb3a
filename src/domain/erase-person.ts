import { type BlobStore, blobKeys } from "./blobs.ts";
import { unknownPerson } from "./decide.ts";
import type { ErasureReceipt, StoredFace, Stores } from "./ports.ts";

/**
 * Removes a person for good: faces, ignored ones too, their pictures and vectors, name, decisions and guests' matches.
 *
 * @throws RollcallError PERSON_UNKNOWN
 */
export async function erasePerson(
  { stores, blobs }: { readonly stores: Pick<Stores, "faces" | "people">; readonly blobs: Pick<BlobStore, "delete"> },
  eventId: string,
  personId: string,
): Promise<ErasureReceipt> {
  const faces = await stores.people.erasable(eventId, personId);
  if (faces.length === 0) throw unknownPerson(personId);
  // First the pictures: whoever is interrupted here finds the person again and goes on, while nobody would know of them later.
  await deletePictures(blobs, eventId, faces);
  const receipt = await stores.people.erase(eventId, personId);
  stores.faces.forget(eventId);
  // What was made in between.
  await deletePictures(blobs, eventId, faces);
  return receipt;
}

async function deletePictures(
  blobs: Pick<BlobStore, "delete">,
  eventId: string,
  faces: readonly Pick<StoredFace, "id" | "photoId">[],
): Promise<void> {
  for (const { id, photoId } of faces) await blobs.delete(blobKeys.faceOf(eventId, photoId, id));
}
