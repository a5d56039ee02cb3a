import { FaceError } from "../errors.ts";
import { convertTflite, type TfliteConversion } from "./tflite.ts";

/** The TFLite nets of the manifest, by their part. */
const conversions: ReadonlyMap<string, TfliteConversion> = new Map([
  ["pnet", { name: "pnet", transposed: true, anySize: true, outputs: ["probability", "offsets"] }],
  ["rnet", { name: "rnet", transposed: true, outputs: ["probability", "offsets"] }],
  ["onet", { name: "onet", transposed: true, outputs: ["probability", "offsets", "landmarks"] }],
  ["embedder", { name: "mobilefacenet", outputs: ["embedding"] }],
]);

export function convertTfliteModel(sources: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const parts = new Map<string, Uint8Array>();
  for (const [id, bytes] of sources) {
    const conversion = conversions.get(id);
    if (conversion === undefined) throw new FaceError("MODEL_UNSUPPORTED", `There is no conversion for ${id}.tflite.`);
    parts.set(id, convertTflite(bytes, conversion));
  }
  return parts;
}
