import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RollcallError } from "../domain/errors.ts";

/** Grows when a Rollcall of before could not restore the backup any more. */
const format = 1;

export const manifestName = "backup.json";

/** The list of all that is in a backup. It is written last: a folder without it is no backup. */
export interface BackupManifest {
  readonly createdAt: Date;
  /** The database among them. */
  readonly files: readonly BackupFile[];
}

export interface BackupFile {
  /** In the backup as in the data folder, with "/". */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

export function manifestText({ createdAt, files }: BackupManifest): string {
  return `${JSON.stringify({ format, createdAt: createdAt.toISOString(), files }, undefined, 1)}\n`;
}

/** @throws RollcallError BACKUP_INVALID, DATABASE_NEWER */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const text = await readFile(join(folder, manifestName), "utf8").catch((cause: unknown) => {
    throw invalidBackup(
      `${folder} is no backup of Rollcall, or one that was never finished: it has no ${manifestName}`,
      {
        cause,
      },
    );
  });
  const manifest = fieldsOf(parsed(text));
  if (typeof manifest.format === "number" && manifest.format > format) {
    throw new RollcallError(
      "DATABASE_NEWER",
      `The backup ${folder} was made by a newer Rollcall. Update Rollcall to restore it.`,
    );
  }
  const createdAt = new Date(String(manifest.createdAt));
  const files = Array.isArray(manifest.files) ? manifest.files.map(fileOf) : [undefined];
  const isWhole = files.every((file) => file !== undefined);
  const isSet = isWhole && new Set(files.map(({ path }) => path)).size === files.length;
  if (manifest.format !== format || Number.isNaN(createdAt.getTime()) || !isSet) {
    throw invalidBackup(`The list of files in ${join(folder, manifestName)} is damaged`);
  }
  return { createdAt, files };
}

/** @param what without a "." at the end */
export function invalidBackup(what: string, options?: ErrorOptions): RollcallError {
  return new RollcallError("BACKUP_INVALID", `${what}. Nothing was restored; take another backup.`, options);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fileOf(value: unknown): BackupFile | undefined {
  const { path, bytes, sha256 } = fieldsOf(value);
  if (typeof path !== "string" || typeof bytes !== "number" || typeof sha256 !== "string") return undefined;
  // Nothing but names below the folder, so that no list leads out of it.
  return /^\w[\w.-]*(\/[\w-][\w.-]*)*$/u.test(path) ? { path, bytes, sha256 } : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
