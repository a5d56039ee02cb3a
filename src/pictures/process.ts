import { FaceError } from "../face/errors.ts";
import { inspectPicture } from "./inspect.ts";
import type { RenderAnswer, RenderRequest } from "./protocol.ts";
import { renderPicture } from "./render.ts";

// A child process: it sees untrusted pictures, holds no keys, and may be killed by a decoder's fault at any moment.

process.on("message", (request: RenderRequest) => {
  void answer(request);
});

// Ctrl-C reaches the whole process group; when to stop is for the parent to say, by closing the channel.
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit(0));

async function answer(request: RenderRequest): Promise<void> {
  try {
    if (request.kind === "inspect") send({ kind: "facts", facts: await inspectPicture(request.file) });
    else send({ kind: "rendered", pictures: await renderPicture(request.file, request.renditions) });
  } catch (error) {
    const code = error instanceof FaceError ? error.code : "ENGINE_CRASHED";
    send({ kind: "failed", code, message: error instanceof Error ? error.message : String(error) });
  }
}

function send(message: RenderAnswer): void {
  process.send?.(message);
}
