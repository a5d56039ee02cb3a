import type { Face } from "../face/face.ts";
import type { EventIndex } from "./event-index.ts";

/** The revision of an event that does not exist. */
export const eventGone = -1;

/** Counts that tell whether something about the event's faces has changed. */
export interface EventState {
  /** Of faces that came or went, and of decisions. */
  readonly revision: number;
  /** Of what humans decided. */
  readonly decided: number;
  /** Of how often faces were given to people by grouping them. */
  readonly assigned: number;
}

/** Of an event that does not exist. */
export const noState: EventState = { revision: eventGone, decided: eventGone, assigned: 0 };

/** All faces of an event that one pipeline found, in columns: face i is at index i of each, by id. */
export interface EventFaces extends EventState {
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
  /** What the latest `assign` said of itself; undefined when faces or decisions came or went since. */
  grouping(eventId: string): Promise<string | undefined>;
  /** Everything as it is now; the same index for everybody who asks, kept up to date in place. */
  index(eventId: string, pipelineId: string): Promise<EventIndex>;
  /** Leaves nothing of the event's faces in memory, where `index` may keep them. */
  forget(eventId: string): void;
  get(eventId: string, faceIds: readonly string[]): Promise<readonly StoredFace[]>;
  /** Best first. */
  ofPerson(eventId: string, personId: string): Promise<readonly StoredFace[]>;
  /** Largest first. */
  ofPhoto(eventId: string, photoId: string): Promise<readonly StoredFace[]>;
  counts(eventId: string): Promise<FaceCounts>;
  /**
   * Makes the people that are new, assigns the faces, and removes people that have no face, no name and no decision left.
   * False, and nothing done, when the event is no longer in that state.
   *
   * @param at `grouping`: what made it, for `grouping`; `whileGrowing`: other faces may have come and gone since, as long as
   *   no human decided anything
   */
  assign(
    eventId: string,
    at: { readonly state: EventState; readonly grouping: string; readonly whileGrowing?: boolean },
    assignments: readonly Assignment[],
  ): Promise<boolean>;
}
