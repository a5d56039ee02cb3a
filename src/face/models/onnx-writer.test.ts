import { describe, expect, it } from "vitest";
import { openSession } from "../onnx.ts";
import { type OnnxGraph, writeOnnx } from "./onnx-writer.ts";

const scaleByTwo: OnnxGraph = {
  name: "double",
  inputs: [{ name: "input", dims: ["N", 2] }],
  outputs: [{ name: "output", dims: ["N", 2] }],
  nodes: [{ op: "Mul", inputs: ["input", "two"], outputs: ["output"] }],
  initializers: [{ name: "two", dims: [1], data: Float32Array.of(2) }],
};

async function run(graph: OnnxGraph, dims: number[], values: number[]): Promise<{ dims: number[]; values: number[] }> {
  const session = await openSession(writeOnnx(graph), { threads: 1 });
  const { output } = await session.run({ dims, data: Float32Array.from(values) });
  await session.close();
  if (!output) throw new Error("the graph has no output");
  return { dims: [...output.dims], values: [...output.data] };
}

describe("writeOnnx", () => {
  it("gives a model that the runtime loads and runs for any batch size", async () => {
    expect(await run(scaleByTwo, [1, 2], [1, 2])).toEqual({ dims: [1, 2], values: [2, 4] });
    expect(await run(scaleByTwo, [3, 2], [1, 2, 3, 4, 5, 6])).toEqual({ dims: [3, 2], values: [2, 4, 6, 8, 10, 12] });
  });

  it("writes integer, integer list, float and string attributes", async () => {
    const graph: OnnxGraph = {
      name: "attributes",
      inputs: [{ name: "input", dims: [1, 1, 2, 2] }],
      outputs: [{ name: "output", dims: [1, 4, 4] }],
      nodes: [
        { op: "LeakyRelu", inputs: ["input"], outputs: ["leaky"], attributes: { alpha: { float: 0.25 } } },
        { op: "Pad", inputs: ["leaky", "pads"], outputs: ["padded"], attributes: { mode: { string: "edge" } } },
        { op: "Transpose", inputs: ["padded"], outputs: ["turned"], attributes: { perm: { ints: [0, 1, 3, 2] } } },
        {
          op: "ReduceSum",
          inputs: ["turned", "channels"],
          outputs: ["output"],
          attributes: { keepdims: { int: 0 } },
        },
      ],
      initializers: [
        { name: "pads", dims: [8], data: BigInt64Array.of(0n, 0n, 1n, 1n, 0n, 0n, 1n, 1n) },
        { name: "channels", dims: [1], data: BigInt64Array.of(-3n) },
      ],
    };
    const { dims, values } = await run(graph, [1, 1, 2, 2], [-4, 8, 2, -8]);
    expect(dims).toEqual([1, 4, 4]);
    expect(values).toEqual([-1, -1, 2, 2, -1, -1, 2, 2, 8, 8, -2, -2, 8, 8, -2, -2]);
  });

  it("writes negative integers and weights that are a window into a larger buffer", async () => {
    const weights = Float32Array.of(9, 9, 10, 20, 30, 9).subarray(2, 5);
    const graph: OnnxGraph = {
      name: "window",
      inputs: [{ name: "input", dims: ["N", 3] }],
      outputs: [{ name: "output", dims: ["N"] }],
      nodes: [
        { op: "Add", inputs: ["input", "weights"], outputs: ["sum"] },
        {
          op: "ReduceMax",
          inputs: ["sum"],
          outputs: ["output"],
          attributes: { axes: { ints: [-1] }, keepdims: { int: 0 } },
        },
      ],
      initializers: [{ name: "weights", dims: [3], data: weights }],
    };
    expect(await run(graph, [2, 3], [0, 0, 0, 100, 0, 0])).toEqual({ dims: [2], values: [30, 110] });
  });

  it("writes the same bytes for the same graph", () => {
    expect(writeOnnx(scaleByTwo)).toEqual(writeOnnx(scaleByTwo));
  });

  it("refuses a tensor whose values do not fill its dimensions", () => {
    const graph = { ...scaleByTwo, initializers: [{ name: "two", dims: [2, 2], data: Float32Array.of(2) }] };
    expect(() => writeOnnx(graph)).toThrow(new RangeError("tensor two: 1 values do not fill [2, 2]"));
  });
});
