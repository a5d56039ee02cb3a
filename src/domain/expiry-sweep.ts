/** An event is erased within a minute of its time. */
const everyMs = 60_000;

/** Erases what has expired, now and then, for as long as the server runs; at its start too, for what expired meanwhile. */
export class ExpirySweep {
  readonly #erase: () => Promise<void>;
  readonly #onFault: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(erase: () => Promise<void>, onFault: (error: unknown) => void) {
    this.#erase = erase;
    this.#onFault = onFault;
  }

  start(): void {
    this.#sweep();
    this.#timer ??= setInterval(() => this.#sweep(), everyMs).unref();
  }

  /** Lets the event that is being erased be erased whole. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  #sweep(): void {
    this.#sweeping = this.#sweeping.then(this.#erase).catch(this.#onFault);
  }
}
