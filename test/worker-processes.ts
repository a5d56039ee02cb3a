import { execFileSync } from "node:child_process";

/** The face workers of this process that are running. */
export function workerIds(): number[] {
  const list = execFileSync("ps", ["-o", "pid=,args=", "--ppid", `${process.pid}`], { encoding: "utf8" });
  return list.split("\n").flatMap((line) => (line.includes("face/worker.") ? [Number.parseInt(line, 10)] : []));
}
