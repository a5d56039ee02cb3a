import { FaceError } from "../errors.ts";
import type { ConverterName, ModelEntry } from "./manifest.ts";

/**
 * Turns the sources of a model (id -> bytes) into its parts (name -> bytes, ONNX unless the model is no network). Bytes
 * that are used as they came are handed on, not copied.
 */
type Convert = (sources: ReadonlyMap<string, Uint8Array>, entry: ModelEntry) => ReadonlyMap<string, Uint8Array>;

interface Converter {
  /** Raised whenever the same sources give other bytes than before, so that what was cached is made again. */
  readonly revision: number;
  /** Loaded only when there is something to convert: a cached model opens without the converter's code. */
  readonly load: () => Promise<Convert>;
}

export const converters: Readonly<Record<ConverterName, Converter>> = {
  tflite: {
    revision: 2,
    load: async () => (await import("./tflite-models.ts")).convertTfliteModel,
  },
  "face-api": {
    revision: 1,
    load: async () => {
      const { convertFaceApi } = await import("./face-api.ts");
      return (sources) => {
        const embedder = convertFaceApi(required(sources, "manifest"), required(sources, "weights"));
        return new Map([["embedder", embedder]]);
      };
    },
  },
  facenet: {
    revision: 1,
    load: async () => {
      const { convertFacenet } = await import("./facenet.ts");
      return (sources) => new Map([["embedder", convertFacenet(required(sources, "state-dict"))]]);
    },
  },
  onnx: {
    revision: 1,
    load: async () => {
      const { checkEmbedder } = await import("./onnx-embedder.ts");
      return (sources, { embedder }) => {
        if (embedder) checkEmbedder(required(sources, "embedder"), embedder);
        return sources;
      };
    },
  },
  none: {
    revision: 1,
    load: () => Promise.resolve((sources) => sources),
  },
};

function required(sources: ReadonlyMap<string, Uint8Array>, id: string): Uint8Array {
  const bytes = sources.get(id);
  if (bytes === undefined) throw new FaceError("MODEL_CORRUPT", `The model lacks its file "${id}".`);
  return bytes;
}
