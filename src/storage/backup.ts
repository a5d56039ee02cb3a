import { open, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { BackupSummary, CopyControl, SnapshotContents, UploadedOriginal } from "../domain/backup.ts";
import { blobKeys } from "../domain/blobs.ts";
import { RollcallError } from "../domain/errors.ts";
import { mayBeRunning, thisProcess } from "../domain/this-process.ts";
import { type BackupFile, manifestName, manifestText } from "./backup-manifest.ts";
import type { DataFolder } from "./data-folder.ts";
import { makeFolder, requireEmpty, syncFolder } from "./folder.ts";
import { copyHashed, type FileContent, readHashed } from "./hashed-copy.ts";
import { blobFile, blobsOf } from "./local.ts";

export interface BackupRequest extends CopyControl {
  readonly from: DataFolder;
  /** Absent or empty. */
  readonly to: string;
  /** Put into the backup when given. */
  readonly key?: Buffer;
  /** Writes a copy of the database into an empty file, and says what is in it. */
  readonly snapshot: (file: string) => Promise<SnapshotContents>;
}

/**
 * Copies what is in a data folder and cannot be made again, while others work on it. It is put together beside the
 * target and renamed into place, so that there is never a part of a backup under its name.
 *
 * @throws RollcallError FOLDER_NOT_EMPTY, FOLDER_UNWRITABLE, STOPPED; what `snapshot` throws
 */
export async function writeBackup(request: BackupRequest): Promise<BackupSummary> {
  const folder = resolve(request.to);
  await requireEmpty(folder, "The backup");
  const unfinished = `${folder}.unfinished-`;
  await removeLeftovers(unfinished);
  const staging = unfinished + thisProcess;
  try {
    makeFolder(staging, 0o700);
  } catch (cause) {
    throw new RollcallError(
      "FOLDER_UNWRITABLE",
      `The backup cannot be written to ${folder}. Check the path and its permissions, or choose another folder.`,
      { cause },
    );
  }
  try {
    const backup = new Backup(request, staging);
    const lost = await backup.gather();
    const summary = await backup.finish();
    await rmdir(folder).catch(() => undefined);
    await rename(staging, folder);
    await syncFolder(dirname(folder));
    return { folder, ...summary, lost };
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

/** What backups to the same place left that were killed: the key may be in it. */
async function removeLeftovers(unfinished: string): Promise<void> {
  const [parent, prefix] = [dirname(unfinished), basename(unfinished)];
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(prefix) || mayBeRunning(name.slice(prefix.length))) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** A file of the data folder, which is to hold what its name says when it is an original. */
interface Wanted {
  readonly path: string;
  readonly original?: UploadedOriginal;
}

class Backup {
  readonly #request: BackupRequest;
  readonly #staging: string;
  /** By path in the data folder. */
  readonly #copied = new Map<string, FileContent>();
  #contents: SnapshotContents = { eventIds: [], photos: 0, originals: [] };
  #wanted: readonly Wanted[] = [];

  constructor(request: BackupRequest, staging: string) {
    this.#request = request;
    this.#staging = staging;
  }

  /** @returns the originals that are not to be had */
  async gather(): Promise<readonly UploadedOriginal[]> {
    const missing = await this.#copyAll();
    // They may have been deleted after the database was copied. Another copy of it knows.
    return missing.length === 0 ? missing : await this.#copyAll();
  }

  /** Adds the key and the list, and has everything reach the disk. */
  async finish() {
    const { key, from } = this.#request;
    const wanted = new Set(this.#wanted.map(({ path }) => path));
    for (const path of [...this.#copied.keys()].filter((copied) => !wanted.has(copied))) {
      this.#copied.delete(path);
      await rm(join(this.#staging, path));
    }
    const files: BackupFile[] = [...this.#copied].map(([path, content]) => ({ path, ...content }));
    const originals = this.#wanted.filter(({ path, original }) => original && this.#copied.has(path)).length;
    files.push(await this.#describe(from.database));
    if (key !== undefined) {
      await this.#write(relative(from.path, from.keyFile), `${key.toString("base64")}\n`);
      files.push(await this.#describe(from.keyFile));
    }
    await this.#write(manifestName, manifestText({ createdAt: new Date(), files }));
    for (const folder of foldersOf(files)) await syncFolder(join(this.#staging, folder));
    return {
      events: this.#contents.eventIds.length,
      photos: this.#contents.photos,
      originals,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      keyIncluded: key !== undefined,
    };
  }

  /** First the database: whatever photos it knows were on disk before it did. */
  async #copyAll(): Promise<readonly UploadedOriginal[]> {
    const { from, snapshot, signal, onProgress } = this.#request;
    const database = this.#stagedAt(from.database);
    await writeFile(database, "", { mode: 0o600 });
    this.#contents = await snapshot(database);
    this.#wanted = await wantedFiles(from, this.#contents);
    const missing: UploadedOriginal[] = [];
    for (const [done, { path, original }] of this.#wanted.entries()) {
      onProgress?.({ done, total: this.#wanted.length });
      if (signal?.aborted) throw new RollcallError("STOPPED", "Stopped. There is no backup.");
      if (this.#copied.has(path)) continue;
      const content = await copyHashed(join(from.path, path), join(this.#staging, path));
      if (content !== undefined && (original === undefined || content.sha256 === original.sha256)) {
        this.#copied.set(path, content);
      } else {
        await rm(join(this.#staging, path), { force: true });
        if (original !== undefined) missing.push(original);
      }
    }
    return missing;
  }

  #stagedAt(file: string): string {
    return join(this.#staging, relative(this.#request.from.path, file));
  }

  async #describe(file: string): Promise<BackupFile> {
    return { path: relative(this.#request.from.path, file), ...(await readHashed(this.#stagedAt(file))) };
  }

  async #write(name: string, text: string): Promise<void> {
    const file = await open(join(this.#staging, name), "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Originals, and all other blobs but the pictures that are made from photos. */
async function wantedFiles({ path, photos }: DataFolder, contents: SnapshotContents): Promise<readonly Wanted[]> {
  const inDataFolder = (file: string) => relative(path, file).replaceAll(sep, "/");
  const originals = contents.originals.map((original): Wanted => {
    const key = blobKeys.original(original.eventId, original.sha256);
    return { path: inDataFolder(blobFile(photos, key)), original };
  });
  return [...originals, ...(await otherBlobs(blobsOf(photos))).map((file) => ({ path: inDataFolder(file) }))];
}

/** What events have besides photos and the pictures made from them. */
async function otherBlobs(blobs: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const event of await entriesOf(blobs)) {
    for (const entry of await entriesOf(join(blobs, event.name))) {
      const path = join(blobs, event.name, entry.name);
      if (entry.isFile()) found.push(path);
      else if (entry.name !== "originals" && entry.name !== "pictures") found.push(...(await filesUnder(path)));
    }
  }
  return found;
}

async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Nothing for a folder that is not there. */
async function entriesOf(folder: string) {
  return await readdir(folder, { withFileTypes: true }).catch(() => []);
}

/** Every folder that leads to one of the files, the innermost first. */
function foldersOf(files: readonly BackupFile[]): readonly string[] {
  const folders = new Set<string>(["."]);
  for (const { path } of files) {
    for (let at = dirname(path); at !== "."; at = dirname(at)) folders.add(at);
  }
  return [...folders].sort((a, b) => b.length - a.length);
}
