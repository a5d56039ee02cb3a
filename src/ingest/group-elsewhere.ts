import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { type GroupingJob, runGroupingJob } from "../domain/group-faces.ts";
import type { GroupFaces } from "../domain/grouping.ts";
import type { Grouping } from "../face/cluster.ts";

/** Fewer faces are grouped in less time than a thread takes to start. */
const worthAThread = 2000;

/** Groups many faces in a thread of their own, so that this one stays free to notice that it is to stop. */
export const groupElsewhere: GroupFaces = async (job, signal) =>
  job.faces.ids.length < worthAThread ? runGroupingJob(job) : await groupInThread(job, signal);

function groupInThread(job: GroupingJob, signal: AbortSignal | undefined): Promise<Grouping> {
  const { ids, photoIds, qualities, boxes, dimension, vectors } = job.faces;
  const faces = { ids, photoIds, qualities, boxes, dimension, vectors };
  const worker = startThread({ ...job, faces });
  return new Promise<Grouping>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the thread that groups faces ended with ${code}`)));
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    signal?.throwIfAborted();
  }).finally(() => worker.terminate());
}

function startThread(workerData: GroupingJob): Worker {
  // From source, Node needs help to read TypeScript; what is built and published runs as it is.
  const fromSource = import.meta.url.endsWith(".ts");
  const script = new URL(fromSource ? "./grouping-thread.ts" : "./grouping-thread.js", import.meta.url);
  const loader = fromSource ? pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href : undefined;
  return new Worker(script, { workerData, execArgv: loader === undefined ? [] : ["--import", loader] });
}
