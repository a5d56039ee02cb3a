import type { Face, FacesInImage } from "../face/face.ts";
import type { PixelBox } from "../face/geometry.ts";
import type { CodedError, ErrorCode } from "./errors.ts";
import type { ActionKind, EventSettings, FailedFile, PhotoStatus, RollcallEvent, Verdict } from "./model.ts";

/** What the domain needs from a database. Every method is atomic; what a resolved promise has written is durable. */
export interface Stores {
  readonly events: EventStore;
  readonly photos: PhotoStore;
  readonly faces: FaceStore;
  readonly people: PersonStore;
  readonly searches: SearchLog;
  readonly charts: ChartStore;
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
  /** Any of its files; undefined when all were forgotten since, or when it was uploaded. */
  readonly file: KnownFile | undefined;
  /** Of its bytes, when they are in the blob store. */
  readonly uploaded: string | undefined;
}

/** A photo whose bytes are in the blob store. */
export interface UploadedPhoto {
  /** Of its bytes, lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** Of the file, as its owner called it; never a path. */
  readonly name: string;
  /** By the camera's clock, taken for UTC. */
  readonly takenAt: Date | null;
}

/** Which photos to list; all conditions hold together. */
export interface PhotoFilter {
  /** In which every one of these people is. */
  readonly withAll?: readonly string[];
  /** In which at least one of these people is. */
  readonly withAny?: readonly string[];
  /** In which nobody but `withAll` and `withAny` is. */
  readonly onlyThem?: boolean;
  readonly withoutFaces?: boolean;
  readonly status?: readonly PhotoStatus[];
  /** Least quality of its best face, 0 to 1. */
  readonly leastQuality?: number;
  readonly takenFrom?: Date;
  readonly takenBefore?: Date;
}

export type PhotoOrder = "taken" | "added";

/** What is known of a photo without looking at its bytes. */
export interface PhotoRecord {
  readonly id: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly status: PhotoStatus;
  readonly error: CodedError | null;
  /** Of the upright original, in pixels; 0 until faces were looked for. */
  readonly width: number;
  readonly height: number;
  readonly damaged: boolean;
  readonly addedAt: Date;
  readonly takenAt: Date | null;
  readonly faces: number;
  /** Every name it was uploaded under. */
  readonly names: readonly string[];
  /** Every place it was found in, absolute; none when it was uploaded. */
  readonly files: readonly string[];
}

export interface PhotoPage {
  readonly photos: readonly PhotoRecord[];
  /** To go on from; undefined on the last page. */
  readonly next: string | undefined;
}

export interface StatusCounts {
  readonly pending: number;
  readonly working: number;
  readonly done: number;
  readonly failed: number;
}

export interface PhotoCounts extends StatusCounts {
  /** Done, and no face in them. */
  readonly withoutFaces: number;
}

export interface StoredPhoto {
  readonly id: string;
  /** Where it is, sorted, then the names it was uploaded under; empty for a moment at most. */
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

