import { type BlobStore, blobKeys } from "./blobs.ts";
import type { Mark } from "./branding.ts";
import { RollcallError } from "./errors.ts";
import { type FileReader, type Original, openOriginal } from "./photos.ts";
import type { PictureRenderer, Rendition, Urgency } from "./pictures.ts";
import type { PhotoRecord, PhotoStore, StoredFace } from "./ports.ts";

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
    return (await this.#stored(key)) ?? (await this.#made(eventId, photo, key, renditions[name], "now"));
  }

  /** The preview with a mark on it. Those with marks of before go with the photo. @throws as `picture` */
  async markedPreview(eventId: string, photo: PhotoRecord, mark: Mark): Promise<Original> {
    const key = blobKeys.picture(eventId, photo.id, `preview-${mark.name}`);
    const rendition = { ...renditions.preview, mark: mark.file };
    return (await this.#stored(key)) ?? (await this.#made(eventId, photo, key, rendition, "now"));
  }

  /**
   * Makes the thumbnail of a photo before anybody asks. A preview takes five times as long, nearly as much as finding the
   * faces does, and most photos are never opened: it is made when its photo is.
   */
  async prepare(eventId: string, photo: PhotoRecord): Promise<void> {
    const key = blobKeys.picture(eventId, photo.id, "thumbnail");
    if (!(await this.#blobs.stat(key))) await this.#made(eventId, photo, key, renditions.thumbnail, "whenever");
  }

  /** A square with the face in the middle. @throws as `picture` */
  async face(eventId: string, photo: PhotoRecord, face: StoredFace): Promise<Original> {
    const key = blobKeys.picture(eventId, photo.id, `face-${face.id}`);
    const stored = await this.#stored(key);
    if (stored) return stored;
    const rendition = { kind: "face", box: face.box, side: faceSide, quality: faceQuality } as const;
    return await this.#made(eventId, photo, key, rendition, "now");
  }

  async #made(
    eventId: string,
    photo: PhotoRecord,
    key: string,
    rendition: Rendition,
    urgency: Urgency,
  ): Promise<Original> {
    // Who asks now does not wait for what may be made at some time.
    await this.#once(`${urgency} ${key}`, () => this.#make(eventId, photo, key, rendition, urgency));
    return await this.#opened(key);
  }

  async #make(eventId: string, photo: PhotoRecord, key: string, rendition: Rendition, urgency: Urgency): Promise<void> {
    const { file } = await openOriginal({ blobs: this.#blobs, files: this.#files }, eventId, photo);
    const [bytes] = await this.#pictures.render(file, [rendition], urgency);
    if (bytes) await this.#blobs.put(key, bytes);
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
    // A power cut may leave the name of what was put, and none of its bytes.
    if (!found || found.bytes === 0) return undefined;
    return { bytes: found.bytes, read: (range) => this.#blobs.read(key, range), file: this.#blobs.fileOf(key) };
  }
}
