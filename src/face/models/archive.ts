import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FaceError } from "../errors.ts";
import { readTar } from "./tar.ts";
import { readZip } from "./zip.ts";

/** Given a path inside an archive, the most bytes that file may have, or undefined to leave it. */
export type Wanted = (path: string) => number | undefined;

/**
 * Reads the files of a zip, wheel, tar or gzipped tar archive that `wanted` asks for; which of them it is shows in its
 * first bytes, whatever its name.
 *
 * @returns undefined when the bytes are no archive of these kinds
 * @throws FaceError MODEL_CORRUPT, MODEL_UNSUPPORTED
 */
export async function readArchive(
  bytes: Uint8Array,
  wanted: Wanted,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  if (startsWith(bytes, [0x50, 0x4b])) return readZip(bytes, wanted);
  if (startsWith(bytes, [0x1f, 0x8b])) return readTar(gunzip(bytes), wanted);
  if (new TextDecoder().decode(bytes.subarray(257, 262)) === "ustar") return readTar(Readable.from([bytes]), wanted);
  return undefined;
}

async function* gunzip(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  // In pieces: one large chunk would be unpacked into memory before the first file is looked at.
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += 1 << 16) yield bytes.subarray(at, at + (1 << 16));
  };
  try {
    yield* Readable.from(pieces()).pipe(createGunzip());
  } catch (cause) {
    throw new FaceError("MODEL_CORRUPT", "The archive is damaged or cut short. Download it again.", { cause });
  }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
