import { answerParent } from "./asked-process.ts";
import { FaceError } from "./errors.ts";
import { openPipeline, type Pipeline } from "./pipeline.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-protocol.ts";

// A child process: it sees untrusted pictures, holds no keys, and may be killed by a decoder's fault at any moment.

let pipeline: Pipeline | undefined;

answerParent(async (request: WorkerRequest): Promise<WorkerAnswer> => {
  if (request.kind === "open") {
    pipeline = await openPipeline(request.config);
    return { kind: "ready" };
  }
  if (pipeline === undefined) throw new FaceError("ENGINE_CRASHED", "The face engine was asked before it was ready.");
  return { kind: "found", result: await pipeline.findFaces(request.source, request.leastShare) };
});
