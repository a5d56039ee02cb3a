import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { RollcallError } from "../domain/errors.ts";
import type { FoundFile } from "../domain/ports.ts";

/** Read at a time; hashing so much takes about a millisecond. */
const chunkBytes = 1 << 20;

/** A text that changes whenever the file might have: size, both times that tell of changes, and where it is on the disk. */
export function stampOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return `${size}:${mtimeNs}:${ctimeNs}:${ino}`;
}

/** Whether the file is still what it was when it had this stamp. */
export async function hasStamp(path: string, stamp: string): Promise<boolean> {
  const now = await stat(path, { bigint: true }).catch(() => undefined);
  return now !== undefined && stampOf(now) === stamp;
}

/**
 * Reads the whole file for its SHA-256.
 *
 * @throws RollcallError FILE_CHANGING; errors of the file system as they are
 */
export async function readFound(path: string, signal?: AbortSignal): Promise<FoundFile> {
  const file = await open(path, "r");
  try {
    const before = await file.stat({ bigint: true });
    const { sha256, bytes } = await hash(file, signal);
    const stamp = stampOf(before);
    if (stampOf(await file.stat({ bigint: true })) !== stamp || !(await hasStamp(path, stamp))) {
      throw new RollcallError(
        "FILE_CHANGING",
        "The file was being written while it was read. Index again when the copying is done.",
      );
    }
    return { path, stamp, sha256, bytes };
  } finally {
    await file.close();
  }
}

async function hash(file: FileHandle, signal: AbortSignal | undefined): Promise<{ sha256: string; bytes: number }> {
  const sha256 = createHash("sha256");
  const chunk = Buffer.allocUnsafe(chunkBytes);
  for (let bytes = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(chunk, 0, chunkBytes);
    if (bytesRead === 0) return { sha256: sha256.digest("hex"), bytes };
    sha256.update(chunk.subarray(0, bytesRead));
    bytes += bytesRead;
  }
}
