import { type BlobStore, blobKeys } from "./blobs.ts";
import { turns } from "./photos.ts";
import type { Stores } from "./ports.ts";

/** From the bytes of an upload to the row of its photo it takes a moment, and on no machine this long. */
const graceMs = 60 * 60 * 1000;

/** Photos asked for at a time. */
const batch = 500;

/**
 * Deletes bytes that are of no photo: whoever was killed between a photo's bytes and its row, while it came in or while it
 * was deleted, left them behind.
 */
export async function removeStrays(
  { stores, blobs }: { readonly stores: Stores; readonly blobs: BlobStore },
  now = new Date(),
): Promise<void> {
  for (const { id } of await stores.events.list()) {
    await removeStrayOriginals(stores, blobs, id, now);
    await removeStrayPictures(stores, blobs, id);
  }
}

async function removeStrayOriginals(stores: Stores, blobs: BlobStore, eventId: string, now: Date): Promise<void> {
  for (const some of batches(await blobs.list(blobKeys.originals(eventId)))) {
    const known = await stores.photos.known(eventId, some);
    for (const sha256 of some.filter((sha256) => !known.has(sha256))) {
      const original = blobKeys.original(eventId, sha256);
      await turns.take(original, async () => {
        const stored = await blobs.stat(original);
        if (stored === undefined || now.getTime() - stored.writtenAt.getTime() < graceMs) return;
        // Uploaded a moment ago.
        if ((await stores.photos.known(eventId, [sha256])).has(sha256)) return;
        await blobs.delete(original);
      });
    }
  }
}

async function removeStrayPictures(stores: Stores, blobs: BlobStore, eventId: string): Promise<void> {
  for (const { all, of } of [
    { all: blobKeys.pictures(eventId), of: blobKeys.picturesOf },
    { all: blobKeys.marked(eventId), of: blobKeys.markedOf },
  ]) {
    for (const some of batches(await blobs.list(all))) {
      const known = new Set((await stores.photos.get(eventId, some)).map(({ id }) => id));
      for (const photoId of some.filter((photoId) => !known.has(photoId))) await blobs.delete(of(eventId, photoId));
    }
  }
}

function batches(names: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(names.length / batch) }, (_, i) => names.slice(i * batch, (i + 1) * batch));
}
