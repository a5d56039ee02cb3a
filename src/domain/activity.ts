/** What happens in an event, for pages that show it live. */
export type Activity =
  /** A photo came in, was worked on, failed, or was deleted. */
  | { readonly kind: "photos"; readonly eventId: string; readonly photoIds: readonly string[] }
  /** People came, went, or have other faces. */
  | { readonly kind: "people"; readonly eventId: string }
  /** The event itself changed, or was made or deleted. */
  | { readonly kind: "event"; readonly eventId: string };

export interface NumberedActivity {
  /** Grows by one each time. */
  readonly number: number;
  readonly activity: Activity;
}

/** Enough for a page that was away for the time of a few hundred photos; one that was away longer loads everything anew. */
const mostKept = 2000;

/** Tells listeners what happens, and those who were away for a moment what they missed. */
export class ActivityFeed {
  /** Tells the numbers of this process from those of another one. */
  readonly origin = Date.now().toString(36);
  readonly #listeners = new Set<(activity: NumberedActivity) => void>();
  #kept: NumberedActivity[] = [];
  #number = 0;

  publish(activity: Activity): void {
    const numbered = { number: ++this.#number, activity };
    this.#kept.push(numbered);
    if (this.#kept.length > 2 * mostKept) this.#kept = this.#kept.slice(-mostKept);
    for (const listener of this.#listeners) listener(numbered);
  }

  get latest(): number {
    return this.#number;
  }

  /** What came after the number; undefined when some of it is not kept any more. */
  since(number: number): readonly NumberedActivity[] | undefined {
    if (number > this.#number) return undefined;
    const first = this.#kept[0]?.number ?? this.#number + 1;
    return number + 1 < first ? undefined : this.#kept.filter((one) => one.number > number);
  }

  /** Says how to stop listening. */
  listen(listener: (activity: NumberedActivity) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
