import type { Generated } from "kysely";
import type { ActionKind, GuestView, PhotoStatus, Verdict, Watermark } from "../domain/model.ts";

/**
 * The tables, as every database holds them. Times are milliseconds since 1970, flags 0 or 1, boxes pixels of the
 * upright original. Ids of photos, faces and people are unique within their event only.
 */
export interface Schema {
  meta: { key: string; value: string };

  /** What the organiser chose for all events, as JSON. */
  settings: { key: string; value: string };

  events: {
    id: string;
    name: string;
    created_at: number;
    /** Counts changes of the event's faces, so that work on an outdated picture of them is noticed. */
    revision: Generated<number>;
    /** The revision at which its faces were grouped last, and what by. */
    grouped_revision: number | null;
    grouped_by: string | null;
    /** Counts what humans decided about its faces. */
    decided: Generated<number>;
    /** Counts how often its faces were given to people. */
    assigned: Generated<number>;
    expires_at: number | null;
    guest_search: Generated<number>;
    guest_view: Generated<GuestView>;
    /** "#rrggbb" */
    accent: string | null;
    /** Least confidence of a match; null: as everywhere. */
    threshold: number | null;
    /** JSON: the models its faces were found with; null: those that new events get. */
    models: string | null;
    guest_title: string | null;
    /** The start of the SHA-256 of the picture. */
    logo: string | null;
    watermark: Generated<Watermark>;
    text_mark: string | null;
    /** Null: Rollcall chooses. */
    cover_photo_id: string | null;
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
    /** 0 when it was added before times were kept. */
    added_at: Generated<number>;
    /** As the camera's clock showed it, taken for UTC. */
    taken_at: number | null;
    /** When faces were looked for in it, or it failed; null before that, and before times were kept. */
    looked_at: number | null;
  };

  photo_paths: {
    event_id: string;
    path: string;
    photo_id: string;
    /** Changes whenever the file might have. */
    stamp: string;
  };

  /** Photos of the event that an organiser deleted. */
  deleted_photos: { event_id: string; sha256: string };

  /** Names under which a photo was uploaded; its bytes are in the blob store. */
  photo_uploads: {
    seq: Generated<number>;
    event_id: string;
    photo_id: string;
    name: string;
    uploaded_at: number;
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
    /** More than the event's `revision` and `assigned` together before it came or was given to somebody; set by triggers. */
    changed: Generated<number>;
  };

  /** Events whose photos are looked at again with other models, beside the faces there are. */
  reindexes: { event_id: string; models: string; started_at: number };

  /** Photos of those events that were looked at, or could not be. */
  next_photos: {
    event_id: string;
    photo_id: string;
    width: number | null;
    height: number | null;
    damaged: Generated<number>;
    pipeline_id: string | null;
    error_code: string | null;
    error_message: string | null;
  };

  /** What was found in them: faces as soon as all photos of the event have been looked at, and seen by nobody before. */
  next_faces: Omit<Schema["faces"], "person_id" | "changed">;

  people: {
    event_id: string;
    id: string;
    name: string | null;
  };

  /** The photo of a person whose face in it is to stand for the person, who may have no face at the moment. */
  person_covers: { event_id: string; person_id: string; photo_id: string };

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
    /** Null for names, and for those made before actions could be undone. */
    action_id: string | null;
    /** 1: the action gave the face to that person. 0: it was that person's before. */
    moved: Generated<number>;
  };

  /** What a human did in one go, and what was before, to undo it. */
  actions: {
    seq: Generated<number>;
    event_id: string;
    id: string;
    kind: ActionKind;
    made_at: number;
    undone_at: number | null;
    /** JSON: people of the faces and names of the people before. */
    before: string;
    /** JSON: what it was about, for the history. */
    detail: string;
  };

  /** Tombstones: no name, no vector, only that a person was erased and what of. */
  erasures: {
    id: string;
    event_id: string;
    person_id: string;
    erased_at: number;
    /** JSON */
    receipt: string;
  };

  /** Places in photos where no face is to be kept, whatever finds one there. */
  erased_faces: {
    seq: Generated<number>;
    erasure_id: string;
    event_id: string;
    photo_id: string;
    x1: number;
    y1: number;
    x2: number;
    y2: number;
  };

  searches: {
    seq: Generated<number>;
    event_id: string;
    made_at: number;
    retrieval_ms: number;
    faces: number;
  };

  organisers: { id: string; password_hash: string; created_at: number };

  /** Secrets are stored as SHA-256: with 128 bits or more of chance in them, nothing slower is needed. */
  sessions: { token_hash: string; organiser_id: string; created_at: number; expires_at: number };

  api_tokens: {
    id: string;
    name: string;
    token_hash: string;
    /** With spaces between. */
    scopes: string;
    created_at: number;
    expires_at: number | null;
    last_used_at: number | null;
  };

  guest_links: {
    id: string;
    event_id: string;
    label: string;
    secret_hash: string;
    pin_hash: string | null;
    created_at: number;
    expires_at: number | null;
    revoked_at: number | null;
    /** Selfies that were looked for through it. */
    searches: Generated<number>;
    /** Selfies that may still be sent, and when that was so; null: as many as ever. */
    budget_left: number | null;
    budget_at: number | null;
    /** PINs that may still be tried, in the same way. */
    pin_left: number | null;
    pin_at: number | null;
  };

  guests: {
    id: string;
    token_hash: string;
    link_id: string;
    created_at: number;
    expires_at: number;
    budget_left: number | null;
    budget_at: number | null;
  };

  consents: {
    id: string;
    event_id: string;
    /** Null when the guest was forgotten. */
    guest_id: string | null;
    purpose: string;
    text_hash: string;
    given_at: number;
    withdrawn_at: number | null;
  };

  guest_favourites: { guest_id: string; photo_id: string };

  /** Photos that a guest's selfie was found in. */
  guest_photos: {
    guest_id: string;
    photo_id: string;
    face_id: string;
    confidence: number;
    /** The guest said that it is somebody else. */
    hidden: Generated<number>;
  };
}
