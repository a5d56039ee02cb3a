import { createHash, randomBytes } from "node:crypto";
import { createReadStream, readdirSync, rmSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BlobKey, BlobStore, ReceivedBlob } from "../domain/blobs.ts";
import { diskFull, writeError } from "../domain/disk-full.ts";
import { RollcallError } from "../domain/errors.ts";
import { mayBeRunning, thisProcess } from "../domain/this-process.ts";
import { makeFolder, syncFolder } from "./folder.ts";

/**
 * Blobs as files in a folder, a key being the path in it. A blob appears by being renamed, after its bytes have reached
 * the disk, so there is never a part of one.
 *
 * @param folder made when absent, for its owner only
 * @throws RollcallError DATA_FOLDER_UNUSABLE
 */
export function localBlobs(folder: string): BlobStore {
  const incoming = join(folder, "incoming");
  try {
    makeFolder(folder, 0o700);
    makeFolder(incoming, 0o700);
    removeLeftovers(incoming);
  } catch (error) {
    throw new RollcallError(
      "DATA_FOLDER_UNUSABLE",
      `The folder ${folder} for photos cannot be made. Check the data folder's permissions.`,
      { cause: error },
    );
  }
  const pathOf = (key: BlobKey) => blobFile(folder, key);
  const temporary = () => join(incoming, `${thisProcess}-${randomBytes(8).toString("hex")}`);

  const publish = async (file: string, key: BlobKey) => {
    const path = pathOf(key);
    await makeDurableFolders(dirname(path), folder);
    await rename(file, path);
    await syncFolder(dirname(path));
  };

  return {
    receive: async (bytes, { mostBytes }) => {
      await checkSpace(incoming, 0);
      return await receive(bytes, mostBytes, temporary(), publish);
    },

    checkSpace: (bytes) => checkSpace(incoming, bytes),

    async put(key, bytes, options) {
      await checkSpace(incoming, bytes.length);
      const file = temporary();
      try {
        await writeFile(file, bytes, { mode: 0o600, flush: options?.durable ?? false });
        if (options?.durable) return await publish(file, key);
        await mkdir(dirname(pathOf(key)), { recursive: true, mode: 0o700 });
        await rename(file, pathOf(key));
      } catch (error) {
        await rm(file, { force: true });
        throw writeError(error);
      }
    },

    async stat(key) {
      const found = await stat(pathOf(key)).catch(() => undefined);
      return found?.isFile() ? { bytes: found.size, writtenAt: found.mtime } : undefined;
    },

    list: (key) => readdir(pathOf(key)).catch(() => []),

    load: (key) => readFile(pathOf(key)).catch(() => undefined),

    read: (key, range) => createReadStream(pathOf(key), range && { start: range.first, end: range.last }),

    fileOf: pathOf,

    async delete(key) {
      // Others may put something there at the same moment; then there is more to delete.
      await rm(pathOf(key), { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
    },

    async size(key) {
      const entries = await readdir(pathOf(key), { recursive: true, withFileTypes: true }).catch(() => []);
      let bytes = 0;
      for (const entry of entries) {
        if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0;
      }
      return bytes;
    },
  };
}

/** Where the blobs of the store in this folder are. */
export function blobsOf(folder: string): string {
  return join(folder, "blobs");
}

export function blobFile(folder: string, key: BlobKey): string {
  return join(blobsOf(folder), ...checked(key).split("/"));
}

/** Removes what processes left that were killed while they took bytes in; what they call themselves is in the name. */
function removeLeftovers(incoming: string): void {
  for (const name of readdirSync(incoming)) {
    const [writer = ""] = name.split("-", 1);
    if (!mayBeRunning(writer)) rmSync(join(incoming, name), { force: true });
  }
}

async function receive(
  bytes: AsyncIterable<Uint8Array>,
  mostBytes: number,
  file: string,
  publish: (file: string, key: BlobKey) => Promise<void>,
): Promise<ReceivedBlob> {
  const hash = createHash("sha256");
  let count = 0;
  let asked = spaceStep;
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      for await (const chunk of bytes) {
        if (count + chunk.length > mostBytes) throw tooLarge(mostBytes);
        if (count + chunk.length > asked) {
          await checkSpace(dirname(file), spaceStep);
          asked = count + spaceStep;
        }
        count += chunk.length;
        hash.update(chunk);
        // To its end: a disk that fills up takes a part of what it is given, and says nothing until the next time.
        await handle.writeFile(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(file, { force: true });
    throw writeError(error);
  }
  return {
    sha256: hash.digest("hex"),
    bytes: count,
    file,
    keep: (key) => publish(file, key),
    discard: () => rm(file, { force: true }),
  };
}

/** Left for the database: so many bytes, or of a small disk that share. */
const reserve = { bytes: 256e6, share: 0.05 } as const;

/** Bytes that come in between two looks at the space there is, which others take as well. */
const spaceStep = 4e6;

async function checkSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, blocks, bsize } = await statfs(folder);
  if (bavail * bsize - bytes < Math.min(reserve.bytes, reserve.share * blocks * bsize)) throw diskFull();
}

function tooLarge(mostBytes: number): RollcallError {
  const megabytes = Math.floor(mostBytes / 1e6);
  return new RollcallError(
    "UPLOAD_TOO_LARGE",
    `The file has more than ${megabytes} MB, which is the limit here. Nothing of it was kept. Scale the photo down, or raise ROLLCALL_MAX_UPLOAD_MB.`,
  );
}

/** Keys come from ids and hashes alone; this keeps a mistake elsewhere from becoming a way out of the folder. */
function checked(key: BlobKey): BlobKey {
  if (/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/u.test(key)) return key;
  throw new RangeError(`"${key}" is no key of a blob`);
}

/** New folders have to reach the disk before what is in them. */
async function makeDurableFolders(path: string, root: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let at = path; at.length >= root.length; at = dirname(at)) await syncFolder(at);
}
