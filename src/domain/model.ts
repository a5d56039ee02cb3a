import type { DetectionPreset } from "../face/detect.ts";
import type { PixelBox } from "../face/geometry.ts";
import type { CodedError } from "./errors.ts";

/** An event: the photos of one occasion, the people in them, and nothing shared with other events. */
export interface RollcallEvent extends EventSettings {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** What the organiser decides about an event, besides its name. */
export interface EventSettings {
  /** When the event and everything in it is erased; null: never. */
  readonly expiresAt: Date | null;
  /** Whether guests may look for themselves with a selfie; off until the organiser turns it on. */
  readonly guestSearch: boolean;
  readonly guestView: GuestView;
  /** Colour of the guest page, "#rrggbb"; null: Rollcall's own. */
  readonly accent: string | null;
  /** Least confidence, 0 to 1, at which a match counts; null: as the server's settings say. */
  readonly threshold: number | null;
  /** What its faces were found with; null: what new events get. */
  readonly models: ModelChoice | null;
  /** What guests are shown as the name of the event; null: its name. */
  readonly guestTitle: string | null;
  /** Names the picture in the event's blobs; null: none. */
  readonly logo: string | null;
  readonly watermark: Watermark;
  /** Names the picture of a text, to be put on photos; null: none. */
  readonly textMark: string | null;
  /** The photo that was chosen to stand for it; null: Rollcall chooses. It may be gone by now. */
  readonly coverPhotoId: string | null;
}

/** What is put on the photos that guests download. */
export type Watermark = "none" | "logo" | "text";

/** With what, and how thoroughly, faces are looked for. */
export interface ModelChoice {
  readonly embedder: string;
  readonly preset: DetectionPreset;
}

/** Which photos guests see: those they are in, or all of the event. */
export type GuestView = "matches" | "all";

export type PhotoStatus = "pending" | "working" | "done" | "failed";

/** What a human said of a face and a person. */
export type Verdict = "is" | "is-not" | "ignore";

/** What a human can do to people in one go, and undo. */
export type ActionKind = "name" | "merge" | "split" | "move" | "not-this-person" | "keep-apart" | "ignore";

export interface EventSummary extends RollcallEvent {
  readonly photos: number;
  readonly faces: number;
  readonly people: number;
}

/** What a face in a photo looks like to the reader of an answer. */
export interface FaceInPhoto {
  /** Unique within the event; the same face of the same bytes has the same id in every run. */
  readonly id: string;
  /** Pixels of the upright original. */
  readonly box: PixelBox;
  /** 0 (useless) to 1 (ideal). */
  readonly quality: number;
  /** What is wrong with the face in words, worst first; empty for a good one. */
  readonly qualityReasons: readonly string[];
}

export interface PhotoSummary {
  /** Unique within the event: the start of the SHA-256 of its bytes. */
  readonly id: string;
  /** What its owner calls it. */
  readonly name: string;
  /** Every place the same bytes were found, absolute, sorted; for an uploaded photo, the names it was uploaded under. */
  readonly files: readonly string[];
  /** Of the upright original, in pixels. */
  readonly width: number;
  readonly height: number;
  /** True when only a part of the file could be decoded. */
  readonly damaged: boolean;
}

export interface PersonSummary {
  /** Unique within the event; kept when people are grouped again. */
  readonly id: string;
  /** Given by a human; absent until then. */
  readonly name?: string;
  readonly photos: number;
  readonly faces: number;
  /** The face that stands for the person, the best or the one chosen, and where it is. */
  readonly cover: FaceInPhoto & { readonly photoId: string; readonly file: string };
}

export interface FailedFile {
  readonly file: string;
  readonly error: CodedError;
}

export type IndexPhase = "scanning" | "finding-faces" | "grouping" | "done";

/** Where an indexing run stands. */
export interface IndexProgress {
  readonly phase: IndexPhase;
  /** Photos finished in this run, whether they succeeded or failed. */
  readonly done: number;
  /** Photos to do in this run, as far as is known; grows while scanning. */
  readonly total: number;
  /** False while folders are still being scanned, so `total` may grow. */
  readonly totalIsFinal: boolean;
  /** Picture files seen in the folders so far. */
  readonly files: number;
  readonly failed: number;
  /** Faces found in this run. */
  readonly faces: number;
  /** Over the last half minute; 0 until the first photo is done. */
  readonly photosPerSecond: number;
  /** Absent until there is a rate and the total is final. */
  readonly secondsLeft?: number;
}

/** What an indexing run did. The first five are counts of files in the folders given. */
export interface IndexSummary {
  readonly event: string;
  /** Files that were not known before. */
  readonly added: number;
  readonly unchanged: number;
  /** Known files whose bytes are others now. */
  readonly changed: number;
  /** Known files that are gone. */
  readonly removed: number;
  /** Files that are not pictures by their name, and hidden ones. */
  readonly skipped: number;
  /** Photos found in the folders that were deleted from the event, and so are left out. */
  readonly deletedBefore: number;
  /** Photos whose faces were looked for in this run. */
  readonly processed: number;
  /** Every picture file of the event that could not be used, from this run or an earlier one, sorted by file. */
  readonly failed: readonly FailedFile[];
  /** Photos, faces and people in the event now. */
  readonly photos: number;
  readonly faces: number;
  readonly people: number;
  readonly seconds: number;
  /** True when the run was stopped before it was done; running it again goes on. */
  readonly stopped: boolean;
}

/** One photo that the person looked for is in. */
export interface PhotoMatch {
  readonly photo: PhotoSummary;
  readonly face: FaceInPhoto;
  /** The person the face was grouped with. */
  readonly person?: { readonly id: string; readonly name?: string };
  /** Probability that the face is the person looked for, 0 to 1. */
  readonly confidence: number;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
  /** Euclidean, of unit vectors: 0 to 2. */
  readonly distance: number;
  /** Cosine of this person's best face minus that of anybody else's; absent when there is nobody else. */
  readonly margin?: number;
}

/** The face that was looked for. */
export interface QueryFace {
  /** Empty when the picture was given as bytes. */
  readonly file: string;
  /** Its number among the faces of the picture, the largest first. */
  readonly faceIndex: number;
  readonly facesInPicture: number;
  readonly box: PixelBox;
  readonly quality: number;
  readonly qualityReasons: readonly string[];
}

interface SearchAnswerBase {
  readonly event: string;
  /** Least confidence of a match. */
  readonly threshold: number;
  /** All faces of the picture, the largest first: at its index is the one that `faceIndex` asks for. */
  readonly pictureFaces: readonly { readonly box: PixelBox; readonly quality: number }[];
  /** Faces of the event that were compared; none when the picture has no face. */
  readonly facesCompared: number;
  /** Photos of the event whose faces are still to be found: the person may be in them, whatever the outcome. */
  readonly photosPending: number;
  /** From the embedding of the query to the ranked answer, reading the event's faces included if they were not in memory. */
  readonly retrievalMs: number;
}

/** The person is in these photos. */
export interface FoundAnswer extends SearchAnswerBase {
  readonly outcome: "found";
  readonly query: QueryFace;
  /** The person most of the evidence points to, when the best match was grouped. */
  readonly person?: { readonly id: string; readonly name?: string };
  /** Cosine of the best match minus that of the best face of anybody else; absent when there is nobody else. */
  readonly margin?: number;
  /** One for each photo, the surest first; those below the threshold are there as far as was asked for. */
  readonly matches: readonly PhotoMatch[];
}

/** The query is good enough to say so: the person is not in these photos. */
export interface NotFoundAnswer extends SearchAnswerBase {
  readonly outcome: "not-found";
  readonly query: QueryFace;
  /** Confidence of the nearest face, 0 to 1; absent when the event has no faces. */
  readonly bestConfidence?: number;
  /** Photos of somebody else that come nearest, as far down as was asked for. */
  readonly candidates: readonly PhotoMatch[];
}

/** Neither yes nor no can be said honestly; `reasons` tell why in words, weightiest first. */
export interface NotEnoughEvidenceAnswer extends SearchAnswerBase {
  readonly outcome: "not-enough-evidence";
  /** Absent when the picture has no face. */
  readonly query?: QueryFace;
  readonly reasons: readonly string[];
  /** The likeliest photos, all below the threshold or doubtful, the surest first; at most ten, unless asked for further down. */
  readonly candidates: readonly PhotoMatch[];
}

export type SearchAnswer = FoundAnswer | NotFoundAnswer | NotEnoughEvidenceAnswer;

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Insights {
  readonly event: string;
  readonly photos: number;
  readonly photosWithoutFaces: number;
  readonly photosFailed: number;
  readonly photosPending: number;
  readonly faces: number;
  readonly people: number;
  /** People with a single face. */
  readonly seenOnce: number;
  /** Most photos first; at most ten. */
  readonly mostPhotographed: readonly PersonSummary[];
  /** Milliseconds of the searches that people really made in this event, the latest thousand; absent before the first. */
  readonly retrievalMs?: Percentiles;
}

export interface ExportSummary {
  readonly person: { readonly id: string; readonly name?: string };
  readonly folder: string;
  /** Files written, absolute. */
  readonly written: readonly string[];
  /** Photos that were in the folder already, byte for byte. */
  readonly alreadyThere: number;
  readonly failed: readonly FailedFile[];
}

/** What was erased of an event: counts, nothing that tells what it was. */
export interface ErasedEvent {
  readonly photos: number;
  readonly faces: number;
  readonly people: number;
  /** Guests' links. */
  readonly links: number;
  /** Of uploaded photos, which were in Rollcall alone. */
  readonly uploadedBytes: number;
  /** Of pictures made from photos. */
  readonly pictureBytes: number;
}
