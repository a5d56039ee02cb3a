import { RollcallError } from "./errors.ts";

export interface Allowance {
  /** Tries in the time of the window, and the most in one go. */
  readonly tries: number;
  readonly perMs: number;
}

/** Keys remembered at once; whoever sends from more addresses than this has other means anyway. */
const mostKeys = 50_000;

/** Fills again evenly. */
export interface Bucket {
  /** Tries left when it was looked at last. */
  readonly left: number;
  readonly at: number;
}

/**
 * Takes one try out of a bucket.
 *
 * @param before undefined: a full one
 * @param now milliseconds
 * @returns the bucket afterwards, and how long until there is another try; 0: it was taken
 */
export function drain(
  before: Bucket | undefined,
  { tries, perMs }: Allowance,
  now: number,
): { readonly bucket: Bucket; readonly waitMs: number } {
  const left = before ? Math.min(tries, before.left + ((now - before.at) / perMs) * tries) : tries;
  if (left >= 1) return { bucket: { left: left - 1, at: now }, waitMs: 0 };
  return { bucket: { left, at: now }, waitMs: ((1 - left) / tries) * perMs };
}

/** Lets each key try so often and no oftener. Kept in memory, gone with the process. */
export class Throttle {
  readonly #allowance: Allowance;
  readonly #buckets = new Map<string, Bucket>();

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /** @param now milliseconds @throws TooManyTries */
  take(key: string, now = Date.now()): void {
    const { bucket, waitMs } = drain(this.#buckets.get(key), this.#allowance, now);
    // Deleted first, so that the map stays in the order of the latest try.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > mostKeys) this.#forgetOldest();
    if (waitMs > 0) throw new TooManyTries(Math.ceil(waitMs / 1000));
  }

  /** The try was a good one, and is not held against the key. */
  giveBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (!bucket) return;
    const left = Math.min(this.#allowance.tries, bucket.left + 1);
    this.#buckets.set(key, { left, at: bucket.at });
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

export class TooManyTries extends RollcallError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    const wait =
      retryAfterSeconds < 90 ? `${retryAfterSeconds} seconds` : `${Math.ceil(retryAfterSeconds / 60)} minutes`;
    super("TOO_MANY_REQUESTS", `Too many tries in a short time. Wait ${wait}, then try again.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
