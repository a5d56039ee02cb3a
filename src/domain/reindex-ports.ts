import type { FacesInImage } from "../face/face.ts";
import type { CodedError } from "./errors.ts";
import type { ModelChoice } from "./model.ts";
import type { PhotoSource } from "./ports.ts";

/** An event whose photos are looked at again, beside the faces it has. */
export interface Reindex {
  readonly eventId: string;
  /** What its faces are to be found with. */
  readonly models: ModelChoice;
  readonly startedAt: Date;
}

export interface ReindexProgress {
  /** Photos that were looked at, or cannot be. */
  readonly done: number;
  /** Photos that the event shows faces of now. */
  readonly total: number;
}

/** The faces that an event is going to have. Nobody sees them until there are those of all photos. */
export interface ReindexStore {
  /** The oldest first. */
  list(): Promise<readonly Reindex[]>;
  /** Begins one, in place of one with other models; one with the same models goes on. */
  begin(eventId: string, models: ModelChoice): Promise<void>;
  /** Ends one and leaves nothing of it; the event keeps the faces it has. */
  drop(eventId: string): Promise<void>;
  /** Photos that were not looked at yet, in the order of the queue. */
  remaining(eventId: string, page: { readonly after: number; readonly limit: number }): Promise<readonly NextPhoto[]>;
  progress(eventId: string): Promise<ReindexProgress>;
  /** Keeps what was found, or why nothing could be. False, and nothing done, when there is no such re-index any more. */
  record(reindex: Reindex, photoId: string, outcome: FacesInImage | CodedError): Promise<boolean>;
  /**
   * Gives the event its new faces in place of the old, in one go, as soon as all of its photos were looked at; until then it
   * says false and does nothing. Faces stay with their people, and guests' matches with their faces, where both found one in
   * the same place; photos that somebody is working on go back into the queue.
   */
  switchOver(reindex: Reindex): Promise<boolean>;
  /** What looked for faces in the photos that the event shows. */
  pipelines(eventId: string): Promise<readonly string[]>;
}

export interface NextPhoto extends PhotoSource {
  /** Its place in the queue. */
  readonly seq: number;
}
