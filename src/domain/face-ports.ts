import type { Face } from "../face/face.ts";

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
  /** Leaves nothing of the event's faces in memory, where `load` may keep them. */
  forget(eventId: string): void;
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
