/** The rate is that of the last half minute: long enough to be steady, short enough to notice a change. */
const windowMs = 30_000;

/** How fast something is counted up. */
export class Rate {
  #samples: { readonly at: number; readonly count: number }[] = [];

  /** @param at milliseconds, never less than before @param count never less than before */
  add(at: number, count: number): void {
    const start = this.#samples.findLastIndex((sample) => sample.at <= at - windowMs);
    this.#samples = [...this.#samples.slice(Math.max(0, start)), { at, count }];
  }

  /** 0 before there is anything to tell it from. */
  perSecond(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at <= first.at) return 0;
    return ((last.count - first.count) / (last.at - first.at)) * 1000;
  }
}
