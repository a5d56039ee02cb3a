import { type ErrorCode, RollcallError } from "./errors.ts";

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

/** What came of taking a try. */
export interface Take {
  /** Milliseconds until a try may be taken; 0: this one was. */
  readonly waitMs: number;
  /** Whole tries that are left. */
  readonly left: number;
  /** Milliseconds until there is another try; 0 when one is left. */
  readonly nextMs: number;
}

/**
 * Takes one try out of a bucket.
 *
 * @param before undefined: a full one
 * @param now milliseconds
 * @returns the bucket afterwards, and what came of it
 */
export function drain(
  before: Bucket | undefined,
  { tries, perMs }: Allowance,
  now: number,
): Take & { readonly bucket: Bucket } {
  // A clock that was set back took no try from anybody, and nobody waits until it is as late again.
  const passed = before ? Math.max(0, now - before.at) : 0;
  const filled = before ? Math.min(tries, before.left + (passed / perMs) * tries) : tries;
  const taken = filled >= 1;
  const left = taken ? filled - 1 : filled;
  const nextMs = left >= 1 ? 0 : ((1 - left) / tries) * perMs;
  return { bucket: { left, at: now }, waitMs: taken ? 0 : nextMs, left: Math.floor(left), nextMs };
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

/** What is refused now and may be tried again later. */
export class LaterError extends RollcallError {
  readonly retryAfterSeconds: number;

  constructor(code: ErrorCode, message: string, retryAfterSeconds: number) {
    super(code, message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class TooManyTries extends LaterError {
  constructor(retryAfterSeconds: number) {
    const message = `Too many tries in a short time. Wait ${waitText(retryAfterSeconds)}, then try again.`;
    super("TOO_MANY_REQUESTS", message, retryAfterSeconds);
  }
}

/** How long to wait, in words. @param seconds whole */
export function waitText(seconds: number): string {
  if (seconds === 1) return "1 second";
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
