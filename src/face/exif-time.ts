import { readDirectory, readTiffHeader } from "./ifd.ts";

const exifHeader = "Exif\0\0";

const tags = { exifDirectory: 0x8769, dateTime: 0x0132, dateTimeOriginal: 0x9003, dateTimeDigitized: 0x9004 } as const;

/** "2026:11:24 09:05:00" and its final NUL. */
const timeLength = 20;

/**
 * When the photo was taken, by EXIF: the moment of the exposure, else of its digitisation, else of the last change. The
 * camera's clock has no zone, so it is taken for UTC. Never throws: what lies outside of the bytes is as if absent.
 */
export function readExifTime(exif: Uint8Array): Date | null {
  const start = Buffer.from(exif.subarray(0, exifHeader.length)).toString("latin1") === exifHeader ? 6 : 0;
  const view = new DataView(exif.buffer, exif.byteOffset + start, exif.byteLength - start);
  const header = readTiffHeader(view, 0);
  if (!header) return null;
  const main = readValues(view, header.firstDirectory, header.little);
  const pointer = main.get(tags.exifDirectory);
  const details = pointer === undefined ? main : readValues(view, pointer, header.little);
  return (
    readTime(view, details.get(tags.dateTimeOriginal)) ??
    readTime(view, details.get(tags.dateTimeDigitized)) ??
    readTime(view, main.get(tags.dateTime))
  );
}

/** As `readExifTime`, of a file in which the EXIF lies at a place that only its container knows, such as HEIC. */
export function findExifTime(file: Uint8Array): Date | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  for (const order of ["II*\0", "MM\0*"]) {
    const at = bytes.indexOf(exifHeader + order, 0, "latin1");
    if (at >= 0) return readExifTime(file.subarray(at));
  }
  return null;
}

/** The value, or where it is, of each entry. */
function readValues(view: DataView, at: number, little: boolean): ReadonlyMap<number, number> {
  const { entries } = readDirectory(view, at, little);
  return new Map(entries.map(({ tag, valueAt }) => [tag, view.getUint32(valueAt, little)]));
}

function readTime(view: DataView, at: number | undefined): Date | null {
  if (at === undefined || at + timeLength - 1 > view.byteLength) return null;
  const text = Buffer.from(view.buffer, view.byteOffset + at, timeLength - 1).toString("latin1");
  const parts = /^(\d{4})[:-](\d{2})[:-](\d{2}) (\d{2}):(\d{2}):(\d{2})$/u.exec(text);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map(Number);
  const time = new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds));
  // A clock that was never set says year 0, or a 31st of February that would turn into March.
  return year >= 1826 && time.getUTCMonth() === month - 1 && time.getUTCDate() === day ? time : null;
}
