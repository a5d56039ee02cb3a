import { basename } from "node:path";
import type { Readable } from "node:stream";
import { sniffFile } from "../face/image-format.ts";
import { type BlobStore, type ByteRange, blobKeys } from "./blobs.ts";
import { RollcallError } from "./errors.ts";
import type { PictureRenderer } from "./pictures.ts";
import type { PhotoRecord, Stores } from "./ports.ts";
import type { PromisedBytes } from "./promised-bytes.ts";
import { checkQuota, quotaExceeded, quotaTurns, roomFor, type UploadLimits } from "./quota.ts";
import { startsAsPicture } from "./starts-as-picture.ts";
import { Turns } from "./turns.ts";

/** By original: keeping the bytes of a photo and its row, and deleting them, are each one step to the other. */
export const turns = new Turns();

/** What photos need besides the database. */
export interface Shelf {
  readonly stores: Stores;
  readonly blobs: BlobStore;
  readonly pictures: PictureRenderer;
  readonly limits: UploadLimits;
  readonly promised: PromisedBytes;
}

export interface Upload {
  /** As its owner calls it; folders in it are cut off. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What the sender says its SHA-256 is, to notice when something else arrives. */
  readonly sha256?: string;
  /** Under which id `promiseRoom` keeps room for it; it has that until it is taken in. */
  readonly promisedAs?: string;
}

export interface AcceptedUpload {
  readonly photoId: string;
  /** True when the event had the same bytes already. */
  readonly duplicate: boolean;
}

/**
 * Takes a photo in. When this resolves, its bytes and its place in the queue survive the loss of power.
 *
 * @throws RollcallError UPLOAD_TOO_LARGE, UPLOAD_CHANGED, QUOTA_EXCEEDED, DISK_FULL; EVENT_UNKNOWN when the event was deleted
 *   meanwhile; FaceError IMAGE_... for what is no photo, which is not kept
 */
export async function acceptUpload(shelf: Shelf, eventId: string, upload: Upload): Promise<AcceptedUpload> {
  const { stores, blobs, pictures, limits, promised } = shelf;
  const { promisedAs } = upload;
  const mostBytes = Math.min(limits.mostBytes, await roomFor(shelf, eventId, promisedAs));
  if (mostBytes <= 0) throw quotaExceeded(limits);
  const received = await blobs.receive(startsAsPicture(upload.bytes), { mostBytes }).catch((error: unknown) => {
    throw mostBytes < limits.mostBytes && isTooLarge(error) ? quotaExceeded(limits) : error;
  });
  try {
    if (upload.sha256 !== undefined && upload.sha256.toLowerCase() !== received.sha256) {
      throw new RollcallError(
        "UPLOAD_CHANGED",
        "The bytes that arrived are not those that were announced: they changed on the way, or the file was being written. Upload it again.",
      );
    }
    const { takenAt } = await pictures.inspect(received.file);
    const { sha256, bytes } = received;
    const original = blobKeys.original(eventId, sha256);
    const keep = async () => {
      // Asked again: others came in since the first bytes.
      await checkQuota(shelf, eventId, { ...received, promisedAs });
      // First the bytes: a row without them could never be worked on, while bytes without a row do no harm.
      await received.keep(original).catch((error: unknown) => {
        // Folders of an event go away with the event alone.
        throw isMissing(error) ? erasedMeanwhile(error) : error;
      });
      const name = tidyFileName(upload.name);
      const recorded = await stores.photos.recordUpload(eventId, { sha256, bytes, name, takenAt });
      // Before others look, or it would count twice.
      if (promisedAs !== undefined) await promised.release(promisedAs);
      return recorded;
    };
    const { photoId, isNew } = await turns.take(original, () => quotaTurns.take(eventId, keep));
    return { photoId, duplicate: !isNew };
  } catch (error) {
    if (await stores.events.get(eventId)) throw error;
    await blobs.delete(blobKeys.event(eventId));
    throw erasedMeanwhile(error);
  } finally {
    await received.discard();
  }
}

