import { type BlobKey, type BlobStore, blobKeys } from "./blobs.ts";
import { type Mark, markNameOf } from "./branding.ts";
import { RollcallError } from "./errors.ts";
import { getEvent } from "./events.ts";
import { type FileReader, getPhoto, openOriginal } from "./photos.ts";
import type { PictureRenderer, Rendition, Urgency } from "./pictures.ts";
import type { StoredFace, Stores } from "./ports.ts";

/** Measured on party photos: 30 to 60 kB for a thumbnail, 250 to 450 kB for a preview. */
const renditions = {
  thumbnail: { kind: "whole", maxSide: 640, quality: 72 },
  preview: { kind: "whole", maxSide: 2048, quality: 80 },
} as const satisfies Readonly<Record<string, Rendition>>;

export type PictureName = keyof typeof renditions;

const faceSide = 240;
const faceQuality = 80;

interface Tools {
  readonly blobs: BlobStore;
  readonly pictures: PictureRenderer;
  readonly files: FileReader;
  readonly stores: Pick<Stores, "photos" | "events" | "faces">;
  /** Told why pictures cannot be kept, once until they can be again. */
  readonly onFault: (error: unknown) => void;
}

/** What is to be made, and where it is kept. */
interface Order {
  readonly eventId: string;
  readonly photoId: string;
  readonly key: BlobKey;
  readonly rendition: Rendition;
  readonly urgency: Urgency;
  /** Whom it shows, when it is of a face alone. */
  readonly faceId?: string;
  /** Name of the mark that is on it. */
  readonly mark?: string;
}

/** Makes pictures of photos when they are first asked for, and keeps them. */
export class Gallery {
  readonly #tools: Tools;
  readonly #making = new Map<string, Promise<Uint8Array>>();
  #keepingFails = false;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** WebP. @throws RollcallError PHOTO_UNKNOWN, FILE_MISSING; FaceError IMAGE_..., ENGINE_CRASHED */
  async picture(eventId: string, photoId: string, name: PictureName): Promise<Uint8Array> {
    const key = blobKeys.picture(eventId, photoId, name);
    return await this.#get({ eventId, photoId, key, rendition: renditions[name], urgency: "now" });
  }

  /** The preview with a mark on it. @throws as `picture` */
  async markedPreview(eventId: string, photoId: string, mark: Mark): Promise<Uint8Array> {
    const key = blobKeys.markedPreview(eventId, photoId, mark.name);
    const rendition = { ...renditions.preview, mark: mark.file };
    return await this.#get({ eventId, photoId, key, rendition, urgency: "now", mark: mark.name });
  }

  /**
   * Makes the thumbnail of a photo before anybody asks. A preview takes five times as long, nearly as much as finding the
   * faces does, and most photos are never opened: it is made when its photo is.
   */
  async prepare(eventId: string, photoId: string): Promise<void> {
    const key = blobKeys.picture(eventId, photoId, "thumbnail");
    await this.#get({ eventId, photoId, key, rendition: renditions.thumbnail, urgency: "whenever" });
  }

  /** A square with the face in the middle. @throws as `picture` */
  async face(eventId: string, face: StoredFace): Promise<Uint8Array> {
    const key = blobKeys.faceOf(eventId, face.photoId, face.id);
    const rendition = { kind: "face", box: face.box, side: faceSide, quality: faceQuality } as const;
    return await this.#get({ eventId, photoId: face.photoId, faceId: face.id, key, rendition, urgency: "now" });
  }

  async #get(order: Order): Promise<Uint8Array> {
    const stored = await this.#tools.blobs.load(order.key);
    // A power cut may leave the name of what was put, and none of its bytes.
    return stored !== undefined && stored.length > 0 ? stored : await this.#madeOnce(order);
  }

  /** Many ask for the same picture at the same moment; it is made once. */
  async #madeOnce(order: Order): Promise<Uint8Array> {
    // Who asks now does not wait for what may be made at some time.
    const what = `${order.urgency} ${order.key}`;
    const making = this.#making.get(what) ?? this.#make(order).finally(() => this.#making.delete(what));
    this.#making.set(what, making);
    return await making;
  }

  async #make(order: Order): Promise<Uint8Array> {
    const { blobs, files, pictures, stores } = this.#tools;
    const photo = await getPhoto(stores, order.eventId, order.photoId);
    const { file } = await openOriginal({ blobs, files }, order.eventId, photo);
    const [bytes] = await pictures.render(file, [order.rendition], order.urgency);
    if (!bytes) throw new Error("the renderer made no picture");
    await this.#keep(order, bytes);
    return bytes;
  }

  async #keep(order: Order, bytes: Uint8Array): Promise<void> {
    try {
      await this.#tools.blobs.put(order.key, bytes);
      this.#keepingFails = false;
    } catch (error) {
      // A picture that was made can be shown, however full the disk is.
      if (!this.#keepingFails) this.#tools.onFault(error);
      this.#keepingFails = true;
    }
    await this.#forgetIfObsolete(order);
  }

  /** What was deleted or changed while the picture was made would otherwise leave it behind for ever. */
  async #forgetIfObsolete({ eventId, photoId, faceId, key, mark }: Order): Promise<void> {
    const { stores, blobs } = this.#tools;
    if (!(await stores.photos.has(eventId, photoId))) {
      await blobs.delete(blobKeys.picturesOf(eventId, photoId));
      await blobs.delete(blobKeys.markedOf(eventId, photoId));
      throw new RollcallError("PHOTO_UNKNOWN", "The photo was deleted while a picture of it was made.");
    }
    if (faceId !== undefined && (await stores.faces.get(eventId, [faceId])).length === 0) await blobs.delete(key);
    if (mark !== undefined && mark !== markNameOf(await getEvent(stores, eventId))) await blobs.delete(key);
  }
}
