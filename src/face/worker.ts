import { FaceError } from "./errors.ts";
import { openPipeline, type Pipeline } from "./pipeline.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-protocol.ts";

// A child process: it sees untrusted pictures, holds no keys, and may be killed by a decoder's fault at any moment.

let pipeline: Pipeline | undefined;

process.on("message", (request: WorkerRequest) => {
  void answer(request);
});

// Ctrl-C reaches the whole process group; when to stop is for the parent to say, by closing the channel.
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));

async function answer(request: WorkerRequest): Promise<void> {
  try {
    if (request.kind === "open") {
      pipeline = await openPipeline(request.config);
      send({ kind: "ready" });
    } else if (pipeline !== undefined) {
      send({ kind: "found", result: await pipeline.findFaces(request.source) });
    }
  } catch (error) {
    const code = error instanceof FaceError ? error.code : "ENGINE_CRASHED";
    send({ kind: "failed", code, message: error instanceof Error ? error.message : String(error) });
  }
}

function send(message: WorkerAnswer): void {
  process.send?.(message);
}
