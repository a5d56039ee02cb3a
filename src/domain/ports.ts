import type { Face, FacesInImage } from "../face/face.ts";
import type { PixelBox } from "../face/geometry.ts";
import type { CodedError, ErrorCode } from "./errors.ts";
import type { FailedFile, RollcallEvent } from "./model.ts";

/** What the domain needs from a database. Every method is atomic; what a resolved promise has written is durable. */
export interface Stores {
  readonly events: EventStore;
  readonly photos: PhotoStore;
  readonly faces: FaceStore;
  readonly people: PersonStore;
  readonly searches: SearchLog;
}

export interface EventStore {
  /** The event of that name, made when there is none. */
  findOrCreate(name: string): Promise<RollcallEvent>;
  /** By id or name. */
  find(idOrName: string): Promise<RollcallEvent | undefined>;
  /** By name. */
  list(): Promise<readonly RollcallEvent[]>;
  /** With everything in it, leaving nothing in the free pages or the log. */
  delete(eventId: string): Promise<void>;
}

/** A file as a scan finds it. */
export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  /** Changes whenever the file might have. */
  readonly stamp: string;
  /** Of its bytes, lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface KnownFile {
  readonly path: string;
  readonly stamp: string;
  readonly photoId: string;
}

/** Who holds the lease on a photo, and until when (milliseconds since 1970) unless it is renewed. */
export interface Lease {
  readonly owner: string;
  readonly until: number;
}

/** A photo to find faces in, held by a lease. */
export interface ClaimedPhoto {
  readonly eventId: string;
  readonly photoId: string;
  readonly owner: string;
  /** Times the engine crashed over it so far. */
  readonly attempts: number;
  /** Any of its files; undefined when all were forgotten since. */
  readonly file: KnownFile | undefined;
}

export interface PhotoCounts {
  readonly pending: number;
  readonly working: number;
  readonly done: number;
  readonly failed: number;
  /** Done, and no face in them. */
  readonly withoutFaces: number;
}

export interface StoredPhoto {
  readonly id: string;
  /** Sorted; empty for a moment at most. */
  readonly files: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly damaged: boolean;
}

/** Photos, the files they are in, and the queue of those whose faces are still to be found. */
export interface PhotoStore {
  /** Those of the files that are known. */
  findFiles(eventId: string, paths: readonly string[]): Promise<readonly KnownFile[]>;
  /**
   * Adds files and photos, or moves files to other photos; a photo that loses its last file goes with its faces.
   * Says how many photos are new, and so in the queue.
   */
  recordFiles(eventId: string, files: readonly FoundFile[]): Promise<number>;
  /** Forgets files; a photo that loses its last one goes with its faces. */
  forgetFiles(eventId: string, paths: readonly string[]): Promise<void>;
  /** A page of the known files in a folder at any depth, by path, after a path. */
  filesUnder(
    eventId: string,
    folder: string,
    page: { readonly after: string; readonly limit: number },
  ): Promise<readonly KnownFile[]>;

  /** Takes the next photo of the queue, or one whose lease ran out before `now`. No two callers get the same one. */
  claim(eventId: string, lease: Lease, now: number): Promise<ClaimedPhoto | undefined>;
  renewLeases(lease: Lease): Promise<void>;
  /** Puts photos back into the queue: one, or all that the owner holds. */
  release(owner: string, photo?: ClaimedPhoto): Promise<void>;
  /** Owners of leases on photos of the event. */
  leaseOwners(eventId: string): Promise<readonly string[]>;
  /** Stores the faces in place of those of an earlier run. False, and nothing done, when the lease was lost. */
  complete(photo: ClaimedPhoto, found: FacesInImage): Promise<boolean>;
  /** Fails the photo for good. False when the lease was lost. */
  fail(photo: ClaimedPhoto, error: CodedError): Promise<boolean>;
  /** Counts a crash of the engine over the photo and puts it back into the queue. */
  recordCrash(photo: ClaimedPhoto): Promise<void>;
  /**
   * Puts photos into the queue that another pipeline looked at, and those that failed with one of the codes, or with any.
   */
  requeue(
    eventId: string,
    which: { readonly notOf: string; readonly failedWith: readonly ErrorCode[] | "any" },
  ): Promise<void>;

  /** Photos in the queue, and those that somebody is working on. */
  unfinished(eventId: string): Promise<{ readonly pending: number; readonly working: number }>;
  counts(eventId: string): Promise<PhotoCounts>;
  /** Every file of photos that failed, by path. */
  failures(eventId: string): Promise<readonly FailedFile[]>;
  get(eventId: string, photoIds: readonly string[]): Promise<readonly StoredPhoto[]>;
}

