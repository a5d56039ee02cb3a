import { type GroupingJob, runGroupingJob } from "../domain/group-faces.ts";
import type { GroupFaces } from "../domain/grouping.ts";
import { AskedProcess } from "../face/asked-process.ts";
import type { Grouping } from "../face/cluster.ts";
import { FaceError } from "../face/errors.ts";
import type { GroupingAnswer, GroupingRequest } from "./grouping-process.ts";

/** Fewer faces are grouped in less time than a process takes to start. */
const worthAProcess = 2000;

/** A million faces take minutes. What takes this long hangs. */
const timeoutMs = 3_600_000;

/**
 * Groups many faces in a process of their own, so that this one stays free, and so that it can stop at any moment: ending a
 * thread in the middle of native code ends the whole program.
 */
export const groupElsewhere: GroupFaces = async (job, signal) =>
  job.faces.ids.length < worthAProcess ? runGroupingJob(job) : await groupInProcess(job, signal);

async function groupInProcess(job: GroupingJob, signal: AbortSignal | undefined): Promise<Grouping> {
  signal?.throwIfAborted();
  const { ids, photoIds, qualities, boxes, dimension, vectors } = job.faces;
  const faces = { ids, photoIds, qualities, boxes, dimension, vectors };
  const child = new AskedProcess<GroupingRequest, GroupingAnswer>(import.meta.url, "./grouping-process", {
    timeoutMs,
    background: true,
  });
  const stop = () => void child.end();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return (await child.ask({ kind: "group", job: { ...job, faces } }, lost)).grouping;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    await child.end();
  }
}

function lost(): FaceError {
  return new FaceError(
    "ENGINE_CRASHED",
    "The process that groups faces ended before it was done. There may be too little memory for so many faces; it is tried again.",
  );
}
