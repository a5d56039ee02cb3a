import { setMaxListeners } from "node:events";
import { FaceError } from "./errors.ts";
import type { FacesInImage } from "./face.ts";
import type { PipelineConfig } from "./pipeline.ts";
import { WorkerProcess } from "./worker-process.ts";

interface Job {
  readonly source: Uint8Array | string;
  readonly resolve: (result: FacesInImage) => void;
  readonly reject: (reason: unknown) => void;
}

/** Hands pictures to worker processes in the order they come in, urgent ones first. */
export class WorkerPool {
  readonly #workers: readonly WorkerProcess[];
  readonly #free: WorkerProcess[];
  readonly #waiting: Job[] = [];
  readonly #running = new Set<Job>();
  #closed = false;

  /** Every worker starts with its first picture, unless `start` was called before. */
  constructor(config: PipelineConfig, count: number) {
    this.#workers = Array.from({ length: count }, () => new WorkerProcess(config));
    this.#free = [...this.#workers];
  }

  /** Starts all workers. @throws FaceError when the networks cannot be loaded; no process is left behind then */
  async start(): Promise<void> {
    try {
      await Promise.all(this.#workers.map((worker) => worker.start()));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** @param urgent goes before all that wait */
  findFaces(source: Uint8Array | string, signal?: AbortSignal, urgent = false): Promise<FacesInImage> {
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
      if (urgent) this.#waiting.unshift(job);
      else this.#waiting.push(job);
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of [...this.#waiting.splice(0), ...this.#running]) job.reject(closedError());
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }

  #next(): void {
    const worker = this.#free.pop();
    if (worker === undefined) return;
    const job = this.#waiting.shift();
    if (job === undefined || this.#closed) {
      this.#free.push(worker);
      return;
    }
    this.#running.add(job);
    void worker
      .findFaces(job.source)
      .then(job.resolve, job.reject)
      .finally(() => {
        this.#running.delete(job);
        this.#free.push(worker);
        this.#next();
      });
  }
}

function closedError(): FaceError {
  return new FaceError("ENGINE_CLOSED", "The face engine was closed before this picture was done.");
}
