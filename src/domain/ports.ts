import type { FaceStore } from "./face-ports.ts";
import type { EventSettings, RollcallEvent } from "./model.ts";
import type { PersonStore } from "./person-ports.ts";
import type { PhotoStore } from "./photo-ports.ts";
import type { ReindexStore } from "./reindex-ports.ts";
import type { SettingsStore } from "./settings-ports.ts";

export * from "./face-ports.ts";
export type * from "./person-ports.ts";
export type * from "./photo-ports.ts";

/** What the domain needs from a database. Every method is atomic; what a resolved promise has written is durable. */
export interface Stores {
  readonly events: EventStore;
  readonly photos: PhotoStore;
  readonly faces: FaceStore;
  readonly people: PersonStore;
  readonly searches: SearchLog;
  readonly charts: ChartStore;
  readonly settings: SettingsStore;
  readonly reindexes: ReindexStore;
}

export interface EventStore {
  /** The event of that name, made when there is none. */
  findOrCreate(name: string): Promise<RollcallEvent>;
  get(eventId: string): Promise<RollcallEvent | undefined>;
  /** By id or name. */
  find(idOrName: string): Promise<RollcallEvent | undefined>;
  /** By name. */
  list(): Promise<readonly RollcallEvent[]>;
  /** False when another event has the name; what is undefined stays as it is. */
  update(eventId: string, change: Partial<EventSettings & { readonly name: string }>): Promise<boolean>;
  /** With everything in it, leaving nothing in the free pages or the log. */
  delete(eventId: string): Promise<void>;
}

export interface SearchLog {
  /** @param search `retrievalMs` as in the answer; `faces` compared */
  record(eventId: string, search: { readonly retrievalMs: number; readonly faces: number }): Promise<void>;
  /** Milliseconds, the latest first. */
  retrievalTimes(eventId: string, limit: number): Promise<readonly number[]>;
}

/** Counts of an event, for charts. */
export interface ChartStore {
  /** By the hour, of photos whose time is known. */
  photosOverTime(eventId: string): Promise<readonly { readonly at: Date; readonly photos: number }[]>;
  /** By the minute, photos that faces were looked for in. */
  ingestSpeed(eventId: string): Promise<readonly { readonly at: Date; readonly photos: number }[]>;
  /** Pairs of people by the photos both are in, most first. */
  together(
    eventId: string,
    limit: number,
  ): Promise<readonly { readonly people: readonly [string, string]; readonly photos: number }[]>;
  /** How many people are in so many photos, by the number of photos. */
  photosPerPerson(eventId: string): Promise<readonly { readonly photos: number; readonly people: number }[]>;
  /** Faces in each of so many equal parts of the range of quality, 0 to 1. */
  faceQualities(eventId: string, bins: number): Promise<readonly number[]>;
  /** Photos found for guests at this confidence or above, in each of so many equal parts of its range, 0 to 1. */
  matchConfidences(eventId: string, bins: number, least?: number): Promise<readonly number[]>;
}

/** What the domain needs of the originals, which stay where they are. */
export interface Originals {
  /**
   * Copies the first of the files that is still there into the folder, without ever writing over another file: a name
   * that is taken by other bytes gets a number. Undefined when a file of that name and those bytes is there already.
   *
   * @param as the name of the copy; default: that of the file
   * @throws RollcallError FILE_MISSING, IMAGE_UNREADABLE, FOLDER_UNWRITABLE, DISK_FULL
   */
  copyInto(folder: string, files: readonly string[], as?: string): Promise<string | undefined>;
}
