import { type ChildProcess, fork } from "node:child_process";
import { createRequire } from "node:module";
import { constants, setPriority } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { workerEnvironment } from "./environment.ts";
import { FaceError, type FaceErrorCode } from "./errors.ts";

/** The answer to a request that could not be met. */
export interface Failure {
  readonly kind: "failed";
  readonly code: FaceErrorCode;
  readonly message: string;
}

/** What is common to the messages between a process and the one that asks it. */
interface Message {
  readonly kind: string;
}

export interface AskedProcessOptions {
  /** What takes longer is taken to hang, and is killed. */
  readonly timeoutMs: number;
  /** Nobody waits for its answers, as somebody does for pages and searches: it lets others go first. Default: false. */
  readonly background?: boolean;
  /** Called when the process has ended, for whatever reason. */
  readonly onEnd?: () => void;
}

/**
 * A child process that is asked one thing at a time and answers each, without the environment's keys, and without keeping
 * the program alive while nothing is asked. The other end is `answerParent`.
 */
export class AskedProcess<Request extends Message, Answer extends Message> {
  readonly #child: ChildProcess;
  readonly #timeoutMs: number;

  /**
   * @param caller the caller's `import.meta.url`
   * @param module the module to run, beside the caller, without the end of its name
   */
  constructor(caller: string, module: string, { timeoutMs, background = false, onEnd }: AskedProcessOptions) {
    this.#child = launch(caller, module);
    this.#timeoutMs = timeoutMs;
    if (background) letOthersGoFirst(this.#child);
    if (onEnd) this.#child.once("exit", onEnd);
    this.#idle();
  }

  /**
   * @param lost the error when the process ends or hangs instead of answering
   * @throws FaceError of the failure that the process answers with; `lost()`; an Error when the request cannot be sent
   */
  ask(request: Request, lost: () => FaceError): Promise<Exclude<Answer, Failure>> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), this.#timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        child.off("message", onMessage);
        child.off("exit", onExit);
        child.off("error", onExit);
        this.#idle();
      };
      const onMessage = (answer: Exclude<Answer, Failure> | Failure) => {
        settle();
        if (isFailure(answer)) reject(new FaceError(answer.code, answer.message));
        else resolve(answer);
      };
      const onExit = () => {
        settle();
        reject(lost());
      };
      child.ref();
      child.channel?.ref();
      child.on("message", onMessage);
      child.once("exit", onExit);
      child.once("error", onExit);
      try {
        child.send(request, (error) => {
          if (error === null) return;
          // Its end may not have been noticed yet; whoever asks again meanwhile would ask the same one.
          if (hasEnded(child)) onExit();
          else child.kill("SIGKILL");
        });
      } catch (error) {
        // Nothing was sent: the request has something in it that no process can be sent, such as a function.
        settle();
        reject(error);
      }
    });
  }

  /** Kills it, and waits until it is gone. */
  async end(): Promise<void> {
    const child = this.#child;
    if (hasEnded(child)) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    // An idle process does not keep the program alive, and one that answers at this moment becomes idle: the wait has to.
    const waiting = setInterval(() => undefined, this.#timeoutMs);
    child.kill("SIGKILL");
    await ended;
    clearInterval(waiting);
  }

  #idle(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }
}

function launch(caller: string, module: string): ChildProcess {
  // From source, Node needs help to read TypeScript; what is built and published runs as it is.
  const fromSource = caller.endsWith(".ts");
  const loader = fromSource ? pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href : undefined;
  return fork(fileURLToPath(new URL(`${module}.${fromSource ? "ts" : "js"}`, caller)), [], {
    serialization: "advanced",
    env: workerEnvironment(),
    execArgv: loader === undefined ? [] : ["--import", loader],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

/** From here, before it has threads of its own: those it starts later have the priority of the one that starts them. */
function letOthersGoFirst(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not allow it: it works all the same.
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function isFailure(answer: Message): answer is Failure {
  return answer.kind === "failed";
}

/**
 * The other end: answers what the parent asks, one request after the other, until the parent goes away. What `answer`
 * throws becomes a failure: FaceErrors with their code, the rest as ENGINE_CRASHED.
 */
export function answerParent<Request extends Message, Answer extends Message>(
  answer: (request: Request) => Promise<Answer>,
): void {
  process.on("message", (request: Request) => {
    void answer(request).catch(failure).then(send);
  });
  // Ctrl-C reaches the whole process group; when to stop is for the parent to say, by closing the channel.
  process.on("SIGINT", () => undefined);
  process.on("disconnect", () => process.exit(0));
}

function failure(error: unknown): Failure {
  const code = error instanceof FaceError ? error.code : "ENGINE_CRASHED";
  return { kind: "failed", code, message: error instanceof Error ? error.message : String(error) };
}

function send(message: Message): void {
  // A parent that has just gone hears nothing; the end of the channel then ends this process, too.
  process.send?.(message, undefined, undefined, () => undefined);
}
