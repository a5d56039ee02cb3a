export interface PromisedUpload {
  readonly eventId: string;
  /** All that it may grow to, however much of it has arrived. */
  readonly bytes: number;
}

/**
 * What uploads that have begun may grow to. It counts as if it were there already, or several would be sent that do not fit
 * together.
 */
export class PromisedBytes {
  readonly #read: () => Promise<ReadonlyMap<string, PromisedUpload>>;
  #uploads: Promise<Map<string, PromisedUpload>> | undefined;

  /** @param read those that began before the server was started, by their ids */
  constructor(read: () => Promise<ReadonlyMap<string, PromisedUpload>>) {
    this.#read = read;
  }

  async ofEvent(eventId: string): Promise<number> {
    const uploads = [...(await this.#all()).values()];
    return uploads.reduce((sum, one) => sum + (one.eventId === eventId ? one.bytes : 0), 0);
  }

  async keep(uploadId: string, upload: PromisedUpload): Promise<void> {
    (await this.#all()).set(uploadId, upload);
  }

  async release(uploadId: string): Promise<void> {
    (await this.#all()).delete(uploadId);
  }

  #all(): Promise<Map<string, PromisedUpload>> {
    this.#uploads ??= this.#read().then((uploads) => new Map(uploads));
    return this.#uploads;
  }
}
