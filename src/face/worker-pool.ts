import { setMaxListeners } from "node:events";
import { FaceError } from "./errors.ts";
import type { FacesInImage } from "./face.ts";
import type { PipelineConfig } from "./pipeline.ts";
import { WorkerProcess } from "./worker-process.ts";

export interface FindOptions {
  readonly signal?: AbortSignal;
  /** Somebody waits for the answer, so it goes before all others, with a worker kept for that. */
  readonly urgent?: boolean;
  /**
   * Share of the picture's longer side, 0 to 1: narrower faces are looked for only where there is no wider one, which takes
   * a fraction of the time; default: 0.
   */
  readonly leastShare?: number;
}

interface Job {
  readonly urgent: boolean;
  readonly leastShare: number;
  readonly source: Uint8Array | string;
  readonly resolve: (result: FacesInImage) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Hands pictures to worker processes in the order they come in, urgent ones first. Those have a worker of their own, too,
 * which the others let go first: whoever sends a selfie while thousands of photos are looked at waits for none of them.
 */
export class WorkerPool {
  readonly #workers: readonly WorkerProcess[];
  readonly #prompt: WorkerProcess;
  readonly #free: Set<WorkerProcess>;
  readonly #waiting: Job[] = [];
  readonly #running = new Set<Job>();
  #closed = false;

  /** Every worker starts with its first picture, unless `start` was called before. */
  constructor(config: PipelineConfig, count: number) {
    this.#workers = Array.from({ length: count }, () => new WorkerProcess(config, true));
    this.#prompt = new WorkerProcess(config, false);
    this.#free = new Set([...this.#workers, this.#prompt]);
  }

  /** Starts all workers but the one for what is urgent. @throws FaceError when the networks cannot be loaded; no process is left behind then */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#workers.map((worker) => worker.start()));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  findFaces(source: Uint8Array | string, options: FindOptions = {}): Promise<FacesInImage> {
    const { signal, urgent = false, leastShare = 0 } = options;
    return new Promise<FacesInImage>((resolve, reject) => {
      if (this.#closed) {
        reject(closedError());
        return;
      }
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        const index = this.#waiting.indexOf(job);
        if (index >= 0) this.#waiting.splice(index, 1);
        job.reject(signal?.reason);
      };
      const job: Job = {
        urgent,
        leastShare,
        source,
        resolve: (result) => {
          signal?.removeEventListener("abort", onAbort);
          resolve(result);
        },
        reject: (reason) => {
          signal?.removeEventListener("abort", onAbort);
          reject(reason);
        },
      };
      if (signal) {
        // One signal may stop any number of pictures; that is no leak to warn of.
        setMaxListeners(0, signal);
        signal.addEventListener("abort", onAbort, { once: true });
      }
      const behind = urgent ? this.#waiting.findIndex((other) => !other.urgent) : -1;
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, job);
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of [...this.#waiting.splice(0), ...this.#running]) job.reject(closedError());
    await Promise.all([...this.#workers, this.#prompt].map((worker) => worker.close()));
  }

  #next(): void {
    const [job] = this.#waiting;
    if (job === undefined || this.#closed) return;
    const worker = this.#freeFor(job);
    if (worker === undefined) return;
    this.#waiting.shift();
    this.#free.delete(worker);
    this.#running.add(job);
    void worker
      .findFaces(job.source, job.leastShare)
      .then(job.resolve, job.reject)
      .finally(() => {
        this.#running.delete(job);
        this.#free.add(worker);
        this.#next();
      });
  }

  #freeFor({ urgent }: Job): WorkerProcess | undefined {
    if (urgent && this.#free.has(this.#prompt)) return this.#prompt;
    return this.#workers.find((worker) => this.#free.has(worker));
  }
}

function closedError(): FaceError {
  return new FaceError("ENGINE_CLOSED", "The face engine was closed before this picture was done.");
}
