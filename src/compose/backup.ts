import { existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { type Config, readConfig } from "../config.ts";
import { endAllSessions } from "../db/accounts.ts";
import { EmbeddingCipher } from "../db/embedding-cipher.ts";
import { checkKey } from "../db/key-check.ts";
import { openSqlite } from "../db/sqlite/open.ts";
import { contentsOf, snapshotInto, withSingleFile } from "../db/sqlite/snapshot.ts";
import type { BackupSummary, CopyControl, RestoreSummary, SnapshotContents } from "../domain/backup.ts";
import { RollcallError } from "../domain/errors.ts";
import { writeBackup } from "../storage/backup.ts";
import { existingDataFolder } from "../storage/data-folder.ts";
import { readKeyFile } from "../storage/encryption-key.ts";
import { restoreFiles } from "../storage/restore.ts";

export interface BackupOptions extends CopyControl {
  readonly dataDir?: string;
  /** Absent or empty. */
  readonly to: string;
  readonly withKey?: boolean;
}

export interface BackupAnswer extends BackupSummary {
  /** The file with the key, or the variable that has it: what has to be kept apart from the backup. */
  readonly key: string;
}

/**
 * Backs up a data folder, which others may work on meanwhile.
 *
 * @throws RollcallError OPTION_INVALID, DATA_FOLDER_UNUSABLE, FOLDER_NOT_EMPTY, FOLDER_UNWRITABLE, DATABASE_..., KEY_...,
 *   STOPPED
 */
export async function backUp({ dataDir, withKey, ...options }: BackupOptions): Promise<BackupAnswer> {
  const config = readConfig();
  const from = existingDataFolder(dataDir ?? config.dataDir);
  const keyFile = config.keyFile ?? from.keyFile;
  const db = await openSqlite(from.database);
  try {
    const key = withKey ? keyOf(config, keyFile) : undefined;
    if (key !== undefined) await checkKey(db, new EmbeddingCipher(key));
    const snapshot = async (file: string) => {
      await snapshotInto(db, file);
      return await withSingleFile(file, contentsOf);
    };
    const summary = await writeBackup({ ...options, from, snapshot, ...(key === undefined ? {} : { key }) });
    return { ...summary, key: config.key === undefined ? keyFile : "ROLLCALL_KEY" };
  } finally {
    await db.destroy();
  }
}

export interface RestoreOptions extends CopyControl {
  readonly backup: string;
  /** Absent or empty. */
  readonly dataDir?: string;
  /** The key that was kept apart; it is copied into the data folder. */
  readonly keyFile?: string;
}

/**
 * Makes a data folder from a backup. The key has to be there: in the environment, in the backup or in `keyFile`.
 *
 * @throws RollcallError OPTION_INVALID, BACKUP_INVALID, FOLDER_NOT_EMPTY, DATA_FOLDER_UNUSABLE, DATABASE_..., KEY_...,
 *   STOPPED
 */
export async function restore({ backup, dataDir, keyFile, ...control }: RestoreOptions): Promise<RestoreSummary> {
  const config = readConfig();
  let contents: SnapshotContents = { eventIds: [], photos: 0, originals: [] };
  const { folder, manifest } = await restoreFiles({
    ...control,
    from: backup,
    to: dataDir ?? config.dataDir,
    check: async (database, stagedKey) => {
      if (keyFile !== undefined) await copyKey(keyFile, stagedKey);
      const cipher = new EmbeddingCipher(restoredKey(config, stagedKey));
      contents = await withSingleFile(database, async (db) => {
        await checkKey(db, cipher);
        // Whoever has signed out since, or been signed out, would be signed in again.
        await endAllSessions(db);
        return await contentsOf(db);
      });
    },
  });
  const { eventIds, photos } = contents;
  const originals = manifest.files.filter(({ path }) => path.includes("/originals/")).length;
  return { dataDir: folder.path, backedUpAt: manifest.createdAt, events: eventIds.length, photos, originals };
}

/** Read first, so that what is no key is refused for what it is. */
async function copyKey(from: string, to: string): Promise<void> {
  readKeyFile(from);
  await copyFile(from, to);
}

function keyOf(config: Config, file: string): Buffer {
  return config.key ?? readKeyFile(file);
}

/** The key that the restored folder will be opened with. */
function restoredKey(config: Config, stagedKey: string): Buffer {
  const file = config.keyFile ?? stagedKey;
  if (config.key !== undefined || existsSync(file)) return keyOf(config, file);
  throw new RollcallError(
    "KEY_MISSING",
    "The backup was made without its key, and none was given, so nothing was restored. Give the key file that was kept apart with --key-file, or set ROLLCALL_KEY.",
  );
}
