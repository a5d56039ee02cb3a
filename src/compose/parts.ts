import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { type Config, readConfig } from "../config.ts";
import { accountStore } from "../db/accounts.ts";
import { changeLog } from "../db/changes.ts";
import { EmbeddingCipher } from "../db/embedding-cipher.ts";
import { guestStore } from "../db/guests.ts";
import { checkKey, hasKey } from "../db/key-check.ts";
import type { Schema } from "../db/schema.ts";
import { eraseFromLog, openSqlite, sizeOfDatabase } from "../db/sqlite/open.ts";
import { openStores } from "../db/stores.ts";
import type { AccountStore, GuestStore } from "../domain/access-ports.ts";
import type { BlobStore } from "../domain/blobs.ts";
import { defaultModels, Engines } from "../domain/engines.ts";
import type { ChangeLog } from "../domain/foreign-changes.ts";
import type { ModelChoice } from "../domain/model.ts";
import type { Stores } from "../domain/ports.ts";
import type { EngineOptions, FaceEngine } from "../face/engine.ts";
import type { ModelOptions } from "../face/models/store.ts";
import { checkerOfDatabase, type DataFolder, existingDataFolder, openDataFolder } from "../storage/data-folder.ts";
import { makeKeyFile, readKeyFile, requireKeyFolder } from "../storage/encryption-key.ts";
import { localBlobs } from "../storage/local.ts";
import { forgetUnfinished } from "../storage/unfinished-uploads.ts";

export interface RollcallOptions {
  /** Absolute, or relative to the working folder; made when absent. Default: from the environment, else the platform's. */
  readonly dataDir?: string;
  /**
   * Refuses a folder without a database instead of making one: always, or only where it was named, because the default one of
   * a new machine is not misspelt.
   */
  readonly existing?: "always" | "where-named";
  /** Over what the environment says. */
  readonly engine?: EngineOptions;
  /** The environment to read settings from; default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The adapters of one data folder, and the rest of Rollcall that stands on them. */
export interface Parts {
  readonly dataDir: string;
  /** Of uploads that have begun. */
  readonly unfinishedUploads: string;
  readonly forgetUploads: (eventId: string) => Promise<void>;
  readonly db: Kysely<Schema>;
  readonly stores: Stores;
  readonly accounts: AccountStore;
  readonly guests: GuestStore;
  readonly blobs: BlobStore;
  readonly engines: Engines;
  /** Models that were asked for by options, which goes before what events know of theirs; what the environment says goes after. */
  readonly asked: Partial<ModelChoice>;
  readonly modelOptions: ModelOptions;
  readonly databaseBytes: () => Promise<number>;
  /** @throws RollcallError DATA_FOLDER_UNUSABLE when the database is not the one of the folder any more */
  readonly checkDatabase: () => void;
  readonly changes: ChangeLog;
  readonly close: () => Promise<void>;
}

/** @throws RollcallError OPTION_INVALID, DATA_FOLDER_UNUSABLE, DATABASE_..., KEY_... */
export async function openParts(options: RollcallOptions): Promise<Parts> {
  const config = readConfig(options.env);
  const folder = dataFolder(options, config);
  const keyFile = config.keyFile ?? folder.keyFile;
  // No database is made that would be left without a key.
  if (config.key === undefined && !existsSync(folder.database)) requireKeyFolder(keyFile);
  const db = await openSqlite(folder.database);
  try {
    const cipher = new EmbeddingCipher(await findKey(db, config.key, keyFile));
    await checkKey(db, cipher);
    const stores = openStores(db, cipher, () => eraseFromLog(db));
    const engine = { ...config.engine, ...options.engine };
    const unfinishedUploads = join(folder.photos, "unfinished");
    const engines = new Engines(stores, { ...defaultModels, ...modelsIn(engine) }, (choice) =>
      startEngine({ ...engine, ...choice }),
    );
    return {
      dataDir: folder.path,
      unfinishedUploads,
      forgetUploads: (eventId) => forgetUnfinished(unfinishedUploads, eventId),
      db,
      stores,
      accounts: accountStore(db),
      guests: guestStore(db, () => eraseFromLog(db)),
      blobs: localBlobs(folder.photos),
      engines,
      asked: modelsIn(options.engine ?? {}),
      checkDatabase: checkerOfDatabase(folder),
      databaseBytes: () => sizeOfDatabase(folder.database),
      changes: changeLog(db),
      modelOptions: engine.cacheDir === undefined ? {} : { cacheDir: engine.cacheDir },
      close: async () => {
        await engines.close();
        await db.destroy();
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

function dataFolder({ dataDir, existing }: RollcallOptions, config: Config): DataFolder {
  const isNamed = dataDir !== undefined || !config.dataDirIsDefault;
  const open = existing === "always" || (existing && isNamed) ? existingDataFolder : openDataFolder;
  return open(dataDir ?? config.dataDir);
}

async function findKey(db: Kysely<Schema>, given: Buffer | undefined, file: string): Promise<Buffer> {
  if (given !== undefined) return given;
  // Only for a new database: where faces are encrypted already, another key would be of no use.
  if (!(await hasKey(db))) makeKeyFile(file);
  return readKeyFile(file);
}

function modelsIn({ embedder, preset }: EngineOptions): Partial<ModelChoice> {
  return { ...(embedder === undefined ? {} : { embedder }), ...(preset === undefined ? {} : { preset }) };
}

/** Imported when it is needed: commands that look at no picture start without the runtime of the networks. */
async function startEngine(options: EngineOptions): Promise<FaceEngine> {
  const { openFaceEngine } = await import("../face/engine.ts");
  // Where nothing is new, indexing knows all it needs without them; a search needs one.
  return await openFaceEngine({ ...options, startWorkers: "on-demand" });
}
