import { FaceError } from "../errors.ts";
import { convertTflite, type TfliteConversion } from "./tflite.ts";

/** The TFLite nets of the manifest by the id of their source; what is fastest where was measured in onnxruntime-node. */
const conversions: ReadonlyMap<string, TfliteConversion> = new Map<string, TfliteConversion>(
  (
    [
      { name: "pnet", transposed: true, anySize: true, prelu: "fused", outputs: ["probability", "offsets"] },
      { name: "rnet", transposed: true, prelu: "fused", outputs: ["probability", "offsets"] },
      { name: "onet", transposed: true, prelu: "fused", outputs: ["probability", "offsets", "landmarks"] },
      { name: "mobilefacenet", prelu: "spelled", outputs: ["embedding"] },
    ] as const
  ).map((conversion) => [conversion.name, conversion]),
);

export function convertTfliteModel(sources: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const parts = new Map<string, Uint8Array>();
  for (const [id, bytes] of sources) {
    const conversion = conversions.get(id);
    if (conversion === undefined) throw new FaceError("MODEL_UNSUPPORTED", `There is no conversion for ${id}.tflite.`);
    parts.set(id, convertTflite(bytes, conversion));
  }
  return parts;
}
