import { constants, crc32, createInflate } from "node:zlib";

/** Values per pixel, by the colour type of the header. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The largest number that says how a row was filtered. */
const lastFilter = 4;

const headerEnd = 33;

/**
 * Rows of a damaged PNG, from the top, that lie before the first byte that is missing or wrong. Below them libvips shows
 * whatever was in its memory: rows of further up, or of another picture.
 *
 * @param bytes of a file; one that is no PNG has no such rows
 * @returns 0 to the height; of an interlaced PNG, whose damage is everywhere, all or none
 */
export async function readablePngRows(bytes: Uint8Array): Promise<number> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < headerEnd || file.toString("latin1", 12, 16) !== "IHDR") return 0;
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  const bitsPerPixel = file.readUInt8(24) * (channels[file.readUInt8(25)] ?? 0);
  const { parts, whole } = intactPixelData(file);
  const interlaced = file.readUInt8(28) !== 0;
  if (interlaced) return whole ? height : 0;
  return await countRows(parts, 1 + Math.ceil((width * bitsPerPixel) / 8), height);
}

/** The compressed pixels up to the first chunk that is cut short or not what its checksum says. */
function intactPixelData(file: Buffer): { parts: Buffer[]; whole: boolean } {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= file.length; ) {
    const type = file.toString("latin1", at + 4, at + 8);
    const end = at + 8 + file.readUInt32BE(at);
    if (type === "IEND") return { parts, whole: true };
    const isPixels = type === "IDAT";
    if (end + 4 > file.length) {
      if (isPixels) parts.push(file.subarray(at + 8, Math.min(end, file.length)));
      break;
    }
    if (isPixels) {
      if (crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end)) break;
      parts.push(file.subarray(at + 8, end));
    }
    at = end + 4;
  }
  return { parts, whole: false };
}

/** Unpacks without keeping: at full size the pixels may take a gigabyte. */
async function countRows(parts: readonly Buffer[], rowBytes: number, height: number): Promise<number> {
  let unpacked = 0;
  let trusted = Number.POSITIVE_INFINITY;
  // Without the flush, what was unpacked last would be lost where the data ends too early.
  const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
  await new Promise<void>((resolve) => {
    inflate.on("data", (chunk: Buffer) => {
      // Each row begins with its filter.
      for (let at = (rowBytes - (unpacked % rowBytes)) % rowBytes; at < chunk.length; at += rowBytes) {
        if ((chunk[at] ?? 0) > lastFilter) trusted = Math.min(trusted, (unpacked + at) / rowBytes);
      }
      unpacked += chunk.length;
      if (unpacked >= rowBytes * height) inflate.destroy();
    });
    inflate.on("error", () => resolve());
    inflate.on("close", () => resolve());
    for (const part of parts) inflate.write(part);
    inflate.end();
  });
  return Math.min(height, trusted, Math.floor(unpacked / rowBytes));
}