/** The revision of an event that does not exist. */
export const eventGone = -1;

/** All faces of an event that one pipeline found, in columns: face i is at index i of each, by id. */
export interface EventFaces {
  /** Of the event when they were read. */
  readonly revision: number;
  readonly pipelineId: string;
  readonly ids: readonly string[];
  readonly photoIds: readonly string[];
  /** Null for a face of nobody yet. */
  readonly personIds: readonly (string | null)[];
  /** Overall, 0 to 1. */
  readonly qualities: Float32Array;
  /** Pixels of the upright original, four for each face. */
  readonly boxes: Float32Array;
  readonly dimension: number;
  /** Unit length, `dimension` numbers for each face. */
  readonly vectors: Float32Array;
}

/** A face without its embedding. */
export interface StoredFace extends Omit<Face, "embedding"> {
  readonly id: string;
  readonly photoId: string;
  readonly personId: string | null;
}

export interface FaceCounts {
  readonly faces: number;
  /** With at least one face. */
  readonly people: number;
  /** With exactly one face. */
  readonly seenOnce: number;
  /** Faces by the pipeline that found them. */
  readonly byPipeline: ReadonlyMap<string, number>;
}

/** Which person each face is of, after grouping. */
export interface Assignment {
  readonly faceId: string;
  readonly personId: string | null;
}

export interface FaceStore {
  /** Changes whenever faces of the event, or decisions about them, come or go. */
  revision(eventId: string): Promise<number>;
  /** What the latest `assign` said of itself; undefined when faces or decisions came or went since. */
  grouping(eventId: string): Promise<string | undefined>;
  load(eventId: string, pipelineId: string): Promise<EventFaces>;
  get(eventId: string, faceIds: readonly string[]): Promise<readonly StoredFace[]>;
  ofPerson(eventId: string, personId: string): Promise<readonly StoredFace[]>;
  counts(eventId: string): Promise<FaceCounts>;
  /**
   * Makes the people that are new, assigns the faces, and removes people that have no face, no name and no decision left.
   * False, and nothing done, when the event is no longer at the revision.
   *
   * @param grouping what made it, for `grouping`
   */
  assign(
    eventId: string,
    at: { readonly revision: number; readonly grouping: string },
    assignments: readonly Assignment[],
  ): Promise<boolean>;
}

export interface StoredPerson {
  readonly id: string;
  readonly name: string | null;
  readonly faces: number;
  readonly photos: number;
  /** The face of the best quality, by id when equal. */
  readonly coverFaceId: string;
}

/** A human's word about a face, which is named by where it is. */
export interface Decision {
  readonly photoId: string;
  readonly box: PixelBox;
  readonly verdict: "is" | "is-not" | "ignore";
  /** Null when the face is to be ignored. */
  readonly personId: string | null;
}

export interface PersonStore {
  /** Those with a face: most photos first, then most faces, then by id. */
  list(eventId: string, limit?: number): Promise<readonly StoredPerson[]>;
  /** By id, the start of an id, or name; at most a few. */
  find(eventId: string, idOrName: string): Promise<readonly StoredPerson[]>;
  /** Names the person, and remembers that the given face is of that person. */
  name(eventId: string, personId: string, name: string, decision: Decision): Promise<void>;
  /** Of everybody who has one, by person, faces or not. */
  names(eventId: string): Promise<ReadonlyMap<string, string>>;
  decisions(eventId: string): Promise<readonly Decision[]>;
}

export interface SearchLog {
  /** @param search `retrievalMs` as in the answer; `faces` compared */
  record(eventId: string, search: { readonly retrievalMs: number; readonly faces: number }): Promise<void>;
  /** Milliseconds, the latest first. */
  retrievalTimes(eventId: string, limit: number): Promise<readonly number[]>;
}

/** What the domain needs of the originals, which stay where they are. */
export interface Originals {
  /**
   * Copies the first of the files that is still there into the folder, without ever writing over another file: a name
   * that is taken by other bytes gets a number. Undefined when a file of that name and those bytes is there already.
   *
   * @throws RollcallError FILE_MISSING, IMAGE_UNREADABLE, FOLDER_UNWRITABLE, DISK_FULL
   */
  copyInto(folder: string, files: readonly string[]): Promise<string | undefined>;
}
