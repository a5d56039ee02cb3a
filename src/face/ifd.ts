/** One entry of an image file directory (TIFF 6.0, section 2), which TIFF, EXIF and most RAW files are made of. */
export interface IfdEntry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Of the four bytes that hold the value or point to it. */
  readonly valueAt: number;
}

/** How the bytes at `start` are to be read as TIFF; undefined when they are none. */
export function readTiffHeader(view: DataView, start: number): { little: boolean; firstDirectory: number } | undefined {
  if (start + 8 > view.byteLength) return undefined;
  const order = view.getUint16(start);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  return { little, firstDirectory: start + view.getUint32(start + 4, little) };
}

/**
 * The entries of the directory at `at` that lie within the bytes.
 *
 * @returns `next` is where the header or directory says the next one is; 0: there is none
 */
export function readDirectory(view: DataView, at: number, little: boolean): { entries: IfdEntry[]; next: number } {
  if (at + 2 > view.byteLength) return { entries: [], next: 0 };
  const end = at + 2 + view.getUint16(at, little) * 12;
  const entries: IfdEntry[] = [];
  for (let i = at + 2; i < end && i + 12 <= view.byteLength; i += 12) {
    entries.push({
      tag: view.getUint16(i, little),
      type: view.getUint16(i + 2, little),
      count: view.getUint32(i + 4, little),
      valueAt: i + 8,
    });
  }
  return { entries, next: end + 4 <= view.byteLength ? view.getUint32(end, little) : 0 };
}
