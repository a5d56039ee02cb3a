/** Lets work begin in the order it was asked for, once what it needs fits beside what is under way. */
export class Room {
  #free: number;
  readonly #waiting: { readonly needed: number; readonly begin: () => void }[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  /** @param needed no more than the size */
  async take<Result>(needed: number, work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((begin) => {
      this.#waiting.push({ needed, begin });
      this.#beginNext();
    });
    try {
      return await work();
    } finally {
      this.#free += needed;
      this.#beginNext();
    }
  }

  #beginNext(): void {
    for (let next = this.#waiting[0]; next !== undefined && next.needed <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.needed;
      next.begin();
    }
  }
}
