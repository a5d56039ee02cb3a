import { basename } from "node:path";
import type { Readable } from "node:stream";
import { sniffFile } from "../face/image-format.ts";
import { type BlobStore, type ByteRange, blobKeys } from "./blobs.ts";
import { RollcallError } from "./errors.ts";
import type { PictureRenderer, Rendition, Urgency } from "./pictures.ts";
import type { PhotoRecord, PhotoStore, StoredFace, Stores } from "./ports.ts";

/** What photos need besides the database. */
export interface Shelf {
  readonly stores: Stores;
  readonly blobs: BlobStore;
  readonly pictures: PictureRenderer;
  readonly limits: UploadLimits;
}

export interface UploadLimits {
  /** Of one photo. */
  readonly mostBytes: number;
  /** Of all uploaded photos of an event together. */
  readonly eventBytes: number;
}

export interface Upload {
  /** As its owner calls it; folders in it are cut off. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What the sender says its SHA-256 is, to notice when something else arrives. */
  readonly sha256?: string;
}

export interface AcceptedUpload {
  readonly photoId: string;
  /** True when the event had the same bytes already. */
  readonly duplicate: boolean;
}

/**
 * Takes a photo in. When this resolves, its bytes and its place in the queue survive the loss of power.
 *
 * @throws RollcallError UPLOAD_TOO_LARGE, UPLOAD_CHANGED, QUOTA_EXCEEDED, DISK_FULL; FaceError IMAGE_... for what is no
 *   photo, which is not kept
 */
