import { Offline, Refusal } from "../shared/api.ts";
import { sendFile } from "./send-file.ts";
import { isWorthRetrying } from "./worth-retrying.ts";

export type FileState = "waiting" | "sending" | "added" | "known" | "failed" | "stopped";

export interface UploadFile {
  readonly id: number;
  readonly file: File;
  readonly state: FileState;
  /** 0 to 1. */
  readonly sent: number;
  /** Why it failed. */
  readonly error?: unknown;
}

export interface Uploads {
  readonly files: readonly UploadFile[];
  /** Nothing reaches the server; it goes on by itself when something does. */
  readonly offline: boolean;
}

/** Browsers open six connections to a server; the page itself needs some. */
const atOnce = 3;

/** How long to wait until the server is asked again whether it is there: longer each time, up to the last. */
const askAgainMs = [1000, 2000, 5000, 10_000, 30_000];

/** Connections that may break over one file while the server is there, before the file is set aside. */
const mostBreaks = 10;

/** Thousands of files change their state often; nobody reads faster than this. */
const tellMs = 100;

/** Sends files a few at once, and tells the listener of every change. Knows nothing of pages, so it goes on behind them. */
export class UploadQueue {
  readonly #eventId: string;
  readonly #listeners = new Set<() => void>();
  readonly #files = new Map<number, UploadFile>();
  readonly #breaks = new Map<number, number>();
  /** Of files that are being sent. */
  readonly #stops = new Map<number, AbortController>();
  #waiting: number[] = [];
  #shown: Uploads = { files: [], offline: false };
  #telling = false;
  #running = 0;
  #next = 0;
  #offline = false;

  constructor(eventId: string) {
    this.#eventId = eventId;
    // A closed page would stop what is under way; the browser asks first.
    window.addEventListener("beforeunload", (event) => {
      if (this.#running > 0 || this.#waiting.length > 0) event.preventDefault();
    });
  }

  get shown(): Uploads {
    return this.#shown;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(files: readonly File[]): void {
    for (const file of files) {
      const id = this.#next++;
      this.#files.set(id, { id, file, state: "waiting", sent: 0 });
      this.#waiting.push(id);
    }
    this.#tell();
    this.#run();
  }

  retry(): void {
    for (const one of this.#files.values()) {
      if (!mayRetry(one)) continue;
      this.#change(one.id, { state: "waiting", sent: 0, error: undefined });
      this.#waiting.push(one.id);
    }
    this.#run();
  }

  /** Gives up what is not sent yet; what the server has of it is deleted there. */
  stop(): void {
    this.#waiting = [];
    for (const one of this.#files.values()) {
      if (isToSend(one)) this.#change(one.id, { state: "stopped", sent: 0 });
    }
    for (const one of this.#stops.values()) one.abort();
  }

  clear(): void {
    for (const one of this.#files.values()) {
      if (!isToSend(one)) this.#files.delete(one.id);
    }
    this.#tell();
  }

  #run(): void {
    while (this.#running < atOnce && !this.#offline) {
      const id = this.#waiting.shift();
      const next = id === undefined ? undefined : this.#files.get(id);
      if (!next) return;
      this.#running++;
      this.#change(next.id, { state: "sending" });
      const stop = new AbortController();
      const { signal } = stop;
      this.#stops.set(next.id, stop);
      const onProgress = (sent: number) => signal.aborted || this.#change(next.id, { sent });
      sendFile({ eventId: this.#eventId, file: next.file, onProgress, signal })
        .then(
          (outcome) => this.#change(next.id, { state: outcome, sent: 1 }),
          (error: unknown) => signal.aborted || this.#fail(next.id, error),
        )
        .finally(() => {
          if (this.#stops.get(next.id) === stop) this.#stops.delete(next.id);
          this.#running--;
          this.#run();
        });
    }
  }

  /** A lost connection is no fault of the file: it goes on when the server is there again. */
  #fail(id: number, error: unknown): void {
    const breaks = (this.#breaks.get(id) ?? 0) + 1;
    this.#breaks.set(id, breaks);
    if (!(error instanceof Offline) || breaks > mostBreaks) {
      this.#breaks.delete(id);
      this.#change(id, { state: "failed", error });
      return;
    }
    this.#change(id, { state: "waiting" });
    this.#waiting.unshift(id);
    if (this.#offline) return;
    this.#offline = true;
    this.#tell();
    void this.#waitForServer();
  }

  async #waitForServer(): Promise<void> {
    for (let tries = 0; this.#offline; tries++) {
      await pause(askAgainMs[Math.min(tries, askAgainMs.length - 1)] ?? 0);
      const there = await fetch("/api/health").catch(() => undefined);
      if (there?.ok) this.#offline = false;
    }
    this.#tell();
    this.#run();
  }

  #change(id: number, change: Partial<UploadFile>): void {
    const one = this.#files.get(id);
    if (one) this.#files.set(id, { ...one, ...change });
    this.#tell();
  }

  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    setTimeout(() => {
      this.#telling = false;
      this.#shown = { files: [...this.#files.values()], offline: this.#offline };
      for (const listener of this.#listeners) listener();
    }, tellMs);
  }
}

function isToSend({ state }: UploadFile): boolean {
  return state === "waiting" || state === "sending";
}

export function stillToSend(files: readonly UploadFile[]): number {
  return files.filter(isToSend).length;
}

/** Whether a file was not sent, or failed for a reason that may pass. */
export function mayRetry({ state, error }: UploadFile): boolean {
  if (state === "stopped") return true;
  return state === "failed" && isWorthRetrying(error instanceof Refusal ? error.code : undefined);
}

/** Ends early when the browser says that the network is back. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
  });
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
