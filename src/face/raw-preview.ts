import type { RawFormat } from "./image-format.ts";
import { readTiff } from "./tiff.ts";

/** The JPEG that a camera put into its RAW file for viewing. */
export interface RawPreview {
  /** From the JPEG's first byte to the end of the file: a JPEG says itself where it ends. */
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** EXIF orientation that the RAW file states for its pictures, 1 to 8; the JPEG's own, where it has one, comes first. */
  readonly orientation: number;
}

/** Smaller ones are thumbnails for a camera's screen (160 x 120, DNG's 256 x 171): too coarse to tell people apart. */
const minPreviewSide = 320;

/**
 * The largest embedded JPEG of a RAW file.
 *
 * Cameras keep it in many places: strips of a directory (CR2, DNG), JpgFromRaw tags in private directories (NEF, RW2),
 * maker notes with offsets of their own (ORF, PEF), boxes (CR3), a fixed header (RAF). It is found by its own structure
 * instead, which is the same everywhere: a start marker and well-formed segments up to a frame header. Sensor data
 * cannot look like that by chance for long, and lossless JPEG, in which several cameras store it, has a different frame.
 */
export function findRawPreview(bytes: Uint8Array, format: RawFormat): RawPreview | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let best: { at: number; width: number; height: number } | undefined;
  for (let at = buffer.indexOf(startOfJpeg); at !== -1; at = buffer.indexOf(startOfJpeg, at + 2)) {
    const frame = readJpegFrame(buffer, at);
    if (frame && frame.width * frame.height > (best ? best.width * best.height : 0)) best = { at, ...frame };
  }
  if (!best || Math.max(best.width, best.height) < minPreviewSide) return undefined;
  const { at, width, height } = best;
  return { jpeg: bytes.subarray(at), width, height, orientation: containerOrientation(buffer, format) };
}

const startOfJpeg = Buffer.from([0xff, 0xd8, 0xff]);

/** More segments than a preview has before its frame; ends the search in bytes that look like an endless chain. */
const maxSegments = 64;

/** Size from the frame header of the JPEG at `start`, when it is one that holds a finished picture. */
function readJpegFrame(buffer: Buffer, start: number): { width: number; height: number } | undefined {
  let at = start + 2;
  for (let segment = 0; segment < maxSegments && at + 9 < buffer.length; segment++) {
    if (buffer[at] !== 0xff) return undefined;
    const marker = buffer[at + 1] ?? 0;
    // ITU-T T.81 table B.1: C0 to C2 are the Huffman-coded DCT frames; C3 is lossless.
    if (marker >= 0xc0 && marker <= 0xc2) {
      const bits = buffer[at + 4];
      const components = buffer[at + 9];
      if (bits !== 8 || (components !== 3 && components !== 1)) return undefined;
      return { height: buffer.readUInt16BE(at + 5), width: buffer.readUInt16BE(at + 7) };
    }
    const isTableOrComment = (marker >= 0xdb && marker <= 0xfe) || marker === 0xc4;
    if (!isTableOrComment) return undefined;
    at += 2 + buffer.readUInt16BE(at + 2);
  }
  return undefined;
}

/** CR3 keeps its first directory as a small TIFF in a box called CMT1; the others are TIFF from the first byte, but RAF. */
function containerOrientation(buffer: Buffer, format: RawFormat): number {
  if (format === "raf") return 1;
  const start = format === "cr3" ? buffer.indexOf("CMT1", 0, "latin1") + 4 : 0;
  return readTiff(buffer, start)?.orientation ?? 1;
}
