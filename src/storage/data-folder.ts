import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { RollcallError } from "../domain/errors.ts";
import { makeFolder } from "./folder.ts";

/** What is in a data folder. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  readonly database: string;
  readonly keyFile: string;
  /** Uploaded photos, and pictures made from photos. */
  readonly photos: string;
}

/** Makes the folder, for its owner only, unless it is there. @throws RollcallError DATA_FOLDER_UNUSABLE */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  try {
    makeFolder(path, 0o700);
  } catch (error) {
    throw new RollcallError(
      "DATA_FOLDER_UNUSABLE",
      `The data folder ${path} cannot be made. Check its path and permissions, or choose another with --data-dir.`,
      { cause: error },
    );
  }
  return layoutOf(path);
}

/** For what needs a data folder that is in use already. @throws RollcallError DATA_FOLDER_UNUSABLE */
export function existingDataFolder(folder: string): DataFolder {
  const layout = layoutOf(resolve(folder));
  try {
    statSync(layout.database);
    return layout;
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const isAbsent = code === "ENOENT" || code === "ENOTDIR";
    throw new RollcallError(
      "DATA_FOLDER_UNUSABLE",
      isAbsent
        ? `There is no database of Rollcall in ${layout.path}. Say where it is with --data-dir.`
        : `The data folder ${layout.path} cannot be opened (${String(code)}). Check its permissions, or choose another with --data-dir.`,
      { cause },
    );
  }
}

/**
 * @returns a check that the database in use is still the one of the folder: what is written to a deleted file is lost without
 *   a word. It throws RollcallError DATA_FOLDER_UNUSABLE
 */
export function checkerOfDatabase({ path, database }: DataFolder): () => void {
  const opened = statSync(database);
  return () => {
    const now = statSync(database, { throwIfNoEntry: false });
    if (now?.ino === opened.ino && now.dev === opened.dev) return;
    throw new RollcallError(
      "DATA_FOLDER_UNUSABLE",
      `The data folder ${path} was deleted, moved or replaced while Rollcall worked, so what it did is not there. Put the folder back, or run the command again to begin anew.`,
    );
  };
}

function layoutOf(path: string): DataFolder {
  return {
    path,
    database: join(path, "rollcall.db"),
    keyFile: join(path, "rollcall.key"),
    photos: join(path, "photos"),
  };
}
