import { api, ask, type Schemas } from "../shared/api.ts";
import type { Live, PhotoChange } from "./live.ts";

export type Photo = Schemas["Photo"];

export interface PhotoQuery {
  readonly withAll?: string;
  readonly withAny?: string;
  readonly onlyThem?: boolean;
  readonly withoutFaces?: boolean;
  readonly status?: string;
  readonly leastQuality?: number;
  readonly takenFrom?: string;
  readonly takenBefore?: string;
  readonly order?: "taken" | "added";
}

export interface Shown {
  readonly photos?: readonly Photo[];
  /** Whether those are all; while a list grows for the first time it is shown as it grows. */
  readonly complete: boolean;
  readonly error?: unknown;
}

/** As many as the server gives at once. */
const pageSize = 500;

/** Ids fit into an address; more than a few such questions are no less work than the whole list. */
const idsAtOnce = 100;
const mostAsked = 500;

/** Of a list that is shown for the first time, the pictures in view come before the rest of it is asked for. */
const picturesFirstMs = 500;

/** Live changes come in bursts; they are taken over at most this often. */
const calmMs = 800;

type Following = Pick<Live, "photos" | "people">;

/**
 * All photos of an event that fit, loaded page after page. Later only what changed is asked for, so that a page that is
 * open during an upload asks for little and stays where it is. Does one thing at a time, and the next after a pause.
 */
export class PhotoList {
  readonly #eventId: string;
  readonly #query: PhotoQuery;
  readonly #onShow: (shown: Shown) => void;
  #shown: Shown;
  #live: Following = { photos: [], people: 0 };
  #seen = { photos: 0, people: 0 };
  #everything = true;
  #working = false;
  #closed = false;
  #restMs = 0;

  /**
   * @param known the whole list as it was a while ago, which stays until there is a newer one
   * @param onShow is told whenever there is something else to show
   */
  constructor(eventId: string, query: PhotoQuery, known: readonly Photo[] | undefined, onShow: (shown: Shown) => void) {
    this.#eventId = eventId;
    this.#query = query;
    this.#onShow = onShow;
    this.#shown = known ? { photos: known, complete: true } : { complete: false };
  }

  /** What happened in the event by now; the first time, everything is loaded. */
  follow(live: Following): void {
    this.#live = live;
    void this.#work();
  }

  reload(): void {
    this.#everything = true;
    this.#restMs = 0;
    void this.#work();
  }

  close(): void {
    this.#closed = true;
  }

  get #latest() {
    const { withAll, withAny } = this.#query;
    // Who is in a photo changes without the photo.
    const people = withAll === undefined && withAny === undefined ? 0 : this.#live.people;
    return { photos: this.#live.photos.at(-1)?.number ?? 0, people };
  }

  get #isDue(): boolean {
    const { photos, people } = this.#latest;
    return !this.#closed && (this.#everything || photos > this.#seen.photos || people > this.#seen.people);
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      while (this.#isDue) {
        await pause(this.#restMs);
        const start = performance.now();
        await this.#step();
        // A long list must not keep the server busy with nothing else.
        this.#restMs = Math.max(calmMs, performance.now() - start);
      }
    } catch (error) {
      // The next change, or the person, tries again.
      this.#show({ ...this.#shown, error });
    } finally {
      this.#working = false;
    }
  }

  async #step(): Promise<void> {
    const { complete, photos } = this.#shown;
    const until = this.#latest;
    const ids = until.people === this.#seen.people ? changedSince(this.#live.photos, this.#seen.photos) : undefined;
    if (photos && complete && ids && !this.#everything) {
      const now = await this.#changed([...ids]);
      this.#show({ photos: withChanged(photos, ids, now, this.#query.order ?? "taken"), complete: true });
    } else {
      this.#everything = false;
      await this.#all(complete).catch((error: unknown) => {
        this.#everything = true;
        throw error;
      });
    }
    this.#seen = until;
  }

  async #all(isReplaced: boolean): Promise<void> {
    const all: Photo[] = [];
    for (let cursor: string | undefined, more = true; more && !this.#closed; ) {
      const page = await this.#page({ ...this.#query, ...(cursor ? { cursor } : {}) });
      all.push(...page.photos);
      cursor = page.next ?? undefined;
      more = cursor !== undefined;
      if (!more || !isReplaced) this.#show({ photos: [...all], complete: !more });
      if (more && !isReplaced && all.length === page.photos.length) await pause(picturesFirstMs);
    }
  }

  /** Those of the photos that are there and fit. */
  async #changed(ids: readonly string[]): Promise<Photo[]> {
    const found: Photo[] = [];
    for (let i = 0; i < ids.length; i += idsAtOnce) {
      const page = await this.#page({ ...this.#query, ids: ids.slice(i, i + idsAtOnce).join(",") });
      found.push(...page.photos);
    }
    return found;
  }

  async #page(query: PhotoQuery & { readonly cursor?: string; readonly ids?: string }) {
    const params = { path: { eventId: this.#eventId }, query: { ...query, limit: pageSize } };
    return await ask(api.GET("/api/events/{eventId}/photos", { params }));
  }

  #show(shown: Shown): void {
    this.#shown = shown;
    if (!this.#closed) this.#onShow(shown);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The list with what became of some of its photos: changed, new at their places, or gone. */
function withChanged(
  photos: readonly Photo[],
  ids: ReadonlySet<string>,
  now: readonly Photo[],
  order: "taken" | "added",
): readonly Photo[] {
  const stay = photos.filter(({ id }) => !ids.has(id));
  const at = ({ takenAt, addedAt }: Photo) => Date.parse(order === "taken" ? (takenAt ?? addedAt) : addedAt);
  return order === "taken"
    ? [...stay, ...now].sort((a, b) => at(a) - at(b))
    : [...now, ...stay].sort((a, b) => at(b) - at(a));
}

/** The ids of what changed since; undefined when that may be anything. */
function changedSince(changes: readonly PhotoChange[], seen: number): ReadonlySet<string> | undefined {
  const missed = changes.filter(({ number }) => number > seen);
  const ids = new Set(missed.flatMap((change) => change.ids ?? []));
  const isWhole = (missed[0]?.number ?? seen + 1) === seen + 1 && missed.every((change) => change.ids !== undefined);
  return isWhole && ids.size <= mostAsked ? ids : undefined;
}
