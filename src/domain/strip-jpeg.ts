import { readTiff } from "../face/tiff.ts";

const marker = {
  startOfImage: 0xd8,
  endOfImage: 0xd9,
  startOfScan: 0xda,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app14: 0xee,
  comment: 0xfe,
} as const;

/**
 * The same JPEG, pixel for pixel, without what it says about place, camera and owner. What is needed to show it rightly
 * stays: the colour profile, Adobe's colour transform, and the orientation. Whatever follows the picture is cut off:
 * previews and films that phones hang onto it have places of their own. Undefined when the bytes are no whole JPEG.
 */
export function stripJpeg(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== marker.startOfImage) return undefined;
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let orientation = 1;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const kind = bytes[at + 1] ?? 0;
    if (kind === 0xff) {
      // A fill byte before the marker.
      at++;
      continue;
    }
    if (kind === marker.endOfImage) return joined(kept, orientation, bytes.subarray(at, at + 2));
    const end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    if (end > bytes.length || end < at + 4) return undefined;
    const segment = bytes.subarray(at, end);
    if (kind === marker.app1) orientation = exifOrientation(segment) ?? orientation;
    const needed = neededOf(kind, segment);
    if (needed) kept.push(needed);
    at = end;
    if (kind === marker.startOfScan) {
      const scanEnd = endOfScan(bytes, at);
      kept.push(bytes.subarray(at, scanEnd));
      at = scanEnd;
    }
  }
  // Cut short: what there is of it, closed as it should be.
  return joined(kept, orientation, Uint8Array.of(0xff, marker.endOfImage));
}

/** What is to be kept of a segment: all, its beginning, or nothing. */
function neededOf(kind: number, segment: Uint8Array): Uint8Array | undefined {
  if (kind === marker.comment) return undefined;
  if (kind < marker.app0) return segment;
  if (kind === marker.app2 && startsWith(segment, "ICC_PROFILE\0")) return segment;
  // Some cameras write their number and their owner into one of another name.
  if (kind === marker.app0 && startsWith(segment, "JFIF\0")) return withoutThumbnail(segment);
  if (kind === marker.app14 && startsWith(segment, "Adobe")) return shortened(segment, adobeBytes);
  return undefined;
}

/** Of the segments with their markers; what follows in them, nobody needs who draws the picture. */
const jfifBytes = 18;
const adobeBytes = 16;

/** The thumbnail may show what was cut off the picture. Its width and height are the last of what stays. */
function withoutThumbnail(segment: Uint8Array): Uint8Array | undefined {
  return shortened(segment, jfifBytes)?.fill(0, jfifBytes - 2);
}

function shortened(segment: Uint8Array, bytes: number): Uint8Array | undefined {
  if (segment.length < bytes) return undefined;
  const short = Uint8Array.from(segment.subarray(0, bytes));
  short.set([0, bytes - 2], 2);
  return short;
}

function startsWith(segment: Uint8Array, text: string): boolean {
  return Buffer.from(segment.subarray(4, 4 + text.length)).toString("latin1") === text;
}

function exifOrientation(segment: Uint8Array): number | undefined {
  if (!startsWith(segment, "Exif\0\0")) return undefined;
  // Copied, because positions in it count from its own start.
  return readTiff(segment.slice(10))?.orientation;
}

/** Where the next marker is that is not a part of the coded pixels. */
function endOfScan(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at !== -1 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    const isData = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
  }
  return bytes.length;
}

function joined(kept: readonly Uint8Array[], orientation: number, end: Uint8Array): Uint8Array {
  const [start = new Uint8Array(), ...rest] = kept;
  return Buffer.concat([start, ...(orientation === 1 ? [] : [orientationSegment(orientation)]), ...rest, end]);
}

/** EXIF with a single entry. */
function orientationSegment(orientation: number): Uint8Array {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const body = [...Buffer.from("Exif\0\0", "latin1"), ...tiff];
  return Uint8Array.of(0xff, marker.app1, 0, body.length + 2, ...body);
}