export async function acceptUpload(shelf: Shelf, eventId: string, upload: Upload): Promise<AcceptedUpload> {
  const { stores, blobs, pictures, limits } = shelf;
  const used = await stores.photos.uploadedBytes(eventId);
  const mostBytes = Math.min(limits.mostBytes, limits.eventBytes - used);
  if (mostBytes <= 0) throw quotaExceeded(limits);
  const received = await blobs.receive(upload.bytes, { mostBytes }).catch((error: unknown) => {
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
    // First the bytes: a row without them could never be worked on, while bytes without a row do no harm.
    await received.keep(blobKeys.original(eventId, sha256));
    const name = tidyFileName(upload.name);
    try {
      const { photoId, isNew } = await stores.photos.recordUpload(eventId, { sha256, bytes, name, takenAt });
      return { photoId, duplicate: !isNew };
    } catch (error) {
      if (await stores.events.get(eventId)) throw error;
      // Erased while the photo came in.
      await blobs.delete(blobKeys.event(eventId));
      throw new RollcallError("EVENT_UNKNOWN", "The event was deleted while the photo came in, so it was not kept.");
    }
  } finally {
    await received.discard();
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof RollcallError && error.code === "UPLOAD_TOO_LARGE";
}

function quotaExceeded({ eventBytes }: UploadLimits): RollcallError {
  const gigabytes = Math.round(eventBytes / 1e8) / 10;
  return new RollcallError(
    "QUOTA_EXCEEDED",
    `The photos of an event may have ${gigabytes} GB together, and this one would not fit any more. Delete photos, or raise ROLLCALL_EVENT_QUOTA_GB.`,
  );
}

/** The longest name that common file systems hold, in bytes. */
const longestName = 255;

/** What a sender calls a file is only ever shown and written into archives; even so it is kept to a plain file name. */
export function tidyFileName(name: string): string {
  const base = basename(name.normalize("NFC").replaceAll("\\", "/"))
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .trim();
  const plain = base === "" || base === "." || base === ".." ? "photo" : base;
  if (Buffer.byteLength(plain) <= longestName) return plain;
  const dot = plain.lastIndexOf(".");
  const extension = dot > 0 && plain.length - dot <= 6 ? plain.slice(dot) : "";
  let stem = plain.slice(0, plain.length - extension.length);
  while (Buffer.byteLength(stem + extension) > longestName) stem = Array.from(stem).slice(0, -1).join("");
  return stem + extension;
}

/** @throws RollcallError PHOTO_UNKNOWN */
export async function getPhoto({ photos }: Pick<Stores, "photos">, eventId: string, photoId: string) {
  const [photo] = await photos.records(eventId, [photoId]);
  if (!photo) throw unknownPhoto(photoId);
  return photo;
}

function unknownPhoto(photoId: string): RollcallError {
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
    await blobs.delete(blobKeys.original(eventId, sha256));
    await blobs.delete(blobKeys.picturesOf(eventId, id));
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

/** Measured on party photos: 30 to 60 kB for a thumbnail, 250 to 450 kB for a preview. */
const renditions = {
  thumbnail: { kind: "whole", maxSide: 640, quality: 72 },
  preview: { kind: "whole", maxSide: 2048, quality: 80 },
} as const satisfies Readonly<Record<string, Rendition>>;

export type PictureName = keyof typeof renditions;

const faceSide = 240;
const faceQuality = 80;

/** Makes pictures of photos when they are first asked for, and keeps them. */
export class Gallery {
  readonly #blobs: BlobStore;
  readonly #pictures: PictureRenderer;
  readonly #files: FileReader;
  readonly #photos: Pick<PhotoStore, "records">;
  readonly #making = new Map<string, Promise<void>>();

  constructor(tools: {
    readonly blobs: BlobStore;
    readonly pictures: PictureRenderer;
    readonly files: FileReader;
    readonly photos: Pick<PhotoStore, "records">;
  }) {
    this.#blobs = tools.blobs;
    this.#pictures = tools.pictures;
    this.#files = tools.files;
    this.#photos = tools.photos;
  }

  /** @throws RollcallError FILE_MISSING; FaceError IMAGE_..., ENGINE_CRASHED */
  async picture(eventId: string, photo: PhotoRecord, name: PictureName): Promise<Original> {
    const key = blobKeys.picture(eventId, photo.id, name);
    return (await this.#stored(key)) ?? (await this.#made(eventId, photo, key, "now"));
  }

  /** Makes the pictures of a photo before anybody asks. */
  async prepare(eventId: string, photo: PhotoRecord): Promise<void> {
    const key = blobKeys.picture(eventId, photo.id, "thumbnail");
    if (!(await this.#blobs.stat(key))) await this.#made(eventId, photo, key, "whenever");
  }

  /** A square with the face in the middle. @throws as `picture` */
  async face(eventId: string, photo: PhotoRecord, face: StoredFace): Promise<Original> {
    const key = blobKeys.picture(eventId, photo.id, `face-${face.id}`);
    const stored = await this.#stored(key);
    if (stored) return stored;
    const rendition = { kind: "face", box: face.box, side: faceSide, quality: faceQuality } as const;
    await this.#once(key, () => this.#make(eventId, photo, new Map([[key, rendition]]), "now"));
    return await this.#opened(key);
  }

  async #made(eventId: string, photo: PhotoRecord, key: string, urgency: Urgency): Promise<Original> {
    // Decoding takes most of the time, so all sizes are made at once.
    const wanted = new Map(
      Object.entries(renditions).map(([name, rendition]) => [blobKeys.picture(eventId, photo.id, name), rendition]),
    );
    await this.#once(blobKeys.picturesOf(eventId, photo.id), () => this.#make(eventId, photo, wanted, urgency));
    return await this.#opened(key);
  }

  async #make(
    eventId: string,
    photo: PhotoRecord,
    wanted: ReadonlyMap<string, Rendition>,
    urgency: Urgency,
  ): Promise<void> {
    const { file } = await openOriginal({ blobs: this.#blobs, files: this.#files }, eventId, photo);
    const made = await this.#pictures.render(file, [...wanted.values()], urgency);
    for (const [i, key] of [...wanted.keys()].entries()) {
      const bytes = made[i];
      if (bytes) await this.#blobs.put(key, bytes);
    }
    // Deleted meanwhile: what was just made would otherwise stay for ever.
    const [still] = await this.#photos.records(eventId, [photo.id]);
    if (!still) await this.#blobs.delete(blobKeys.picturesOf(eventId, photo.id));
  }

  /** Many ask for the same picture at the same moment; it is made once. */
  async #once(what: string, make: () => Promise<void>): Promise<void> {
    const underWay = this.#making.get(what);
    if (underWay !== undefined) {
      await underWay;
      return;
    }
    const making = make().finally(() => this.#making.delete(what));
    this.#making.set(what, making);
    await making;
  }

  async #opened(key: string): Promise<Original> {
    const stored = await this.#stored(key);
    if (stored) return stored;
    throw new RollcallError("PHOTO_UNKNOWN", "The photo was deleted while a picture of it was made.");
  }

  async #stored(key: string): Promise<Original | undefined> {
    const found = await this.#blobs.stat(key);
    return (
      found && { bytes: found.bytes, read: (range) => this.#blobs.read(key, range), file: this.#blobs.fileOf(key) }
    );
  }
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

/** What a browser is told that the bytes are; it never guesses. */
export async function originalType({ read, bytes }: Original): Promise<string> {
  if (bytes === 0) return "application/octet-stream";
  const chunks: Uint8Array[] = [];
  for await (const chunk of read({ first: 0, last: Math.min(bytes, headBytes) - 1 })) chunks.push(chunk);
  const kind = sniffFile(Buffer.concat(chunks));
  return (kind.kind === "picture" ? mediaTypes[kind.format] : undefined) ?? "application/octet-stream";
}
