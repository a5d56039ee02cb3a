import { mkdirSync, statSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { RollcallError } from "../domain/errors.ts";

/**
 * Makes a folder and those above it as needed; what it makes is open to its owner only if `mode` says so.
 *
 * Node's own recursive mkdir never returns where the parent exists but cannot hold folders, as in /proc.
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (isFolder(path)) return;
    const parent = dirname(path);
    if (parent === path || isFolder(parent)) throw error;
    makeFolder(parent, mode);
    makeFolder(path, mode);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Has the names in a folder reach the disk, without which a file that was synced may still not be found. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** @param use what the folder is wanted for, such as "The backup" @throws RollcallError FOLDER_NOT_EMPTY */
export async function requireEmpty(path: string, use: string): Promise<void> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  // The system makes this one at the top of every disk.
  if (names.every((name) => name === "lost+found")) return;
  throw new RollcallError(
    "FOLDER_NOT_EMPTY",
    `${use} needs a folder of its own, and ${path} has something in it already. Choose a new or an empty folder.`,
  );
}
