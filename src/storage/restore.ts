import { existsSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { CopyControl } from "../domain/backup.ts";
import { RollcallError } from "../domain/errors.ts";
import { mayBeRunning, thisProcess } from "../domain/this-process.ts";
import { type BackupFile, type BackupManifest, invalidBackup, readManifest } from "./backup-manifest.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { makeFolder, requireEmpty, syncFolder } from "./folder.ts";
import { copyHashed } from "./hashed-copy.ts";

export interface RestoreRequest extends CopyControl {
  /** The backup. */
  readonly from: string;
  /** Absent or empty, or what a restore left that was killed. */
  readonly to: string;
  /** Told where the copy of the database is before the photos are copied, so that a wrong key is known at once. */
  readonly check: (database: string, keyFile: string) => Promise<void>;
}

export interface RestoredFiles {
  readonly folder: DataFolder;
  readonly manifest: BackupManifest;
}

/**
 * Makes a data folder from a backup, and compares every file with the list on the way. The database appears in it last,
 * so that a folder that was not finished has none.
 *
 * @throws RollcallError BACKUP_INVALID, DATABASE_NEWER, FOLDER_NOT_EMPTY, DATA_FOLDER_UNUSABLE, STOPPED; what `check` throws
 */
export async function restoreFiles(request: RestoreRequest): Promise<RestoredFiles> {
  const from = resolve(request.from);
  const manifest = await readManifest(from);
  const folder = openDataFolder(request.to);
  await removeLeftovers(folder);
  await requireEmpty(folder.path, "What is restored");
  const staging = join(folder.path, stagingPrefix + thisProcess);
  makeFolder(staging, 0o700);
  try {
    await copyFiles(from, staging, folder, manifest, request);
    const staged = (file: string) => join(staging, relative(folder.path, file));
    for (const file of [folder.photos, folder.keyFile, folder.database]) {
      await rename(staged(file), file).catch((error: NodeJS.ErrnoException) => {
        // A backup may have no photos and no key.
        if (error.code !== "ENOENT" || file === folder.database) throw error;
      });
      await syncFolder(folder.path);
    }
    return { folder, manifest };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

const stagingPrefix = "unfinished-restore.";

/** What a restore left that was killed, and what it had moved to its place already. */
async function removeLeftovers({ path, database, photos, keyFile }: DataFolder): Promise<void> {
  if (existsSync(database)) return;
  const names = (await readdir(path)).filter((name) => name.startsWith(stagingPrefix));
  if (names.length === 0 || names.some((name) => mayBeRunning(name.slice(stagingPrefix.length)))) return;
  // The names that tell whose it is go last.
  for (const left of [photos, keyFile, ...names.map((name) => join(path, name))]) {
    await rm(left, { recursive: true, force: true });
  }
}

async function copyFiles(
  from: string,
  staging: string,
  folder: DataFolder,
  { files }: BackupManifest,
  { signal, onProgress, check }: RestoreRequest,
): Promise<void> {
  const pathOf = (file: string) => relative(folder.path, file);
  const early = [pathOf(folder.database), pathOf(folder.keyFile)];
  const [first, rest] = [
    files.filter(({ path }) => early.includes(path)),
    files.filter(({ path }) => !early.includes(path)),
  ];
  if (!first.some(({ path }) => path === early[0])) throw invalidBackup(`The backup ${from} has no database`);
  for (const file of first) await copyVerified(file, from, staging);
  await check(join(staging, pathOf(folder.database)), join(staging, pathOf(folder.keyFile)));
  for (const [done, file] of rest.entries()) {
    onProgress?.({ done, total: rest.length });
    if (signal?.aborted) throw new RollcallError("STOPPED", "Stopped. Nothing was restored.");
    await copyVerified(file, from, staging);
  }
}

async function copyVerified({ path, bytes, sha256 }: BackupFile, from: string, staging: string): Promise<void> {
  const copied = await copyHashed(join(from, path), join(staging, path));
  if (copied === undefined) throw invalidBackup(`The backup ${from} is not whole: ${path} is missing`);
  if (copied.bytes !== bytes) {
    throw invalidBackup(`The backup ${from} is damaged: ${path} has ${copied.bytes} bytes instead of ${bytes}`);
  }
  if (copied.sha256 !== sha256) throw invalidBackup(`The backup ${from} was changed: ${path} is not as it was written`);
}
