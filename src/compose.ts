import { dirname } from "node:path";
import { openParts, type Parts, type RollcallOptions } from "./compose/parts.ts";
import { readConfig } from "./config.ts";
import { resetPassword, SetupCode } from "./domain/accounts.ts";
import { ActivityFeed } from "./domain/activity.ts";
import { Selections } from "./domain/archive.ts";
import { blobKeys } from "./domain/blobs.ts";
import { listEvents, openEvent } from "./domain/events.ts";
import { type ExpiryWatcher, eraseEvent, eraseExpired } from "./domain/expiry.ts";
import { type ExportRequest, exportPerson } from "./domain/export-person.ts";
import { ForeignChanges } from "./domain/foreign-changes.ts";
import { Gallery } from "./domain/gallery.ts";
import { insights } from "./domain/insights.ts";
import type {
  ErasedEvent,
  EventSummary,
  ExportSummary,
  IndexSummary,
  Insights,
  PersonSummary,
  SearchAnswer,
} from "./domain/model.ts";
import { listPeople, type NameRequest, namePerson } from "./domain/people.ts";
import type { ClaimedPhoto, FoundFile } from "./domain/ports.ts";
import { PromisedBytes } from "./domain/promised-bytes.ts";
import { type SearchRequest, searchEvent } from "./domain/search.ts";
import type { Services } from "./domain/services.ts";
import { removeStrays } from "./domain/strays.ts";
import { Sweep } from "./domain/sweep.ts";
import type { ModelStatus } from "./face/models/inventory.ts";
import type { ModelOptions } from "./face/models/store.ts";
import { groupElsewhere } from "./ingest/group-elsewhere.ts";
import { type IndexRequest, indexFolders } from "./ingest/index-folders.ts";
import { QueueRunner } from "./ingest/queue-runner.ts";
import { Reindexer } from "./ingest/reindexer.ts";
import { openRenderer } from "./pictures/renderer.ts";
import { filesInPlace } from "./storage/files-in-place.ts";
import { makeFolder } from "./storage/folder.ts";
import { originals } from "./storage/originals.ts";
import { argon2Hasher } from "./storage/passwords.ts";
import { promisedIn, removeRemains } from "./storage/unfinished-uploads.ts";

/**
 * Rollcall on one data folder. Events are given by name (or id); all methods reject with RollcallError or FaceError,
 * whose codes are in `errorCatalogue`. The face engine is started by the first method that needs it.
 */
export interface Rollcall {
  readonly dataDir: string;
  indexFolders(request: IndexRequest): Promise<IndexSummary>;
  listEvents(): Promise<readonly EventSummary[]>;
  /** @throws RollcallError EVENT_UNKNOWN */
  eraseEvent(event: string): Promise<ErasedEvent & { readonly event: string }>;
  /** Most photos first. */
  listPeople(event: string): Promise<readonly PersonSummary[]>;
  namePerson(request: NameRequest): Promise<PersonSummary>;
  searchEvent(request: SearchRequest): Promise<SearchAnswer>;
  insights(event: string): Promise<Insights>;
  exportPerson(request: ExportRequest): Promise<ExportSummary>;
  /** A new password for the organiser, whose sessions end. @throws RollcallError PASSWORD_UNSET */
  resetPassword(): Promise<string>;
  /** Ends the engine's processes and closes the database. */
  close(): Promise<void>;
}

/**
 * Opens a data folder, making it, its database and its key the first time.
 *
 * @throws RollcallError OPTION_INVALID, DATA_FOLDER_UNUSABLE, DATABASE_..., KEY_...
 */
export async function openRollcall(options: RollcallOptions = {}): Promise<Rollcall> {
  return bind(await openParts(options));
}

/** What the server is built from: the same parts as the commands', and the queue that runs as long as it does. */
export interface Backend extends Services, Pick<Parts, "asked"> {
  readonly queue: QueueRunner;
  readonly reindexer: Reindexer;
  /** Of what has expired, and of bytes that are of nothing any more. */
  readonly sweeps: readonly Sweep[];
  readonly foreignChanges: ForeignChanges;
  /** Stops the queue, ends all processes and closes the database. */
  close(): Promise<void>;
}

/** An event is erased within a minute of its time. */
const everyMs = { expiry: 60_000, strays: 60 * 60_000 } as const;

/**
 * @param watcher told of what happens in the background, for the log
 * @throws as `openRollcall`; FaceError MODEL_UNKNOWN, PROVIDER_UNAVAILABLE
 */
