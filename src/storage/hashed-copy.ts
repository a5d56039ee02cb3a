import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "./folder.ts";

/** What a file turned out to hold. */
export interface FileContent {
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * Copies a file, for its owner only, and hashes it on the way. Its bytes are on the disk when this resolves.
 *
 * @param to absent; the folders above it are made
 * @returns undefined when `from` is not there
 * @throws what the operating system says
 */
export async function copyHashed(from: string, to: string): Promise<FileContent | undefined> {
  if (!(await isFile(from))) return undefined;
  makeFolder(dirname(to), 0o700);
  const target = await open(to, "wx", 0o600);
  try {
    const content = await readHashed(from, (chunk) => target.writeFile(chunk));
    await target.sync();
    return content;
  } finally {
    await target.close();
  }
}

/** @param onChunk is given the bytes on the way */
export async function readHashed(
  path: string,
  onChunk: (chunk: Uint8Array) => Promise<unknown> = async () => undefined,
): Promise<FileContent> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    bytes += chunk.length;
    hash.update(chunk);
    await onChunk(chunk);
  }
  return { bytes, sha256: hash.digest("hex") };
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
