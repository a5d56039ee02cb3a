import type { Generated } from "kysely";

/**
 * The tables, as every database holds them. Times are milliseconds since 1970, flags 0 or 1, boxes pixels of the
 * upright original. Ids of photos, faces and people are unique within their event only.
 */
export interface Schema {
  meta: { key: string; value: string };

  events: {
    id: string;
    name: string;
    created_at: number;
    /** Counts changes of the event's faces, so that work on an outdated picture of them is noticed. */
    revision: Generated<number>;
    /** The revision at which its faces were grouped last, and what by. */
    grouped_revision: number | null;
    grouped_by: string | null;
  };

  /** A photo is its bytes, and its row is the job of finding faces in them. */
  photos: {
    seq: Generated<number>;
    event_id: string;
    id: string;
    sha256: string;
    bytes: number;
    status: Generated<PhotoStatus>;
    /** Times the engine crashed over it. */
    attempts: Generated<number>;
    lease_owner: string | null;
    lease_until: number | null;
    width: number | null;
    height: number | null;
    damaged: Generated<number>;
    /** What looked for faces in it last. */
    pipeline_id: string | null;
    error_code: string | null;
    error_message: string | null;
  };

  photo_paths: {
    event_id: string;
    path: string;
    photo_id: string;
    /** Changes whenever the file might have. */
    stamp: string;
  };

  faces: {
    event_id: string;
    id: string;
    photo_id: string;
    x1: number;
    y1: number;
    x2: number;
    y2: number;
    /** JSON: five [x, y]. */
    landmarks: string;
    score: number;
    quality: number;
    /** JSON: the whole Quality. */
    quality_details: string;
    pipeline_id: string;
    embedding: Uint8Array;
    person_id: string | null;
  };

  people: {
    event_id: string;
    id: string;
    name: string | null;
  };

  /**
   * What humans said about faces. A face is named by its photo and box rather than its id, so that a decision outlives
   * other models, other boxes, and photos that go away and come back.
   */
  decisions: {
    seq: Generated<number>;
    event_id: string;
    photo_id: string;
    x1: number;
    y1: number;
    x2: number;
    y2: number;
    verdict: Verdict;
    /** Null when the face is to be ignored. */
    person_id: string | null;
    made_at: number;
  };

  searches: {
    seq: Generated<number>;
    event_id: string;
    made_at: number;
    retrieval_ms: number;
    faces: number;
  };
}

export type PhotoStatus = "pending" | "working" | "done" | "failed";

export type Verdict = "is" | "is-not" | "ignore";
