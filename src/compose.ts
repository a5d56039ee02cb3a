import type {
  DeletedEvent,
  EventSummary,
  ExportSummary,
  IndexProgress,
  IndexSummary,
  Insights,
  PersonSummary,
  SearchAnswer,
} from "./domain/model.ts";
import type { EngineOptions } from "./face/engine.ts";

export interface RollcallOptions {
  /** Absolute, or relative to the working folder; made when absent. Default: from the environment, else the platform's. */
  readonly dataDir?: string;
  /** Over what the environment says. */
  readonly engine?: EngineOptions;
  /** The environment to read settings from; default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface IndexRequest {
  /** By name; made when there is none of that name. */
  readonly event: string;
  /** Searched with everything in them; originals stay where they are. */
  readonly folders: readonly string[];
  /** Stops cleanly: the summary then says `stopped`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IndexProgress) => void;
  /** Also try photos again that failed before. */
  readonly retryFailed?: boolean;
}

export interface SearchRequest {
  readonly event: string;
  /** Path of a picture, or its bytes. */
  readonly picture: string | Uint8Array;
  /** Least confidence of a match, 0 to 1; default 0.7. */
  readonly threshold?: number;
  /** Which face of the picture, the largest first, from 0; default 0. */
  readonly faceIndex?: number;
  readonly signal?: AbortSignal;
}

export interface ExportRequest {
  readonly event: string;
  /** Id, the start of an id, or name. */
  readonly person: string;
  readonly folder: string;
  readonly signal?: AbortSignal;
}

export interface NameRequest {
  readonly event: string;
  /** Id, the start of an id, or the name so far. */
  readonly person: string;
  readonly name: string;
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

export declare function openRollcall(options?: RollcallOptions): Promise<Rollcall>;
