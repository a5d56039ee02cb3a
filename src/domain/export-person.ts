import { type BlobStore, blobKeys } from "./blobs.ts";
import { codedError, RollcallError } from "./errors.ts";
import { openEvent } from "./events.ts";
import type { ExportSummary, FailedFile } from "./model.ts";
import { openPerson, personName } from "./people.ts";
import { photoName } from "./photos.ts";
import type { Originals, PhotoRecord, Stores } from "./ports.ts";

export interface ExportRequest {
  readonly event: string;
  /** Id, the start of an id, or name. */
  readonly person: string;
  readonly folder: string;
  readonly signal?: AbortSignal;
}

/** Copies every photo of the person into the folder. Photos that are there already are left alone. */
export async function exportPerson(
  stores: Stores,
  { originals, blobs }: { readonly originals: Originals; readonly blobs: BlobStore },
  { event, person, folder, signal }: ExportRequest,
): Promise<ExportSummary> {
  const { id } = await openEvent(stores, event);
  const found = await openPerson(stores, id, person);
  const faces = await stores.faces.ofPerson(id, found.id);
  const written: string[] = [];
  const failed: FailedFile[] = [];
  let alreadyThere = 0;
  for (const photoId of [...new Set(faces.map((face) => face.photoId))].sort()) {
    if (signal?.aborted) throw new RollcallError("STOPPED", "Stopped. Run the command again for the rest.");
    const [photo] = await stores.photos.records(id, [photoId]);
    if (!photo) continue;
    try {
      const uploaded = await uploadOf(blobs, id, photo);
      const file = await (uploaded
        ? originals.copyInto(folder, [uploaded], photoName(photo))
        : originals.copyInto(folder, photo.files));
      if (file === undefined) alreadyThere++;
      else written.push(file);
    } catch (error) {
      const coded = codedError(error);
      if (coded?.code !== "FILE_MISSING" && coded?.code !== "IMAGE_UNREADABLE") throw error;
      failed.push({ file: photo.files[0] ?? photoName(photo), error: coded });
    }
  }
  return { person: personName(found.id, found.name), folder, written, alreadyThere, failed };
}

/** The file with what was uploaded; undefined for a photo that was only indexed in place. */
async function uploadOf(
  blobs: BlobStore,
  eventId: string,
  { names, sha256 }: PhotoRecord,
): Promise<string | undefined> {
  const key = blobKeys.original(eventId, sha256);
  return names.length > 0 && (await blobs.stat(key)) ? blobs.fileOf(key) : undefined;
}
