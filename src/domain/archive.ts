import type { Readable } from "node:stream";
import { watermarkOf } from "./branding.ts";
import { RollcallError } from "./errors.ts";
import type { RollcallEvent } from "./model.ts";
import type { FileReader } from "./photos.ts";
import { fittingName, openOriginal, originalType, photoName, type Shelf, splitName, tidyFileName } from "./photos.ts";
import type { PhotoRecord } from "./ports.ts";
import { newId } from "./secrets.ts";
import { stripJpeg } from "./strip-jpeg.ts";

/** A file of an archive, looked at when its turn comes. */
export interface ArchiveEntry {
  readonly modifiedAt: Date;
  /** Safe on every system, and no other entry's. To be asked once, before it is opened. */
  name(): Promise<string>;
  open(): Promise<Readable | Uint8Array>;
}

type Tools = Pick<Shelf, "blobs" | "pictures"> & { readonly files: FileReader };

/**
 * The originals as they are. Photos whose files are gone are left out.
 *
 * @throws RollcallError FILE_MISSING when that is all of them
 */
export async function archiveOriginals(
  tools: Tools,
  eventId: string,
  photos: readonly PhotoRecord[],
): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  const taken = new Map<string, number>();
  for (const photo of photos) {
    const original = await openOriginal(tools, eventId, photo).catch(() => undefined);
    if (!original) continue;
    entries.push({
      modifiedAt: photo.takenAt ?? photo.addedAt,
      name: async () => freeName(safeName(photoName(photo)), taken),
      open: async () => original.read(),
    });
  }
  return notEmpty(entries);
}

function notEmpty(entries: ArchiveEntry[]): ArchiveEntry[] {
  if (entries.length > 0) return entries;
  throw new RollcallError(
    "FILE_MISSING",
    "None of these photos is available right now, so there is nothing to download. Try again later.",
  );
}

/**
 * What guests get: the pictures, without what the files say about places, cameras and owners, marked if so wished.
 *
 * @param mayTake asked before each file; what it throws ends the archive
 * @throws RollcallError FILE_MISSING when the files of all are gone
 */
export async function archiveForGuests(
  tools: Tools,
  event: RollcallEvent,
  photos: readonly PhotoRecord[],
  mayTake: (photo: PhotoRecord) => Promise<void>,
): Promise<ArchiveEntry[]> {
  const taken = new Map<string, number>();
  const entries: ArchiveEntry[] = [];
  for (const photo of photos) {
    const original = await openOriginal(tools, event.id, photo).catch(() => undefined);
    if (!original) continue;
    entries.push({
      modifiedAt: photo.takenAt ?? photo.addedAt,
      name: async () => {
        await mayTake(photo);
        const name = safeName(photoName(photo));
        const isJpeg = (await originalType(original)) === "image/jpeg";
        return freeName(isJpeg ? name : withExtension(name, event.watermark === "none" ? ".webp" : ".jpg"), taken);
      },
      open: async () => (await photoForGuest(tools, event, photo)).bytes,
    });
  }
  return notEmpty(entries);
}

/**
 * JPEG as it is, less its metadata; other formats as WebP of full size; with a watermark, all as JPEG of full size.
 *
 * @throws as `openOriginal` and `watermarkOf`; FaceError IMAGE_...
 */
export async function photoForGuest(
  tools: Tools,
  event: RollcallEvent,
  photo: PhotoRecord,
): Promise<{ readonly name: string; readonly type: string; readonly bytes: Uint8Array }> {
  const original = await openOriginal(tools, event.id, photo);
  const name = safeName(photoName(photo));
  const isJpeg = (await originalType(original)) === "image/jpeg";
  const mark = await watermarkOf(tools, event);
  if (mark !== undefined) {
    const bytes = await tools.pictures.marked(original.file, mark.file);
    return { name: isJpeg ? name : withExtension(name, ".jpg"), type: "image/jpeg", bytes };
  }
  if (isJpeg) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of original.read()) chunks.push(chunk);
    const bytes = stripJpeg(Buffer.concat(chunks));
    if (bytes) return { name, type: "image/jpeg", bytes };
  }
  const [bytes = new Uint8Array()] = await tools.pictures.render(original.file, [
    { kind: "whole", maxSide: Math.max(photo.width, photo.height, 1), quality: 90 },
  ]);
  return { name: withExtension(name, ".webp"), type: "image/webp", bytes };
}

/** What Windows takes for a device, whatever its extension. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu;

function safeName(name: string): string {
  const plain = name.replace(/[<>:"/\\|?*]/gu, "_").replace(/[. ]+$/u, "");
  return plain === "" || devices.test(plain) ? tidyFileName(`photo ${plain}`) : plain;
}

function withExtension(name: string, extension: string): string {
  return fittingName(name.replace(/\.[^.]{1,5}$/u, ""), extension);
}

/**
 * "IMG_1 (2).jpg" when there is an "IMG_1.jpg", also where capitals make no difference.
 *
 * @param taken how many photos wanted each name so far: phones call all that they send "image.jpg"
 */
function freeName(name: string, taken: Map<string, number>): string {
  const [stem, extension] = splitName(name);
  for (let number = (taken.get(name.toLowerCase()) ?? 0) + 1; ; number++) {
    taken.set(name.toLowerCase(), number);
    const candidate = number === 1 ? name : fittingName(stem, ` (${number})${extension}`);
    const key = candidate.toLowerCase();
    if (number > 1 && taken.has(key)) continue;
    if (number > 1) taken.set(key, 1);
    return candidate;
  }
}

/** A selection of photos that is about to be downloaded. */
export interface Selection {
  readonly id: string;
  readonly eventId: string;
  readonly photoIds: readonly string[];
}

/** Time to begin a download, or to begin it again. */
const selectionMs = 60 * 60 * 1000;

const mostSelections = 1000;

/** Remembers what was selected, because an address cannot hold thousands of ids. */
export class Selections {
  readonly #selections = new Map<string, Selection & { readonly until: number }>();

  add(eventId: string, photoIds: readonly string[]): Selection {
    const now = Date.now();
    const selection = { id: newId(), eventId, photoIds, until: now + selectionMs };
    this.#selections.set(selection.id, selection);
    // The oldest is the first of them.
    for (const [id, { until }] of this.#selections) {
      if (until > now && this.#selections.size <= mostSelections) break;
      this.#selections.delete(id);
    }
    return selection;
  }

  get(eventId: string, id: string): Selection | undefined {
    const selection = this.#selections.get(id);
    return selection?.eventId === eventId && selection.until > Date.now() ? selection : undefined;
  }
}
