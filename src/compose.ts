import type { Kysely } from "kysely";
import { readConfig } from "./config.ts";
import { EmbeddingCipher } from "./db/embedding-cipher.ts";
import { eventStore } from "./db/events.ts";
import { faceStore } from "./db/faces.ts";
import { checkKey, hasKey } from "./db/key-check.ts";
import { personStore } from "./db/people.ts";
import { photoStore } from "./db/photos.ts";
import type { Schema } from "./db/schema.ts";
import { searchLog } from "./db/searches.ts";
import { eraseFromLog, openSqlite } from "./db/sqlite/open.ts";
import { EventIndexCache } from "./domain/event-index.ts";
import { deleteEvent, listEvents } from "./domain/events.ts";
import { type ExportRequest, exportPerson } from "./domain/export-person.ts";
import { insights } from "./domain/insights.ts";
import type {
  DeletedEvent,
  EventSummary,
  ExportSummary,
  IndexSummary,
  Insights,
  PersonSummary,
  SearchAnswer,
} from "./domain/model.ts";
import { listPeople, type NameRequest, namePerson } from "./domain/people.ts";
import type { Stores } from "./domain/ports.ts";
import { type SearchRequest, searchEvent } from "./domain/search.ts";
import type { EngineOptions, FaceEngine } from "./face/engine.ts";
import { groupElsewhere } from "./ingest/group-elsewhere.ts";
import { type IndexRequest, indexFolders } from "./ingest/index-folders.ts";
import { openDataFolder } from "./storage/data-folder.ts";
import { makeKeyFile, parseKey, readKeyFile } from "./storage/encryption-key.ts";
import { originals } from "./storage/originals.ts";

export interface RollcallOptions {
  /** Absolute, or relative to the working folder; made when absent. Default: from the environment, else the platform's. */
  readonly dataDir?: string;
  /** Over what the environment says. */
  readonly engine?: EngineOptions;
  /** The environment to read settings from; default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Rollcall on one data folder. Events are given by name (or id); all methods reject with RollcallError or FaceError,
 * whose codes are in `errorCatalogue`. The face engine is started by the first method that needs it.
 */
export interface Rollcall {
  readonly dataDir: string;
  indexFolders(request: IndexRequest): Promise<IndexSummary>;
  listEvents(): Promise<readonly EventSummary[]>;
  deleteEvent(event: string): Promise<DeletedEvent>;
  /** Most photos first. */
  listPeople(event: string): Promise<readonly PersonSummary[]>;
  namePerson(request: NameRequest): Promise<PersonSummary>;
  searchEvent(request: SearchRequest): Promise<SearchAnswer>;
  insights(event: string): Promise<Insights>;
  exportPerson(request: ExportRequest): Promise<ExportSummary>;
  /** Ends the engine's processes and closes the database. */
  close(): Promise<void>;
}

/**
 * Opens a data folder, making it, its database and its key the first time.
 *
 * @throws RollcallError OPTION_INVALID, DATA_FOLDER_UNUSABLE, DATABASE_..., KEY_...
 */
export async function openRollcall(options: RollcallOptions = {}): Promise<Rollcall> {
  const config = readConfig(options.env);
  const folder = openDataFolder(options.dataDir ?? config.dataDir);
  const db = await openSqlite(folder.database);
  try {
    const key = await findKey(db, config.key, config.keyFile ?? folder.keyFile);
    const cipher = new EmbeddingCipher(key);
    await checkKey(db, cipher);
    return bind(folder.path, db, cipher, { ...config.engine, ...options.engine });
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

async function findKey(db: Kysely<Schema>, text: string | undefined, file: string): Promise<Buffer> {
  if (text !== undefined) return parseKey(text, "ROLLCALL_KEY");
  // Only for a new database: where faces are encrypted already, another key would be of no use.
  if (!(await hasKey(db))) makeKeyFile(file);
  return readKeyFile(file);
}

function bind(dataDir: string, db: Kysely<Schema>, cipher: EmbeddingCipher, options: EngineOptions): Rollcall {
  const stores: Stores = {
    events: eventStore(db, () => eraseFromLog(db)),
    photos: photoStore(db, cipher),
    faces: faceStore(db, cipher),
    people: personStore(db),
    searches: searchLog(db),
  };
  const indexes = new EventIndexCache(stores.faces);
  let started: Promise<FaceEngine> | undefined;
  const engine = () => {
    started ??= startEngine(options);
    return started;
  };
  return {
    dataDir,
    indexFolders: (request) => indexFolders({ stores, engine, groupFaces: groupElsewhere }, request),
    listEvents: () => listEvents(stores),
    deleteEvent: (event) => deleteEvent(stores, event),
    listPeople: (event) => listPeople(stores, event),
    namePerson: (request) => namePerson(stores, request),
    searchEvent: async (request) => searchEvent(stores, await engine(), indexes, request),
    insights: (event) => insights(stores, event),
    exportPerson: (request) => exportPerson(stores, originals(), request),
    close: async () => {
      await (await started?.catch(() => undefined))?.close();
      await db.destroy();
    },
  };
}

/** Imported when it is needed: commands that look at no picture start without the runtime of the networks. */
async function startEngine(options: EngineOptions): Promise<FaceEngine> {
  const { openFaceEngine } = await import("./face/engine.ts");
  // Where nothing is new, indexing knows all it needs without them; a search needs one.
  return await openFaceEngine({ ...options, startWorkers: "on-demand" });
}