  /** Adds a photo, or a name to a photo that is there. Its bytes have to be in the blob store before. */
  recordUpload(eventId: string, photo: UploadedPhoto): Promise<{ readonly photoId: string; readonly isNew: boolean }>;
  /** Of all uploaded photos together; what another process deleted may be counted for some seconds more. */
  uploadedBytes(eventId: string): Promise<number>;
  /** Those of the SHA-256 that the event has, and the photo of each. */
  known(eventId: string, sha256s: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** @param cursor `next` of the page before @throws RollcallError CURSOR_INVALID */
  page(
    eventId: string,
    query: {
      readonly filter: PhotoFilter;
      readonly order: PhotoOrder;
      readonly cursor?: string;
      readonly limit: number;
    },
  ): Promise<PhotoPage>;
  records(eventId: string, photoIds: readonly string[]): Promise<readonly PhotoRecord[]>;
  /** Removes photos with their faces, and says which there were. */
  delete(eventId: string, photoIds: readonly string[]): Promise<readonly PhotoRecord[]>;
  /** Puts failed photos back into the queue: these, or all. Says how many. */
  retry(eventId: string, photoIds?: readonly string[]): Promise<number>;
  /** Remembers when the photo was taken. */
  recordTime(eventId: string, photoId: string, takenAt: Date): Promise<void>;

  /**
   * Takes the next photo of the queue, or one whose lease ran out before `now`. No two callers get the same one.
   *
   * @param eventId undefined: of any event
   */
  claim(eventId: string | undefined, lease: Lease, now: number): Promise<ClaimedPhoto | undefined>;
  renewLeases(lease: Lease): Promise<void>;
  /** Puts photos back into the queue: one, or all that the owner holds. */
  release(owner: string, photo?: ClaimedPhoto): Promise<void>;
  /** Owners of leases on photos of the event, or of all. */
  leaseOwners(eventId: string | undefined): Promise<readonly string[]>;
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
  /** The same without what takes long to count, for those who ask all the time. */
  statusCounts(eventId: string): Promise<StatusCounts>;
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
  /** Counts what humans decided about the event's faces. */
  readonly decided: number;
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
  /** Best first. */
  ofPerson(eventId: string, personId: string): Promise<readonly StoredFace[]>;
  /** Largest first. */
  ofPhoto(eventId: string, photoId: string): Promise<readonly StoredFace[]>;
  counts(eventId: string): Promise<FaceCounts>;
  /**
   * Makes the people that are new, assigns the faces, and removes people that have no face, no name and no decision left.
   * False, and nothing done, when the event is no longer at the revision; where `decided` is given, other faces may have
   * come and gone since, as long as no human decided anything.
   *
   * @param grouping what made it, for `grouping`
   */
  assign(
    eventId: string,
    at: { readonly revision: number; readonly grouping: string; readonly decided?: number },
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
  readonly verdict: Verdict;
  /** Null when the face is to be ignored. */
  readonly personId: string | null;
}

/** What a human does in one go. */
export interface NewAction {
  readonly kind: ActionKind;
  readonly decisions: readonly Decision[];
  /** Who the faces are of from now on, until they are grouped again; people that are new are made. */
  readonly assignments: readonly Assignment[];
  /** Null takes the name away. */
  readonly names: ReadonlyMap<string, string | null>;
  /** People it is about, for the history. */
  readonly people: readonly string[];
}

export interface ActionRecord {
  readonly id: string;
  readonly kind: ActionKind;
  readonly madeAt: Date;
  readonly undoneAt: Date | null;
  readonly people: readonly string[];
  /** Faces it was about. */
  readonly faces: number;
}

/** What was erased of a person: counts and an id, nothing that tells who it was. */
export interface ErasureReceipt {
  readonly id: string;
  readonly personId: string;
  readonly erasedAt: Date;
  readonly faces: number;
  readonly photos: number;
  readonly decisions: number;
  readonly guestMatches: number;
}

export interface PersonStore {
  /** Those with a face: most photos first, then most faces, then by id. */
  list(eventId: string, limit?: number): Promise<readonly StoredPerson[]>;
  /** By id or name, else by the name in any case, else by the start of an id; at most a few. */
  find(eventId: string, idOrName: string): Promise<readonly StoredPerson[]>;
  /** Stores what a human decided, and gives it an id to undo it by. */
  decide(eventId: string, action: NewAction): Promise<string>;
  /** Takes back what was decided; faces and names that were changed again since keep that. False when it is not there. */
  undo(eventId: string, actionId: string): Promise<boolean>;
  /** The latest first. */
  actions(eventId: string, limit: number): Promise<readonly ActionRecord[]>;
  /** Removes the person's faces, decisions and name, and keeps them from coming back. */
  erase(eventId: string, personId: string): Promise<ErasureReceipt>;
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

/** Counts of an event, for charts. */
export interface ChartStore {
  /** By the hour, of photos whose time is known. */
  photosOverTime(eventId: string): Promise<readonly { readonly at: Date; readonly photos: number }[]>;
  /** Pairs of people by the photos both are in, most first. */
  together(
    eventId: string,
    limit: number,
  ): Promise<readonly { readonly people: readonly [string, string]; readonly photos: number }[]>;
  /** How many people are in so many photos, by the number of photos. */
  photosPerPerson(eventId: string): Promise<readonly { readonly photos: number; readonly people: number }[]>;
  /** Faces in each of so many equal parts of the range of quality, 0 to 1. */
  faceQualities(eventId: string, bins: number): Promise<readonly number[]>;
  /** Photos found for guests, in each of so many equal parts of the range of confidence, 0 to 1. */
  matchConfidences(eventId: string, bins: number): Promise<readonly number[]>;
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