export async function openBackend(options: RollcallOptions, { onFault, onErased }: ExpiryWatcher): Promise<Backend> {
  const { server, engine } = readConfig(options.env);
  // A server that only says so when the first photo comes would have been left alone with it by then.
  const { checkEngineOptions } = await import("./face/engine.ts");
  await checkEngineOptions({ ...engine, ...options.engine });
  const parts = await openParts(options);
  const { stores, blobs, engines } = parts;
  const pictures = openRenderer();
  const files = filesInPlace();
  makeFolder(parts.unfinishedUploads, 0o700);
  const gallery = new Gallery({ blobs, pictures, files, stores, onFault });
  const activity = new ActivityFeed();
  const queue = new QueueRunner({ stores, blobs, gallery, engines, groupFaces: groupElsewhere, activity, onFault });
  const onSwitched = (eventId: string) => queue.regroup(eventId);
  const reindexer = new Reindexer({ stores, engines, blobs, activity, onSwitched, onFault });
  const expiry = () =>
    eraseExpired(parts, {
      onFault,
      onErased: (receipt) => {
        onErased(receipt);
        activity.publish({ kind: "event", eventId: receipt.eventId });
      },
    });
  const sweeps = [
    new Sweep(expiry, everyMs.expiry, onFault),
    new Sweep(() => removeStrays(parts), everyMs.strays, onFault),
    new Sweep(() => removeRemains(parts.unfinishedUploads), everyMs.strays, onFault),
  ];
  const foreignChanges = new ForeignChanges(parts.changes, activity, onFault);
  return {
    ...parts,
    pictures,
    files,
    gallery,
    activity,
    queue,
    reindexer,
    sweeps,
    foreignChanges,
    models: () => models(parts.modelOptions),
    passwords: argon2Hasher(),
    limits: { mostBytes: server.mostUploadBytes, eventBytes: server.eventQuotaBytes },
    promised: new PromisedBytes(() => promisedIn(parts.unfinishedUploads, server.mostUploadBytes)),
    setup: new SetupCode(),
    selections: new Selections(),
    sampleFolder,
    close: async () => {
      await foreignChanges.stop();
      for (const sweep of sweeps) await sweep.stop();
      await reindexer.stop();
      await queue.stop();
      await pictures.close();
      await parts.close();
    },
  };
}

function bind(parts: Parts): Rollcall {
  const { dataDir, stores, accounts, blobs, engines, asked, checkDatabase, close } = parts;
  const fileOfUpload = ({ eventId }: ClaimedPhoto, sha256: string) => blobs.fileOf(blobKeys.original(eventId, sha256));
  const engineFor = async (event: string, { toIndex = false } = {}) => {
    const found = await stores.events.find(event);
    const choice = { ...(found ? await engines.choiceOf(found) : await engines.chosen()), ...asked };
    const engine = await engines.open(choice);
    // Before its photos are looked at with them: a server that works on the same queue takes the same.
    const isFixed = Object.keys(asked).length > 0 || found?.models;
    if (toIndex && found && isFixed) await stores.events.update(found.id, { models: choice });
    return engine;
  };
  const leftOut = new Map<string, FoundFile>();
  return {
    dataDir,
    indexFolders: (request) => {
      const engine = () => engineFor(request.event, { toIndex: true });
      const tools = { stores, engine, groupFaces: groupElsewhere, fileOfUpload, leftOut };
      return indexFolders(tools, request).finally(checkDatabase);
    },
    listEvents: () => listEvents(stores),
    eraseEvent: async (event) => {
      const { id, name } = await openEvent(stores, event);
      const { eventId: _, ...erased } = await eraseEvent(parts, id);
      return { event: name, ...erased };
    },
    listPeople: (event) => listPeople(stores, event),
    namePerson: (request) => namePerson(stores, request),
    searchEvent: async (request) => searchEvent(stores, await engineFor(request.event), request),
    insights: (event) => insights(stores, event),
    resetPassword: () => resetPassword({ accounts, passwords: argon2Hasher() }),
    exportPerson: (request) => exportPerson(stores, { originals: originals(), blobs }, request),
    close,
  };
}

/** The folder of the six sample photos, fetched the first time. */
async function sampleFolder(): Promise<string> {
  const { ensureModel } = await import("./face/models/store.ts");
  const { files } = await ensureModel("sample-event");
  return dirname(Object.values(files)[0] ?? "");
}

async function models(options: ModelOptions): Promise<readonly ModelStatus[]> {
  const { listModels } = await import("./face/models/inventory.ts");
  return await listModels(options);
}
