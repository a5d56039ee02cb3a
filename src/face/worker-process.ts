import { AskedProcess } from "./asked-process.ts";
import { FaceError } from "./errors.ts";
import type { FacesInImage } from "./face.ts";
import type { PipelineConfig } from "./pipeline.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-protocol.ts";

/** What takes longer than this is taken to hang; `thorough` needs seconds for a picture of 100 megapixels. */
const TIMEOUT_MS = 120_000;

type Child = AskedProcess<WorkerRequest, WorkerAnswer>;

/** A child process that finds faces, one picture at a time, and is started anew when a picture kills it. */
export class WorkerProcess {
  readonly #config: PipelineConfig;
  readonly #background: boolean;
  #child: Promise<Child> | undefined;

  /** @param background whether it lets other processes go first */
  constructor(config: PipelineConfig, background: boolean) {
    this.#config = config;
    this.#background = background;
  }

  /** Starts the process and loads the networks. @throws FaceError ENGINE_UNAVAILABLE, or why they cannot be loaded */
  async start(): Promise<void> {
    await this.#started();
  }

  /**
   * @param leastShare as for `detect`
   * @throws FaceError ENGINE_CRASHED when the picture ends or hangs the process, IMAGE_... when it cannot be used; what
   *   `start` throws
   */
  async findFaces(source: Uint8Array | string, leastShare: number): Promise<FacesInImage> {
    const child = await this.#started();
    const answer = await child.ask({ kind: "find", source, leastShare }, crashed);
    if (answer.kind !== "found") throw new FaceError("ENGINE_CRASHED", "The face engine gave no answer.");
    return answer.result;
  }

  async close(): Promise<void> {
    const child = await this.#child?.catch(() => undefined);
    this.#child = undefined;
    await child?.end();
  }

  #started(): Promise<Child> {
    this.#child ??= this.#launch();
    return this.#child;
  }

  async #launch(): Promise<Child> {
    const child: Child = new AskedProcess(import.meta.url, "./worker", {
      timeoutMs: TIMEOUT_MS,
      background: this.#background,
      onEnd: () => {
        this.#child = undefined;
      },
    });
    try {
      await child.ask({ kind: "open", config: this.#config }, unavailable);
    } catch (error) {
      await child.end();
      this.#child = undefined;
      throw error;
    }
    return child;
  }
}

function crashed(): FaceError {
  return new FaceError(
    "ENGINE_CRASHED",
    "The face engine stopped while it worked on this picture. The picture may be built to break decoders, or it is too large for this machine's memory.",
  );
}

function unavailable(): FaceError {
  return new FaceError(
    "ENGINE_UNAVAILABLE",
    "The face engine stopped while it was starting, before it looked at any picture. The machine may be out of memory: close other programs, or use fewer workers (`--workers 1`), then try again.",
  );
}
