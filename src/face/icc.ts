import type { RgbImage } from "./rgb-image.ts";

/** Red, green and blue of sRGB in the profile connection space: IEC 61966-2-1 adapted to D50, as in every sRGB profile. */
const srgbColorants = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const;

/** Published sRGB profiles differ from each other by up to 0.0006; Display P3's red already differs by 0.08. */
const colorantTolerance = 0.002;

/** Half of full scale is 0.2140 in sRGB's curve, 0.2176 in the gamma 2.2 that some profiles use instead. */
const midTone = { value: 0.214, tolerance: 0.008 } as const;

/** Four letters from the header: "RGB ", "GRAY" or "CMYK". */
export function profileSpace(icc: Uint8Array): string {
  return latin1(icc, 16, 4);
}

/** True when a profile only says that the picture is in sRGB already. */
export function isSrgb(icc: Uint8Array): boolean {
  const tags = readTags(icc);
  for (const [name, expected] of Object.entries(srgbColorants)) {
    const at = tags.get(name);
    if (at === undefined || at + 20 > icc.length || latin1(icc, at, 4) !== "XYZ ") return false;
    if (expected.some((value, i) => Math.abs(fixedAt(icc, at + 8 + i * 4) - value) > colorantTolerance)) return false;
  }
  const curve = tags.get("gTRC");
  if (curve === undefined) return false;
  const middle = curveMiddle(icc, curve);
  return middle !== undefined && Math.abs(middle - midTone.value) <= midTone.tolerance;
}

/** An uncompressed TIFF of the pixels that carries the profile, for a decoder that converts from embedded profiles. */
export function tiffWithProfile(image: RgbImage, icc: Uint8Array): Uint8Array {
  const bitsAt = 8;
  const pixelsAt = 16;
  const iccAt = pixelsAt + image.data.length + (image.data.length % 2);
  const directoryAt = iccAt + icc.length + (icc.length % 2);
  const short = 3;
  const long = 4;
  const undefinedBytes = 7;
  // TIFF 6.0: tag, type, count, value or where it is.
  const entries = [
    [256, long, 1, image.width],
    [257, long, 1, image.height],
    [258, short, 3, bitsAt],
    [259, short, 1, 1],
    [262, short, 1, 2],
    [273, long, 1, pixelsAt],
    [277, short, 1, 3],
    [278, long, 1, image.height],
    [279, long, 1, image.data.length],
    [34675, undefinedBytes, icc.length, iccAt],
  ] as const;
  const file = Buffer.alloc(directoryAt + 2 + entries.length * 12 + 4);
  file.write("II*\0", 0, "latin1");
  file.writeUInt32LE(directoryAt, 4);
  for (let i = 0; i < 3; i++) file.writeUInt16LE(8, bitsAt + i * 2);
  file.set(image.data, pixelsAt);
  file.set(icc, iccAt);
  file.writeUInt16LE(entries.length, directoryAt);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = directoryAt + 2 + i * 12;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(value, at + 8);
  }
  return file;
}

/** Value of a tone curve halfway, 0 to 1 (ICC.1:2010, 10.5 and 10.15). */
function curveMiddle(icc: Uint8Array, at: number): number | undefined {
  const view = viewOf(icc);
  if (at + 16 > icc.length) return undefined;
  const kind = latin1(icc, at, 4);
  if (kind === "para") {
    const gamma = fixedAt(icc, at + 12);
    const functionType = view.getUint16(at + 8);
    if (functionType === 0) return 0.5 ** gamma;
    if (at + 24 > icc.length) return undefined;
    return (fixedAt(icc, at + 16) * 0.5 + fixedAt(icc, at + 20)) ** gamma;
  }
  if (kind !== "curv") return undefined;
  const count = view.getUint32(at + 8);
  if (count === 0) return 0.5;
  if (count === 1) return 0.5 ** (view.getUint16(at + 12) / 256);
  const middle = at + 12 + 2 * Math.round((count - 1) / 2);
  return middle + 2 <= icc.length ? view.getUint16(middle) / 65535 : undefined;
}

function readTags(icc: Uint8Array): Map<string, number> {
  const tags = new Map<string, number>();
  if (icc.length < 132) return tags;
  const view = viewOf(icc);
  const count = Math.min(view.getUint32(128), Math.floor((icc.length - 132) / 12));
  for (let at = 132; at < 132 + count * 12; at += 12) tags.set(latin1(icc, at, 4), view.getUint32(at + 4));
  return tags;
}

/** ICC's s15Fixed16Number. */
function fixedAt(icc: Uint8Array, at: number): number {
  return viewOf(icc).getInt32(at) / 65536;
}

function viewOf(icc: Uint8Array): DataView {
  return new DataView(icc.buffer, icc.byteOffset, icc.byteLength);
}

function latin1(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
