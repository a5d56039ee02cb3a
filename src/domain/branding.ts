import { type BlobStore, blobKeys } from "./blobs.ts";
import { RollcallError } from "./errors.ts";
import { getEvent } from "./events.ts";
import type { RollcallEvent } from "./model.ts";
import type { Original } from "./photos.ts";
import type { PictureRenderer } from "./pictures.ts";
import type { Stores } from "./ports.ts";

/** Pictures that an event's organiser puts on what guests get: a logo, and a text that was drawn to be put on photos. */
export type BrandPicture = "logo" | "text-mark";

interface Tools {
  readonly stores: Pick<Stores, "events">;
  readonly blobs: BlobStore;
  readonly pictures: PictureRenderer;
}

/** A logo has some hundred kilobytes. */
const mostBytes = 10e6;

/** Enough to tell two logos apart. */
const nameDigits = 16;

/**
 * Draws the picture anew and keeps that in place of the one before.
 *
 * @returns what the event calls it
 * @throws RollcallError EVENT_UNKNOWN, UPLOAD_TOO_LARGE, DISK_FULL; FaceError IMAGE_...
 */
export async function setBrandPicture(
  { stores, blobs, pictures }: Tools,
  eventId: string,
  kind: BrandPicture,
  bytes: AsyncIterable<Uint8Array>,
): Promise<string> {
  const before = await getEvent(stores, eventId);
  const received = await blobs.receive(bytes, { mostBytes });
  try {
    const name = received.sha256.slice(0, nameDigits);
    await blobs.put(blobKeys.brand(eventId, kind, name), await pictures.mark(received.file), { durable: true });
    await stores.events.update(eventId, named(kind, name));
    await forget(blobs, before, kind, name);
    return name;
  } finally {
    await received.discard();
  }
}

/** Photos are no longer marked with it either. */
export async function removeBrandPicture(
  { stores, blobs }: Pick<Tools, "stores" | "blobs">,
  eventId: string,
  kind: BrandPicture,
): Promise<void> {
  const before = await getEvent(stores, eventId);
  const marked = kindOfMark(before) === kind;
  await stores.events.update(eventId, { ...named(kind, null), ...(marked ? { watermark: "none" } : {}) });
  await forget(blobs, before, kind, null);
}

/**
 * PNG.
 *
 * @param wanted the name of one picture, when no other one will do
 * @throws RollcallError PICTURE_MISSING
 */
export async function openBrandPicture(
  { blobs }: Pick<Tools, "blobs">,
  event: RollcallEvent,
  kind: BrandPicture,
  wanted?: string,
): Promise<Original & { readonly name: string }> {
  const current = nameOf(event, kind);
  const name = wanted === undefined || wanted === current ? current : null;
  const key = name === null ? undefined : blobKeys.brand(event.id, kind, name);
  const found = key === undefined ? undefined : await blobs.stat(key);
  if (name !== null && key !== undefined && found) {
    return { name, bytes: found.bytes, read: (range) => blobs.read(key, range), file: blobs.fileOf(key) };
  }
  throw new RollcallError("PICTURE_MISSING", "The event has no such picture. Upload it first.");
}

/** What is put on photos. */
export interface Mark {
  /** Changes with the picture. */
  readonly name: string;
  readonly file: string;
}

/**
 * What is put on photos that guests download or open large; undefined: nothing is.
 *
 * @throws RollcallError PICTURE_MISSING
 */
export async function watermarkOf(tools: Pick<Tools, "blobs">, event: RollcallEvent): Promise<Mark | undefined> {
  const kind = kindOfMark(event);
  return kind && (await openBrandPicture(tools, event, kind));
}

/** The name of what is put on photos; null: nothing is. */
export function markNameOf(event: RollcallEvent): string | null {
  const kind = kindOfMark(event);
  return kind ? nameOf(event, kind) : null;
}

function kindOfMark({ watermark }: RollcallEvent): BrandPicture | undefined {
  if (watermark === "none") return undefined;
  return watermark === "logo" ? "logo" : "text-mark";
}

function nameOf(event: RollcallEvent, kind: BrandPicture): string | null {
  return kind === "logo" ? event.logo : event.textMark;
}

function named(kind: BrandPicture, name: string | null) {
  return kind === "logo" ? { logo: name } : { textMark: name };
}

async function forget(blobs: BlobStore, before: RollcallEvent, kind: BrandPicture, now: string | null): Promise<void> {
  const old = nameOf(before, kind);
  if (old === null || old === now) return;
  await blobs.delete(blobKeys.brand(before.id, kind, old));
  await blobs.delete(blobKeys.marked(before.id));
}
