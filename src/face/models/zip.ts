import { crc32, inflateRawSync } from "node:zlib";
import { FaceError } from "../errors.ts";

// Layout and signatures: PKWARE's APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
const LOCAL_HEADER_BYTES = 30;
const DIRECTORY_ENTRY_BYTES = 46;
const DIRECTORY_END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const FLAG_ENCRYPTED = 1;
const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;

/** A field with this value points to zip64 records, which only archives beyond 4 GB or 65,535 files need. */
const ZIP64_32 = 0xffffffff;
const ZIP64_16 = 0xffff;

/** More than any model here unpacks to (FaceNet: 112 MB), so that a small archive cannot claim all memory. */
const MAX_UNPACKED_BYTES = 1024 ** 3;

interface Entry {
  readonly path: string;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

/**
 * Reads the files of a zip archive that `wanted` asks for. Files that are not compressed are windows into `archive`.
 *
 * @param wanted given a path inside the archive, the most bytes the file may have, or undefined to skip it
 * @throws FaceError MODEL_CORRUPT when the archive is damaged, cut short, or a file is larger than allowed or than it
 *   says; MODEL_UNSUPPORTED when it is encrypted, larger than 4 GB, or compressed by another method than deflate
 */
export function readZip(
  archive: Uint8Array,
  wanted: (path: string) => number | undefined,
): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let total = 0;
  for (const entry of readDirectory(archive)) {
    const limit = wanted(entry.path);
    if (limit === undefined) continue;
    if (files.has(entry.path)) throw corrupt(`holds ${entry.path} twice`);
    if (entry.bytes > limit) {
      throw corrupt(`holds ${entry.path} with ${entry.bytes} bytes where at most ${limit} were expected`);
    }
    total += entry.bytes;
    if (total > MAX_UNPACKED_BYTES) throw corrupt(`unpacks to more than ${MAX_UNPACKED_BYTES} bytes`);
    files.set(entry.path, readEntry(archive, entry));
  }
  return files;
}

function readDirectory(archive: Uint8Array): Entry[] {
  const view = viewOf(archive);
  const end = findDirectoryEnd(archive, view);
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (count === ZIP64_16 || start === ZIP64_32) throw unsupported("is larger than 4 GB (zip64)");
  const entries: Entry[] = [];
  let offset = start;
  for (let i = 0; i < count; i++) {
    if (offset + DIRECTORY_ENTRY_BYTES > end || view.getUint32(offset, true) !== DIRECTORY_ENTRY) {
      throw corrupt("has a damaged table of contents");
    }
    const nameBytes = view.getUint16(offset + 28, true);
    const nameStart = offset + DIRECTORY_ENTRY_BYTES;
    if (nameStart + nameBytes > end) throw corrupt("has a damaged table of contents");
    const entry: Entry = {
      path: new TextDecoder().decode(archive.subarray(nameStart, nameStart + nameBytes)),
      flags: view.getUint16(offset + 8, true),
      method: view.getUint16(offset + 10, true),
      checksum: view.getUint32(offset + 16, true),
      packedBytes: view.getUint32(offset + 20, true),
      bytes: view.getUint32(offset + 24, true),
      headerOffset: view.getUint32(offset + 42, true),
    };
    if ([entry.packedBytes, entry.bytes, entry.headerOffset].includes(ZIP64_32)) {
      throw unsupported("is larger than 4 GB (zip64)");
    }
    entries.push(entry);
    offset = nameStart + nameBytes + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  }
  return entries;
}

/** Offset of the record that ends every zip archive; only a comment may follow it. */
function findDirectoryEnd(archive: Uint8Array, view: DataView): number {
  const last = archive.length - DIRECTORY_END_BYTES;
  for (let offset = last; offset >= 0 && offset >= last - MAX_COMMENT_BYTES; offset--) {
    if (view.getUint32(offset, true) !== DIRECTORY_END) continue;
    if (offset + DIRECTORY_END_BYTES + view.getUint16(offset + 20, true) === archive.length) return offset;
  }
  throw corrupt("has no table of contents: it is cut short or no zip file");
}

function readEntry(archive: Uint8Array, entry: Entry): Uint8Array {
  if ((entry.flags & FLAG_ENCRYPTED) !== 0) throw unsupported(`has an encrypted file, ${entry.path}`);
  const packed = packedContent(archive, entry);
  const content = unpack(packed, entry);
  if (content.length !== entry.bytes || crc32(content) !== entry.checksum) {
    throw corrupt(`is damaged: ${entry.path} is not what was packed`);
  }
  return content;
}

/** The stored bytes. Sizes come from the directory: PyTorch leaves those in the local header empty. */
function packedContent(archive: Uint8Array, entry: Entry): Uint8Array {
  const view = viewOf(archive);
  const header = entry.headerOffset;
  if (header + LOCAL_HEADER_BYTES > archive.length || view.getUint32(header, true) !== LOCAL_HEADER) {
    throw corrupt(`has no file where ${entry.path} should be`);
  }
  const start = header + LOCAL_HEADER_BYTES + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  if (start + entry.packedBytes > archive.length) throw corrupt(`ends in the middle of ${entry.path}`);
  return archive.subarray(start, start + entry.packedBytes);
}

function unpack(packed: Uint8Array, entry: Entry): Uint8Array {
  if (entry.method === METHOD_STORED) return packed;
  if (entry.method !== METHOD_DEFLATED) {
    throw unsupported(`packs ${entry.path} by method ${entry.method}; only stored and deflated files are read`);
  }
  try {
    // zlib wants room for one byte even when there is nothing to unpack.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.bytes) });
  } catch (cause) {
    throw corrupt(`is damaged: ${entry.path} cannot be unpacked to the size it should have`, cause);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function corrupt(what: string, cause?: unknown): FaceError {
  return new FaceError(
    "MODEL_CORRUPT",
    `The archive ${what}. Download it again.`,
    cause === undefined ? {} : { cause },
  );
}

function unsupported(what: string): FaceError {
  return new FaceError("MODEL_UNSUPPORTED", `The archive ${what}, which cannot be read here.`);
}
