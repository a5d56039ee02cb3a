import type { Readable } from "node:stream";

/** What the domain needs to keep the bytes of uploaded photos, and pictures made from photos. */
export interface BlobStore {
  /**
   * Takes bytes in, counting and hashing them on the way. Nothing is kept until the caller says so.
   *
   * @throws RollcallError UPLOAD_TOO_LARGE as soon as there are more than `mostBytes`, DISK_FULL; what `bytes` throws
   */
  receive(bytes: AsyncIterable<Uint8Array>, limits: { readonly mostBytes: number }): Promise<ReceivedBlob>;
  /**
   * To be asked before and while bytes are taken in by another way than `receive` and `put`, which ask themselves.
   *
   * @param bytes how many are to come
   * @throws RollcallError DISK_FULL when they would leave too little room for the database, without which nothing could even
   *   be deleted
   */
  checkSpace(bytes: number): Promise<void>;
  /**
   * Stores bytes whole or not at all; what was there under the key is replaced.
   *
   * @param options `durable`: survives the loss of power, which costs time; what can be made again need not
   */
  put(key: BlobKey, bytes: Uint8Array, options?: { readonly durable: boolean }): Promise<void>;
  /** Undefined when there is no such blob. */
  stat(key: BlobKey): Promise<{ readonly bytes: number; readonly writtenAt: Date } | undefined>;
  /** The next name in each key that goes on after this one with a "/". */
  list(key: BlobKey): Promise<readonly string[]>;
  /** All of a blob, for those that fit into memory many times; undefined when there is no such blob. */
  load(key: BlobKey): Promise<Uint8Array | undefined>;
  /** @param range first and last byte, both included */
  read(key: BlobKey, range?: ByteRange): Readable;
  /** A local file with the bytes, for programs that need one; it may not be there. */
  fileOf(key: BlobKey): string;
  /** Deletes the blob, or all blobs whose keys go on with a "/" after this one. */
  delete(key: BlobKey): Promise<void>;
  /** Of everything under the key, in bytes. */
  size(key: BlobKey): Promise<number>;
}

/** Names with "/" between: letters, digits, ".", "-" and "_" only. */
export type BlobKey = string;

export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Bytes that are on disk, and that nobody sees yet. */
export interface ReceivedBlob {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** Local, until kept or discarded. */
  readonly file: string;
  /** Makes it a blob. When this resolves, it survives the loss of power. */
  keep(key: BlobKey): Promise<void>;
  /** Does nothing when it was kept. */
  discard(): Promise<void>;
}

/**
 * Everything of an event is under one key, so that erasing the event is erasing that. The price is that the same photo in
 * two events is stored twice; in turn, whether somebody else's event has a photo cannot be found out.
 */
export const blobKeys = {
  event: (eventId: string): BlobKey => eventId,
  originals: (eventId: string): BlobKey => `${eventId}/originals`,
  original: (eventId: string, sha256: string): BlobKey => `${eventId}/originals/${sha256}`,
  brand: (eventId: string, kind: string, name: string): BlobKey => `${eventId}/brand/${kind}-${name}.png`,
  pictures: (eventId: string): BlobKey => `${eventId}/pictures`,
  picturesOf: (eventId: string, photoId: string): BlobKey => `${eventId}/pictures/${photoId}`,
  /** With a mark on them, by photo. */
  marked: (eventId: string): BlobKey => `${eventId}/marked`,
  markedOf: (eventId: string, photoId: string): BlobKey => `${eventId}/marked/${photoId}`,
  markedPreview: (eventId: string, photoId: string, mark: string): BlobKey =>
    `${eventId}/marked/${photoId}/${mark}.webp`,
  faceOf: (eventId: string, photoId: string, faceId: string): BlobKey =>
    `${eventId}/pictures/${photoId}/face-${faceId}.webp`,
  picture: (eventId: string, photoId: string, name: string): BlobKey => `${eventId}/pictures/${photoId}/${name}.webp`,
};
