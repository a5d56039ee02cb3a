import { ChildProcess, execFileSync } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** The face workers of this process that are running; or its other helpers, by a part of the path of what they run. */
export function workerIds(module = "face/worker."): number[] {
  const list = execFileSync("ps", ["-o", "pid=,args=", "--ppid", `${process.pid}`], { encoding: "utf8" });
  return list.split("\n").flatMap((line) => (line.includes(module) ? [Number.parseInt(line, 10)] : []));
}

/**
 * From now on kills every face worker that is asked to look at a picture, as a picture would that makes a decoder crash.
 *
 * @returns what lets workers that are started from then on live
 */
export function killAskedWorkers(): () => void {
  const onChild = (message: unknown) => {
    const child = message instanceof Object && "process" in message ? message.process : undefined;
    if (!(child instanceof ChildProcess)) return;
    // The channel to it is there when `fork` has returned.
    setImmediate(() => {
      const send = child.send?.bind(child);
      if (send === undefined) return;
      child.send = (request: unknown, ...rest: unknown[]) => {
        const sent = Reflect.apply(send, child, [request, ...rest]);
        if (isToLook(request)) child.kill("SIGKILL");
        return sent;
      };
    });
  };
  subscribe("child_process", onChild);
  return () => unsubscribe("child_process", onChild);
}

function isToLook(request: unknown): boolean {
  return typeof request === "object" && request !== null && "kind" in request && request.kind === "find";
}
