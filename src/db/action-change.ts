/** What was of something before a human's decision, and after. */
export type Entry = readonly [id: string, before: string | null, after: string | null];

/** Who each face was of before and after, and what each person was called. */
export interface Change {
  readonly faces: readonly Entry[];
  readonly names: readonly Entry[];
}

/** What the history says of a decision. */
export interface Detail {
  /** The one that faces went to first, where there is one. */
  readonly people: readonly string[];
  readonly faces: number;
}
