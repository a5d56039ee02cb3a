import { writeOnnx } from "../src/face/models/onnx-writer.ts";

const INPUT_SIZE = 16;

/** A description that fits `tinyEmbedder`. */
export const tinyDescription = {
  inputSize: INPUT_SIZE,
  dimension: 4,
  layout: "nchw",
  channels: "rgb",
  mean: 127.5,
  scale: 1 / 128,
};

/** A network in ONNX that turns a crop of 16 x 16 pixels into four numbers that depend on `seed`. */
export function tinyEmbedder({
  batch = "batch",
  seed = 1,
  op = "Flatten",
}: {
  batch?: number | string;
  seed?: number;
  op?: string;
} = {}): Uint8Array {
  const length = 3 * INPUT_SIZE * INPUT_SIZE;
  return writeOnnx({
    name: "tiny",
    inputs: [{ name: "input", dims: [batch, 3, INPUT_SIZE, INPUT_SIZE] }],
    outputs: [{ name: "embedding", dims: [batch, 4] }],
    nodes: [
      { op, inputs: ["input"], outputs: ["flat"], attributes: { axis: { int: 1 } } },
      { op: "Gemm", inputs: ["flat", "weights"], outputs: ["embedding"], attributes: { transB: { int: 1 } } },
    ],
    initializers: [
      {
        name: "weights",
        dims: [4, length],
        data: Float32Array.from({ length: 4 * length }, (_, i) => Math.sin(i * seed)),
      },
    ],
  });
}
