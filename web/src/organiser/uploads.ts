import { Upload } from "tus-js-client";
import { api, ask, refusal } from "../shared/api.ts";

export type FileState = "waiting" | "sending" | "added" | "known" | "failed";

export interface UploadFile {
  readonly id: number;
  readonly file: File;
  readonly state: FileState;
  /** 0 to 1. */
  readonly sent: number;
  readonly reason?: string;
}

/** Browsers open six connections to a server; the page itself needs some. */
const atOnce = 3;

/** A lost network comes back within minutes, or the file can be retried by hand. */
const retryDelays = [0, 1000, 3000, 10_000, 30_000, 60_000];

/** Hashing needs the whole file in memory. */
const mostHashedBytes = 200e6;

/** Sends files a few at once, and tells the listener of every change. Knows nothing of pages, so it goes on behind them. */
export class UploadQueue {
  readonly #eventId: string;
  readonly #listeners = new Set<() => void>();
  #files: readonly UploadFile[] = [];
  #running = 0;
  #next = 0;

  constructor(eventId: string) {
    this.#eventId = eventId;
  }

  get files(): readonly UploadFile[] {
    return this.#files;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(files: readonly File[]): void {
    const added = files.map((file) => ({ id: this.#next++, file, state: "waiting", sent: 0 }) as const);
    this.#set([...this.#files, ...added]);
    this.#run();
  }

  retry(): void {
    this.#set(
      this.#files.map((one) => (one.state === "failed" ? { ...one, state: "waiting", sent: 0, reason: "" } : one)),
    );
    this.#run();
  }

  clear(): void {
    this.#set(this.#files.filter(({ state }) => state === "waiting" || state === "sending"));
  }

  #run(): void {
    while (this.#running < atOnce) {
      const next = this.#files.find(({ state }) => state === "waiting");
      if (!next) return;
      this.#running++;
      this.#change(next.id, { state: "sending" });
      this.#send(next)
        .then(
          (outcome) => this.#change(next.id, { state: outcome, sent: 1 }),
          (error: unknown) =>
            this.#change(next.id, { state: "failed", reason: error instanceof Error ? error.message : String(error) }),
        )
        .finally(() => {
          this.#running--;
          this.#run();
        });
    }
  }

  async #send({ id, file }: UploadFile): Promise<"added" | "known"> {
    const sha256 = await hash(file);
    if (sha256 !== undefined) {
      const path = { eventId: this.#eventId };
      const body = { sha256: [sha256] };
      const { known } = await ask(api.POST("/api/events/{eventId}/photos/known", { params: { path }, body }));
      if (known.length > 0) return "known";
    }
    return await this.#sendByTus(id, file, sha256);
  }

  #sendByTus(id: number, file: File, sha256: string | undefined): Promise<"added" | "known"> {
    return new Promise((resolve, reject) => {
      let outcome = "accepted";
      const upload = new Upload(file, {
        endpoint: `/api/events/${this.#eventId}/uploads`,
        retryDelays,
        chunkSize: 8e6,
        removeFingerprintOnSuccess: true,
        metadata: { filename: file.name, ...(sha256 === undefined ? {} : { sha256 }) },
        onProgress: (sent, total) => this.#change(id, { sent: total > 0 ? sent / total : 1 }),
        onAfterResponse: (_request, response) => {
          outcome = response.getHeader("rollcall-outcome") ?? outcome;
        },
        onSuccess: () => resolve(outcome === "duplicate" ? "known" : "added"),
        onError: (error) => reject(reasonOf(error)),
      });
      upload
        .findPreviousUploads()
        .then(([before]) => {
          if (before) upload.resumeFromPreviousUpload(before);
          upload.start();
        })
        .catch(reject);
    });
  }

  #change(id: number, change: Partial<UploadFile>): void {
    this.#set(this.#files.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  #set(files: readonly UploadFile[]): void {
    this.#files = files;
    for (const listener of this.#listeners) listener();
  }
}

/** Undefined where the browser has no hashing, which is without HTTPS: the server then finds duplicates itself. */
async function hash(file: File): Promise<string | undefined> {
  if (!window.isSecureContext || file.size > mostHashedBytes) return undefined;
  let content: ArrayBuffer;
  try {
    content = await file.arrayBuffer();
  } catch {
    throw new Error("The file cannot be read any more. Was it moved or deleted?");
  }
  const digest = await crypto.subtle.digest("SHA-256", content);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function reasonOf(error: Error): Error {
  const response = "originalResponse" in error ? error.originalResponse : undefined;
  if (typeof response !== "object" || response === null || !("getBody" in response) || !("getStatus" in response)) {
    return new Error("The connection was lost. Retry when you are online again; it goes on where it was.");
  }
  const { getBody, getStatus } = response;
  if (typeof getBody !== "function" || typeof getStatus !== "function") return error;
  const status: unknown = getStatus.call(response);
  try {
    return refusal(JSON.parse(String(getBody.call(response))), typeof status === "number" ? status : 0);
  } catch {
    return refusal(undefined, typeof status === "number" ? status : 0);
  }
}

const queues = new Map<string, UploadQueue>();

/** One queue for an event as long as the page is open, wherever in the app one goes meanwhile. */
export function uploadsOf(eventId: string): UploadQueue {
  const known = queues.get(eventId);
  if (known) return known;
  const queue = new UploadQueue(eventId);
  queues.set(eventId, queue);
  return queue;
}
