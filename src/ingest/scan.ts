import { stat } from "node:fs/promises";
import { codedError } from "../domain/errors.ts";
import type { FailedFile } from "../domain/model.ts";
import type { FoundFile, PhotoStore } from "../domain/ports.ts";
import { readFound } from "./file-stamp.ts";
import { settledFiles } from "./settled.ts";
import { unreadableFile, walk } from "./walk.ts";

/** Files looked up in the database at a time. */
const lookupSize = 256;

/** Files hashed before they are stored, so that the first photos can be worked on soon. */
const recordSize = 16;

/** What a scan has found so far, in files. */
export interface ScanTally {
  added: number;
  unchanged: number;
  changed: number;
  removed: number;
  skipped: number;
  /** SHA-256 of photos that were deleted before, and are left out. */
  readonly leftOut: Set<string>;
  /** Photos put into the queue. */
  queued: number;
  readonly failed: FailedFile[];
}

export function emptyTally(): ScanTally {
  return { added: 0, unchanged: 0, changed: 0, removed: 0, skipped: 0, leftOut: new Set(), queued: 0, failed: [] };
}

export interface FoldersToScan {
  readonly folders: readonly string[];
  /** Not there any more: their photos are forgotten. */
  readonly deleted: readonly string[];
}

export interface ScanOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: () => void;
  /** Brings photos back that were deleted. */
  readonly again?: boolean;
  /**
   * How long a file that was changed lately has to look the same before it is taken up, in milliseconds. One that does not is
   * left to the next scan. Default: it is taken up at once.
   */
  readonly settleMs?: number;
  /** Files of deleted photos, by path, so that who scans all the time reads them once. */
  readonly leftOut?: Map<string, FoundFile>;
}

/**
 * Brings what is known of the folders up to date: new files are hashed and put into the queue, changed ones go to the
 * photo that they are now, and those that are gone are forgotten. Photos that were deleted are left out. A file that looks
 * the same as before is not read.
 *
 * @param tally counted up as the scan goes on; `onProgress` is called when it has changed
 * @throws the signal's reason
 */
export async function scanFolders(
  photos: PhotoStore,
  eventId: string,
  { folders, deleted }: FoldersToScan,
  tally: ScanTally,
  options: ScanOptions,
): Promise<void> {
  const { signal, onProgress } = options;
  let batch: { path: string; stamp: string }[] = [];
  for await (const entry of walk(folders, signal)) {
    if (entry.kind === "skipped") tally.skipped++;
    else if (entry.kind === "failed") tally.failed.push(entry.failure);
    else batch.push(entry);
    if (batch.length < lookupSize) continue;
    await update(photos, eventId, batch, tally, options);
    batch = [];
  }
  await update(photos, eventId, batch, tally, options);
  for (const folder of [...folders, ...deleted]) tally.removed += await forgetGone(photos, eventId, folder, signal);
  onProgress?.();
}

async function update(
  photos: PhotoStore,
  eventId: string,
  files: readonly { path: string; stamp: string }[],
  tally: ScanTally,
  { signal, onProgress, again = false, settleMs, leftOut }: ScanOptions,
): Promise<void> {
  const known = await photos.findFiles(
    eventId,
    files.map((file) => file.path),
  );
  const knownByPath = new Map(known.map((file) => [file.path, file]));
  const isUnchanged = (file: { path: string; stamp: string }) => knownByPath.get(file.path)?.stamp === file.stamp;
  const changed = files.filter((file) => !isUnchanged(file));
  tally.unchanged += files.length - changed.length;
  const suspects = settleMs === undefined ? changed : await settledFiles(changed, settleMs, signal);
  for (let i = 0; i < suspects.length; i += recordSize) {
    const found: FoundFile[] = [];
    for (const { path, stamp } of suspects.slice(i, i + recordSize)) {
      const before = leftOut?.get(path);
      const file = before?.stamp === stamp ? before : await tryToRead(path, tally, signal);
      if (file) found.push(file);
    }
    const recorded = await photos.recordFiles(eventId, found, { again });
    tally.queued += recorded.queued;
    for (const file of found) {
      const before = knownByPath.get(file.path);
      if (recorded.leftOut.has(file.sha256)) {
        tally.leftOut.add(file.sha256);
        leftOut?.set(file.path, file);
      } else if (!before) tally.added++;
      else if (file.sha256.startsWith(before.photoId)) tally.unchanged++;
      else tally.changed++;
    }
    onProgress?.();
  }
}

async function tryToRead(
  path: string,
  tally: ScanTally,
  signal: AbortSignal | undefined,
): Promise<FoundFile | undefined> {
  try {
    return await readFound(path, signal);
  } catch (error) {
    signal?.throwIfAborted();
    tally.failed.push({ file: path, error: codedError(error) ?? unreadableFile(error) });
    return undefined;
  }
}

/** Only the file system's word that a file is not there makes it forgotten; one that cannot be reached is kept. */
async function forgetGone(
  photos: PhotoStore,
  eventId: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  let removed = 0;
  for (let after = ""; ; ) {
    signal?.throwIfAborted();
    const page = await photos.filesUnder(eventId, folder, { after, limit: lookupSize });
    const gone = await Promise.all(page.map(async ({ path }) => ((await isGone(path)) ? path : undefined)));
    const paths = gone.filter((path) => path !== undefined);
    await photos.forgetFiles(eventId, paths);
    removed += paths.length;
    const last = page.at(-1);
    if (!last || page.length < lookupSize) return removed;
    after = last.path;
  }
}

export async function isGone(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch (error) {
    return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
  }
}
