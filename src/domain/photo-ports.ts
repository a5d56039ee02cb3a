import type { FacesInImage } from "../face/face.ts";
import type { CodedError, ErrorCode } from "./errors.ts";
import type { FailedFile, PhotoStatus } from "./model.ts";

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

/** A photo, and where its bytes are. */
export interface PhotoSource {
  readonly eventId: string;
  readonly photoId: string;
  /** Any of its files; undefined when all were forgotten since, or when it was uploaded. */
  readonly file: KnownFile | undefined;
  /** Of its bytes, when they are in the blob store. */
  readonly uploaded: string | undefined;
}

/** A photo to find faces in, held by a lease. */
export interface ClaimedPhoto extends PhotoSource {
  readonly owner: string;
  /** Times the engine crashed over it so far. */
  readonly attempts: number;
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
  /** None but these. */
  readonly ids?: readonly string[];
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

/** What came of recording files. */
export interface RecordedFiles {
  /** Photos that are new, and so in the queue. */
  readonly queued: number;
  /** SHA-256 of those that were deleted before, and left out. */
  readonly leftOut: ReadonlySet<string>;
}

/** Photos, the files they are in, and the queue of those whose faces are still to be found. */
export interface PhotoStore {
  /** Those of the files that are known. */
  findFiles(eventId: string, paths: readonly string[]): Promise<readonly KnownFile[]>;
  /**
   * Adds files and photos, or moves files to other photos; a photo that loses its last file goes with its faces.
   * Files of photos that were deleted are left out, unless they are to come back.
   *
   * @param options `again`: bring photos back that were deleted
   */
  recordFiles(
    eventId: string,
    files: readonly FoundFile[],
    options?: { readonly again?: boolean },
  ): Promise<RecordedFiles>;
  /** Forgets files; a photo that loses its last one goes with its faces. */
  forgetFiles(eventId: string, paths: readonly string[]): Promise<void>;
  /** A page of the known files in a folder at any depth, by path, after a path. */
  filesUnder(
    eventId: string,
    folder: string,
    page: { readonly after: string; readonly limit: number },
  ): Promise<readonly KnownFile[]>;

  /** Adds a photo, also one that was deleted, or a name to a photo that is there. Its bytes have to be in the blob store before. */
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
  has(eventId: string, photoId: string): Promise<boolean>;
  records(eventId: string, photoIds: readonly string[]): Promise<readonly PhotoRecord[]>;
  /** Removes photos with their faces, and says which there were. They stay deleted until they are uploaded or brought back. */
  delete(eventId: string, photoIds: readonly string[]): Promise<readonly PhotoRecord[]>;
  /** Puts failed photos back into the queue: these, or all. Says how many. */
  retry(eventId: string, photoIds?: readonly string[]): Promise<number>;

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
