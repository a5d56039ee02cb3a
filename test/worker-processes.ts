import { execFileSync } from "node:child_process";

/** The face workers of this process that are running; or its other helpers, by a part of the path of what they run. */
export function workerIds(module = "face/worker."): number[] {
  const list = execFileSync("ps", ["-o", "pid=,args=", "--ppid", `${process.pid}`], { encoding: "utf8" });
  return list.split("\n").flatMap((line) => (line.includes(module) ? [Number.parseInt(line, 10)] : []));
}
