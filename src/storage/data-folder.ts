import { existsSync } from "node:fs";
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
  if (existsSync(layout.database)) return layout;
  throw new RollcallError(
    "DATA_FOLDER_UNUSABLE",
    `There is no database of Rollcall in ${layout.path}. Say where it is with --data-dir.`,
  );
}

function layoutOf(path: string): DataFolder {
  return {
    path,
    database: join(path, "rollcall.db"),
    keyFile: join(path, "rollcall.key"),
    photos: join(path, "photos"),
  };
}
