import { RollcallError } from "./errors.ts";

export interface Allowance {
  /** Tries in the time of the window, and the most in one go. */
  readonly tries: number;
  readonly perMs: number;
}

/** Keys remembered at once; whoever sends from more addresses than this has other means anyway. */
const mostKeys = 50_000;

interface Bucket {
  /** Tries left when it was looked at last. */
  left: number;
  at: number;
}

/** Lets each key try so often and no oftener: a bucket that fills again evenly. Kept in memory, gone with the process. */
export class Throttle {
  readonly #allowance: Allowance;
  readonly #buckets = new Map<string, Bucket>();

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /** @param now milliseconds @throws TooManyTries */
  take(key: string, now = Date.now()): void {
    const { tries, perMs } = this.#allowance;
    const before = this.#buckets.get(key);
    const left = before ? Math.min(tries, before.left + ((now - before.at) / perMs) * tries) : tries;
    // Deleted first, so that the map stays in the order of the latest try.
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now });
    if (this.#buckets.size > mostKeys) this.#forgetOldest();
    if (left < 1) throw new TooManyTries(Math.ceil((((1 - left) / tries) * perMs) / 1000));
  }

  /** The try was a good one, and is not held against the key. */
  giveBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.left = Math.min(this.#allowance.tries, bucket.left + 1);
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
