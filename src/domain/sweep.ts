/** Cleans up at the start, for what happened while no server ran, and then now and then for as long as it runs. */
export class Sweep {
  readonly #clean: () => Promise<void>;
  readonly #everyMs: number;
  readonly #onFault: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(clean: () => Promise<void>, everyMs: number, onFault: (error: unknown) => void) {
    this.#clean = clean;
    this.#everyMs = everyMs;
    this.#onFault = onFault;
  }

  start(): void {
    this.#sweep();
    this.#timer ??= setInterval(() => this.#sweep(), this.#everyMs).unref();
  }

  /** Lets what is being cleaned up be done whole. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  #sweep(): void {
    this.#sweeping = this.#sweeping.then(this.#clean).catch(this.#onFault);
  }
}
