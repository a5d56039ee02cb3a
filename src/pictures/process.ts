import { answerParent } from "../face/asked-process.ts";
import { inspectPicture } from "./inspect.ts";
import { renderMark, renderMarked } from "./mark.ts";
import type { RenderAnswer, RenderRequest } from "./protocol.ts";
import { renderPicture } from "./render.ts";

// A child process: it sees untrusted pictures, holds no keys, and may be killed by a decoder's fault at any moment.

answerParent(async (request: RenderRequest): Promise<RenderAnswer> => {
  switch (request.kind) {
    case "inspect":
      return { kind: "facts", facts: await inspectPicture(request.file) };
    case "render":
      return { kind: "rendered", pictures: await renderPicture(request.file, request.renditions) };
    case "mark":
      return { kind: "rendered", pictures: [await renderMark(request.file)] };
    case "marked":
      return { kind: "rendered", pictures: [await renderMarked(request.file, request.mark)] };
  }
});
