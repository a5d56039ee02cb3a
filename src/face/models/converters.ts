import { FaceError } from "../errors.ts";
import type { ConverterName } from "./manifest.ts";

/** Turns the sources of a model (id -> bytes) into its parts (name -> bytes, ONNX unless the model is no network). */
export type Convert = (sources: ReadonlyMap<string, Uint8Array>) => ReadonlyMap<string, Uint8Array>;

interface Converter {
  /** Raised whenever the same sources give other bytes than before, so that what was cached is made again. */
  readonly revision: number;
  /** Loaded only when there is something to convert: a cached model opens without the converter's code. */
  readonly load: () => Promise<Convert>;
}

export const converters: Readonly<Record<ConverterName, Converter>> = {
  tflite: { revision: 1, load: async () => (await import("./tflite-models.ts")).convertTfliteModel },
  "face-api": { revision: 1, load: missing },
  facenet: { revision: 1, load: missing },
  onnx: { revision: 1, load: missing },
  none: { revision: 1, load: () => Promise.resolve((sources) => sources) },
};

function missing(): Promise<Convert> {
  throw new FaceError("MODEL_UNSUPPORTED", "This kind of model cannot be converted yet.");
}
