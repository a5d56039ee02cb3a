import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { PictureRenderer, Urgency } from "../domain/pictures.ts";
import { workerEnvironment } from "../face/environment.ts";
import { FaceError } from "../face/errors.ts";
import type { RenderAnswer, RenderRequest } from "./protocol.ts";

/** A picture that takes longer than this is taken to hang its decoder. */
const timeoutMs = 60_000;

interface Job {
  readonly request: RenderRequest;
  readonly resolve: (answer: RenderAnswer) => void;
  readonly reject: (reason: unknown) => void;
}

/** Makes pictures in one child process, started when it is first needed and again when a picture kills it. */
export function openRenderer(): PictureRenderer {
  const renderer = new Renderer();
  return {
    async inspect(file) {
      const answer = await renderer.ask({ kind: "inspect", file }, "now");
      if (answer.kind === "facts") return answer.facts;
      throw unexpected();
    },
    async render(file, renditions, urgency = "now") {
      const answer = await renderer.ask({ kind: "render", file, renditions }, urgency);
      if (answer.kind === "rendered") return answer.pictures;
      throw unexpected();
    },
    close: () => renderer.close(),
  };
}

class Renderer {
  readonly #queues: Readonly<Record<Urgency, Job[]>> = { now: [], whenever: [] };
  #child: ChildProcess | undefined;
  #running: Job | undefined;
  #closed = false;

  ask(request: RenderRequest, urgency: Urgency): Promise<RenderAnswer> {
    return new Promise<RenderAnswer>((resolve, reject) => {
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
    const child = this.#child;
    if (!child) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    // An idle process does not keep the program alive, and one that answers at this moment becomes idle: the wait has to.
    const waiting = setInterval(() => undefined, timeoutMs);
    child.kill("SIGKILL");
    await ended;
    clearInterval(waiting);
  }

  #next(): void {
    if (this.#running || this.#closed) return;
    const job = this.#queues.now.shift() ?? this.#queues.whenever.shift();
    if (!job) return;
    this.#running = job;
    void this.#run(job)
      .then(job.resolve, job.reject)
      .finally(() => {
        this.#running = undefined;
        this.#next();
      });
  }

  #run({ request }: Job): Promise<RenderAnswer> {
    const child = this.#started();
    return new Promise<RenderAnswer>((resolve, reject) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        child.off("message", onMessage);
        child.off("exit", onExit);
        child.off("error", onExit);
        child.unref();
        child.channel?.unref();
      };
      const onMessage = (answer: RenderAnswer) => {
        settle();
        if (answer.kind === "failed") reject(new FaceError(answer.code, answer.message));
        else resolve(answer);
      };
      const onExit = () => {
        settle();
        reject(
          new FaceError(
            "ENGINE_CRASHED",
            "The picture stopped the process that looks into pictures. It may be built to break decoders, or it is too large for this machine's memory.",
          ),
        );
      };
      child.ref();
      child.channel?.ref();
      child.on("message", onMessage);
      child.once("exit", onExit);
      child.once("error", onExit);
      child.send(request, (error) => {
        if (error !== null) onExit();
      });
    });
  }

  #started(): ChildProcess {
    this.#child ??= this.#launch();
    return this.#child;
  }

  #launch(): ChildProcess {
    // From source, Node needs help to read TypeScript; what is built and published runs as it is.
    const fromSource = import.meta.url.endsWith(".ts");
    const script = new URL(fromSource ? "./process.ts" : "./process.js", import.meta.url);
    const loader = fromSource ? pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href : undefined;
    const child = fork(fileURLToPath(script), [], {
      serialization: "advanced",
      env: workerEnvironment(),
      execArgv: loader === undefined ? [] : ["--import", loader],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.once("exit", () => {
      if (this.#child === child) this.#child = undefined;
    });
    return child;
  }
}

function closedError(): FaceError {
  return new FaceError("ENGINE_CLOSED", "Rollcall is stopping, so the picture was not made.");
}

function unexpected(): FaceError {
  return new FaceError("ENGINE_CRASHED", "The process that makes pictures gave no answer.");
}
