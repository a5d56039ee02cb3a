import type { Failure } from "./asked-process.ts";
import type { FacesInImage } from "./face.ts";
import type { PipelineConfig } from "./pipeline.ts";

/** What the engine asks of a worker; one request at a time, each answered once. */
export type WorkerRequest =
  | { readonly kind: "open"; readonly config: PipelineConfig }
  | { readonly kind: "find"; readonly source: Uint8Array | string; readonly leastShare: number };

export type WorkerAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "found"; readonly result: FacesInImage }
  | Failure;
