import type { PictureFacts, Rendition } from "../domain/pictures.ts";
import type { Failure } from "../face/asked-process.ts";

/** What the renderer asks of its process; one request at a time, each answered once. */
export type RenderRequest =
  | { readonly kind: "inspect"; readonly file: string }
  | { readonly kind: "render"; readonly file: string; readonly renditions: readonly Rendition[] };

export type RenderAnswer =
  | { readonly kind: "facts"; readonly facts: PictureFacts }
  | { readonly kind: "rendered"; readonly pictures: readonly Uint8Array[] }
  | Failure;
