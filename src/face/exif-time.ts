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
  if (view.byteLength < 8) return null;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const little = order === 0x4949;
  const main = readDirectory(view, view.getUint32(4, little), little);
  const pointer = main.get(tags.exifDirectory);
  const details = pointer === undefined ? main : readDirectory(view, pointer, little);
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
function readDirectory(view: DataView, at: number, little: boolean): Map<number, number> {
  const entries = new Map<number, number>();
  if (at + 2 > view.byteLength) return entries;
  const count = view.getUint16(at, little);
  for (let i = 0; i < count; i++) {
    const entry = at + 2 + i * 12;
    if (entry + 12 > view.byteLength) break;
    entries.set(view.getUint16(entry, little), view.getUint32(entry + 8, little));
  }
  return entries;
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
