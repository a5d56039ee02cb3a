import { answerParent } from "../face/asked-process.ts";
import { inspectPicture } from "./inspect.ts";
import type { RenderAnswer, RenderRequest } from "./protocol.ts";
import { renderPicture } from "./render.ts";

// A child process: it sees untrusted pictures, holds no keys, and may be killed by a decoder's fault at any moment.

answerParent(async (request: RenderRequest): Promise<RenderAnswer> => {
  if (request.kind === "inspect") return { kind: "facts", facts: await inspectPicture(request.file) };
  return { kind: "rendered", pictures: await renderPicture(request.file, request.renditions) };
});
