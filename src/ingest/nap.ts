import { setTimeout as sleep } from "node:timers/promises";

/** Sleep that others may end early. */
export class Nap {
  #waking = new AbortController();

  /** @param stop from then on there is no sleep any more */
  async sleep(ms: number, stop: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([this.#waking.signal, stop]);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
    this.#waking = new AbortController();
  }

  /** Whoever is not asleep sleeps no time the next time: what they were called for may have come too late for them. */
  wake(): void {
    this.#waking.abort();
  }
}
