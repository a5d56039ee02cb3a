import { type BlobStore, blobKeys } from "./blobs.ts";
import type { Stores } from "./ports.ts";

/** What an event takes on the disk, in bytes. Files that were indexed in place are not counted. */
export interface StorageUsed {
  readonly uploadedBytes: number;
  /** Of pictures made from photos, which can be made again. */
  readonly pictureBytes: number;
}

export async function storageOf(
  { stores, blobs }: { readonly stores: Pick<Stores, "photos">; readonly blobs: BlobStore },
  eventId: string,
): Promise<StorageUsed> {
  return {
    uploadedBytes: await stores.photos.uploadedBytes(eventId),
    pictureBytes: (await blobs.size(blobKeys.pictures(eventId))) + (await blobs.size(blobKeys.marked(eventId))),
  };
}
