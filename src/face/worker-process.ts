import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { workerEnvironment } from "./environment.ts";
import { FaceError } from "./errors.ts";
import type { FacesInImage } from "./face.ts";
import type { PipelineConfig } from "./pipeline.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-protocol.ts";

/** What takes longer than this is taken to hang; `thorough` needs seconds for a picture of 100 megapixels. */
const TIMEOUT_MS = 120_000;

/** A child process that finds faces, one picture at a time, and is started anew when a picture kills it. */
export class WorkerProcess {
  readonly #config: PipelineConfig;
  #child: Promise<ChildProcess> | undefined;

  constructor(config: PipelineConfig) {
    this.#config = config;
  }

  /** Starts the process and loads the networks. @throws FaceError ENGINE_UNAVAILABLE, or why they cannot be loaded */
  async start(): Promise<void> {
    await this.#started();
  }

  /**
   * @throws FaceError ENGINE_CRASHED when the picture ends or hangs the process, IMAGE_... when it cannot be used; what
   *   `start` throws
   */
  async findFaces(source: Uint8Array | string): Promise<FacesInImage> {
    const child = await this.#started();
    const answer = await ask(child, { kind: "find", source }, crashed);
    if (answer.kind !== "found") throw new FaceError("ENGINE_CRASHED", "The face engine gave no answer.");
    return answer.result;
  }

  async close(): Promise<void> {
    const child = await this.#child?.catch(() => undefined);
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    // Idle workers do not keep the program alive, and one that answers at this moment becomes idle again: the wait has to.
    const waiting = setInterval(() => undefined, TIMEOUT_MS);
    child.kill("SIGKILL");
    await ended;
    clearInterval(waiting);
  }

  #started(): Promise<ChildProcess> {
    this.#child ??= this.#launch();
    return this.#child;
  }

  async #launch(): Promise<ChildProcess> {
    const child = launch();
    child.once("exit", () => {
      this.#child = undefined;
    });
    try {
      await ask(child, { kind: "open", config: this.#config }, unavailable);
    } catch (error) {
      child.kill("SIGKILL");
      this.#child = undefined;
      throw error;
    }
    return child;
  }
}

function launch(): ChildProcess {
  // From source, Node needs help to read TypeScript; what is built and published runs as it is.
  const fromSource = import.meta.url.endsWith(".ts");
  const script = new URL(fromSource ? "./worker.ts" : "./worker.js", import.meta.url);
  const loader = fromSource ? pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href : undefined;
  const child = fork(fileURLToPath(script), [], {
    serialization: "advanced",
    env: workerEnvironment(),
    execArgv: loader === undefined ? [] : ["--import", loader],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  idle(child);
  return child;
}

/** An idle worker does not keep the program alive that forgot to close the engine. */
function idle(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function busy(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
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

/** @param lost the error when the process ends or hangs instead of answering */
function ask(child: ChildProcess, request: WorkerRequest, lost: () => FaceError): Promise<WorkerAnswer> {
  return new Promise<WorkerAnswer>((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    const settle = () => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      child.off("error", onExit);
      idle(child);
    };
    const onMessage = (answer: WorkerAnswer) => {
      settle();
      if (answer.kind === "failed") reject(new FaceError(answer.code, answer.message));
      else resolve(answer);
    };
    const onExit = () => {
      settle();
      reject(lost());
    };
    busy(child);
    child.on("message", onMessage);
    child.once("exit", onExit);
    child.once("error", onExit);
    child.send(request, (error) => {
      if (error !== null) onExit();
    });
  });
}