function erasedMeanwhile(cause: unknown): RollcallError {
  return new RollcallError("EVENT_UNKNOWN", "The event was deleted while the photo came in, so it was not kept.", {
    cause,
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RollcallError && error.code === "UPLOAD_TOO_LARGE";
}

/** The longest name that common file systems hold, in bytes. */
const longestName = 255;

/** What a sender calls a file is only ever shown and written into archives; even so it is kept to a plain file name. */
export function tidyFileName(name: string): string {
  const base = basename(name.normalize("NFC").replaceAll("\\", "/"))
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .trim();
  const plain = base === "" || base === "." || base === ".." ? "photo" : base;
  return fittingName(...splitName(plain));
}

/** What a file is called, and the extension with its dot. */
export function splitName(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf(".");
  return dot > 0 && name.length - dot <= 6 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
}

/** The end as it is, after as much of the stem as a file's name can hold. */
export function fittingName(stem: string, end: string): string {
  const characters = Array.from(stem);
  while (characters.length > 0 && Buffer.byteLength(characters.join("") + end) > longestName) characters.pop();
  return characters.join("") + end;
}

/** @throws RollcallError PHOTO_UNKNOWN */
export async function getPhoto({ photos }: Pick<Stores, "photos">, eventId: string, photoId: string) {
  const [photo] = await photos.records(eventId, [photoId]);
  if (!photo) throw unknownPhoto(photoId);
  return photo;
}

/** How many photos of the event nobody has finished looking at. */
export async function photosPending({ photos }: Pick<Stores, "photos">, eventId: string): Promise<number> {
  const { pending, working } = await photos.unfinished(eventId);
  return pending + working;
}

/** @throws RollcallError PHOTO_UNKNOWN */
export async function requirePhoto(
  { photos }: Pick<Stores, "photos">,
  eventId: string,
  photoId: string,
): Promise<void> {
  if (!(await photos.has(eventId, photoId))) throw unknownPhoto(photoId);
}

export function unknownPhoto(photoId: string): RollcallError {
  return new RollcallError("PHOTO_UNKNOWN", `The event has no photo "${photoId}". It may have been deleted meanwhile.`);
}

/** What to call the photo: the name it was uploaded under first, else that of its first file. */
export function photoName({ names, files }: Pick<PhotoRecord, "names" | "files">): string {
  return names[0] ?? (files[0] === undefined ? "photo" : basename(files[0]));
}

/** Deletes photos with everything made from them. Files that were indexed in place are left where they are. */
export async function deletePhotos(
  { stores, blobs }: Pick<Shelf, "stores" | "blobs">,
  eventId: string,
  photoIds: readonly string[],
): Promise<readonly string[]> {
  const deleted = await stores.photos.delete(eventId, photoIds);
  for (const { id, sha256 } of deleted) {
    const original = blobKeys.original(eventId, sha256);
    await turns.take(original, async () => {
      // Uploaded again a moment ago: its bytes are that photo's.
      if ((await stores.photos.records(eventId, [id])).length > 0) return;
      await blobs.delete(original);
      await blobs.delete(blobKeys.picturesOf(eventId, id));
      await blobs.delete(blobKeys.markedOf(eventId, id));
    });
  }
  return deleted.map(({ id }) => id);
}

/** The original, wherever it is. */
export interface Original {
  readonly bytes: number;
  read(range?: ByteRange): Readable;
  /** Local. */
  readonly file: string;
}

/** @throws RollcallError FILE_MISSING when it was indexed in place and is gone */
export async function openOriginal(
  { blobs, files }: { readonly blobs: BlobStore; readonly files: FileReader },
  eventId: string,
  photo: PhotoRecord,
): Promise<Original> {
  const key = blobKeys.original(eventId, photo.sha256);
  const stored = photo.names.length > 0 ? await blobs.stat(key) : undefined;
  if (stored) return { bytes: stored.bytes, read: (range) => blobs.read(key, range), file: blobs.fileOf(key) };
  for (const path of photo.files) {
    const bytes = await files.size(path);
    // Files in place may be changed by anybody; one of another size is certainly another photo.
    if (bytes === photo.bytes) return { bytes, read: (range) => files.read(path, range), file: path };
  }
  throw new RollcallError(
    "FILE_MISSING",
    `${photo.files[0] ?? "The photo"} was there when it was indexed and is gone or changed now. Index its folder again.`,
  );
}

/** Reads files that stay where they are. */
export interface FileReader {
  /** Undefined when it is not there. */
  size(path: string): Promise<number | undefined>;
  read(path: string, range?: ByteRange): Readable;
}

/** Enough for every signature of a format. */
const headBytes = 64 * 1024;

const mediaTypes: Readonly<Record<string, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  avif: "image/avif",
  heic: "image/heic",
};

/**
 * What a browser is told that the bytes are; it never guesses.
 *
 * @throws RollcallError FILE_MISSING when they were deleted a moment ago, or their disk is gone
 */
export async function originalType({ read, bytes }: Original): Promise<string> {
  if (bytes === 0) return "application/octet-stream";
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of read({ first: 0, last: Math.min(bytes, headBytes) - 1 })) chunks.push(chunk);
  } catch (error) {
    throw new RollcallError(
      "FILE_MISSING",
      "The file of the photo cannot be read any more. It may have been deleted.",
      {
        cause: error,
      },
    );
  }
  const kind = sniffFile(Buffer.concat(chunks));
  return (kind.kind === "picture" ? mediaTypes[kind.format] : undefined) ?? "application/octet-stream";
}
