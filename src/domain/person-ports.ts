import type { PixelBox } from "../face/geometry.ts";
import type { Assignment, StoredFace } from "./face-ports.ts";
import type { ActionKind, Verdict } from "./model.ts";

export interface StoredPerson {
  readonly id: string;
  readonly name: string | null;
  readonly faces: number;
  readonly photos: number;
  /** The face of the best quality, by id when equal. */
  readonly bestFaceId: string;
  /** The one to show: that in the photo chosen with `setCover`, while there is one, else the best. */
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

/** A human's word about a face as they saw it. */
export interface NewDecision {
  readonly face: Pick<StoredFace, "id" | "photoId" | "box" | "personId">;
  readonly verdict: Verdict;
  /** Null when the face is to be ignored. */
  readonly personId: string | null;
}

/** What a human does in one go. */
export interface NewAction {
  readonly kind: ActionKind;
  /** Whoever is assigned a face has one about it. Of a face that stays with its person, nothing is stored that is stored already. */
  readonly decisions: readonly NewDecision[];
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
  /** The first of them that changed hands, to show whom it was about; null when none did. */
  readonly faceId: string | null;
  /** Names that it gave, changed or took away. */
  readonly names: readonly NameChange[];
}

export interface NameChange {
  readonly personId: string;
  /** Null: there was none. */
  readonly before: string | null;
  readonly after: string | null;
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
  /** Shows the person by the face in that photo from now on; null: by the best face. */
  setCover(eventId: string, personId: string, photoId: string | null): Promise<void>;
  /**
   * Stores what a human decided, and gives it an id to undo it by.
   *
   * @throws RollcallError PERSON_UNKNOWN when a face is not there, or not that person's, any more
   */
  decide(eventId: string, action: NewAction): Promise<string>;
  /**
   * Takes back what was decided; faces and names that were changed again since keep that, and what a later decision holds
   * goes on being held. False when it is not there.
   */
  undo(eventId: string, actionId: string): Promise<boolean>;
  /** The latest first. */
  actions(eventId: string): Promise<readonly ActionRecord[]>;
  /** The faces that `erase` would remove: the person's, also those that are ignored. None when there is no such person. */
  erasable(eventId: string, personId: string): Promise<readonly Pick<StoredFace, "id" | "photoId">[]>;
  /**
   * Removes the person's faces, decisions and name, and those of people merged into them, and keeps them from coming back.
   */
  erase(eventId: string, personId: string): Promise<ErasureReceipt>;
  /** Of everybody who has one, by person, faces or not. */
  names(eventId: string): Promise<ReadonlyMap<string, string>>;
  decisions(eventId: string): Promise<readonly Decision[]>;
}
