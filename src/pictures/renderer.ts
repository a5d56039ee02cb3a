import type { PictureRenderer, Urgency } from "../domain/pictures.ts";
import { AskedProcess, type Failure } from "../face/asked-process.ts";
import { FaceError } from "../face/errors.ts";
import type { RenderAnswer, RenderRequest } from "./protocol.ts";

/** A picture that takes longer than this is taken to hang its decoder. */
const timeoutMs = 60_000;

/** A picture that ends the process so many times is to blame; once may be the system's doing, when memory runs out. */
const mostCrashes = 2;

type Done = Exclude<RenderAnswer, Failure>;

interface Job {
  readonly request: RenderRequest;
  readonly resolve: (answer: Done) => void;
  readonly reject: (reason: unknown) => void;
}

/** Makes pictures in one child process, started when it is first needed and again when a picture kills it. */
export function openRenderer(): PictureRenderer {
  const renderer = new Renderer();
  const rendered = async (request: RenderRequest, urgency: Urgency = "now") => {
    const answer = await renderer.ask(request, urgency);
    if (answer.kind === "rendered") return answer.pictures;
    throw unexpected();
  };
  return {
    async inspect(file) {
      const answer = await renderer.ask({ kind: "inspect", file }, "now");
      if (answer.kind === "facts") return answer.facts;
      throw unexpected();
    },
    render: (file, renditions, urgency = "now") => rendered({ kind: "render", file, renditions }, urgency),
    mark: async (file) => only(await rendered({ kind: "mark", file })),
    marked: async (file, mark) => only(await rendered({ kind: "marked", file, mark })),
    close: () => renderer.close(),
  };
}

class Renderer {
  readonly #queues: Readonly<Record<Urgency, Job[]>> = { now: [], whenever: [] };
  #child: AskedProcess<RenderRequest, RenderAnswer> | undefined;
  #running: Job | undefined;
  #closed = false;

  ask(request: RenderRequest, urgency: Urgency): Promise<Done> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(closedError());
        return;
      }
      this.#queues[urgency].push({ request, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of [...this.#queues.now.splice(0), ...this.#queues.whenever.splice(0)]) job.reject(closedError());
    await this.#child?.end();
  }

  #next(): void {
    if (this.#running || this.#closed) return;
    const job = this.#queues.now.shift() ?? this.#queues.whenever.shift();
    if (!job) return;
    this.#running = job;
    void this.#run(job.request, mostCrashes)
      .then(job.resolve, job.reject)
      .finally(() => {
        this.#running = undefined;
        this.#next();
      });
  }

  async #run(request: RenderRequest, tries: number): Promise<Done> {
    try {
      return await this.#started().ask(request, crashed);
    } catch (error) {
      const crash = error instanceof FaceError && error.code === "ENGINE_CRASHED";
      if (!crash || this.#closed || tries === 1) throw error;
      return await this.#run(request, tries - 1);
    }
  }

  #started(): AskedProcess<RenderRequest, RenderAnswer> {
    this.#child ??= this.#launch();
    return this.#child;
  }

  #launch(): AskedProcess<RenderRequest, RenderAnswer> {
    return new AskedProcess(import.meta.url, "./process", {
      timeoutMs,
      onEnd: () => {
        this.#child = undefined;
      },
    });
  }
}

function only([picture]: readonly Uint8Array[]): Uint8Array {
  if (picture) return picture;
  throw unexpected();
}

function crashed(): FaceError {
  return new FaceError(
    "ENGINE_CRASHED",
    "The picture stopped the process that looks into pictures. It may be built to break decoders, or it is too large for this machine's memory.",
  );
}

function closedError(): FaceError {
  return new FaceError("ENGINE_CLOSED", "Rollcall is stopping, so the picture was not made.");
}

function unexpected(): FaceError {
  return new FaceError("ENGINE_CRASHED", "The process that makes pictures gave no answer.");
}
