import { describe, expect, it } from "vitest";
import { openSession } from "../onnx.ts";
import { type ConvWeights, foldScale, Network } from "./network.ts";

const weights: ConvWeights = {
  dims: [2, 3, 1, 1],
  filters: Float32Array.of(1, 2, 3, 4, 5, 6),
  bias: Float32Array.of(10, 20),
};

async function run(
  model: Uint8Array,
  dims: number[],
  data: number[],
): Promise<{ dims: readonly number[]; data: number[] }> {
  const session = await openSession(model, { threads: 1 });
  const output = Object.values(await session.run({ dims, data: Float32Array.from(data) }))[0];
  await session.close();
  return { dims: output?.dims ?? [], data: [...(output?.data ?? [])] };
}

describe("foldScale", () => {
  it("multiplies filters and bias of each output channel and adds the shift", () => {
    const folded = foldScale(weights, Float32Array.of(2, -1), Float32Array.of(0.5, 0));
    expect(folded.filters).toEqual(Float32Array.of(2, 4, 6, -4, -5, -6));
    expect(folded.bias).toEqual(Float32Array.of(20.5, -20));
    expect(weights.filters[0]).toBe(1);
  });
});

describe("Network", () => {
  it("convolves with stride, padding and ReLU", async () => {
    const network = new Network();
    const kernel: ConvWeights = {
      dims: [1, 3, 3, 3],
      filters: new Float32Array(27).fill(1),
      bias: Float32Array.of(-20),
    };
    const output = network.conv("input", "conv", kernel, { stride: 2, padding: [1, 1], relu: true });
    const model = network.toOnnx(
      "test",
      4,
      network.linear(network.globalAverage(output, "mean"), "out", Float32Array.of(4), 1),
      1,
    );
    // Each 3x3x3 window of ones sums to 12 in the corner, 18 at the edges and 27 inside, less 20, none below zero.
    expect(await run(model, [1, 3, 4, 4], Array<number>(48).fill(1))).toEqual({ dims: [1, 1], data: [7] });
  });

  it("pools, pads behind the end, adds and joins", async () => {
    const network = new Network();
    const largest = network.maxPool("input", "largest", 2, 2);
    const mean = network.averagePool("input", "mean", 2, 2);
    const sum = network.add("sum", largest, mean);
    const joined = network.concat("joined", [
      network.padEnd(sum, "padded", 1, 1, 0),
      network.padEnd(mean, "other", 0, 1, 0),
    ]);
    const picked = network.conv(joined, "picked", {
      dims: [1, 7, 2, 1],
      filters: Float32Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? 10 ** (i / 2) : 1e9)),
      bias: Float32Array.of(0),
    });
    const model = network.toOnnx("test", 2, network.globalAverage(picked, "out"), 1);
    const planes = [1, 1, 1, 1, 0, 0, 0, 4, 2, 2, 2, 2];
    // Channels: three sums (2, 5, 4), one of zeros, three means (1, 1, 2); the row below them is all zeros.
    expect((await run(model, [1, 3, 2, 2], planes)).data).toEqual([2 + 50 + 400 + 10_000 + 100_000 + 2_000_000]);
  });

  it("multiplies rows by a matrix and adds a bias", async () => {
    const network = new Network();
    const flat = network.globalAverage("input", "mean");
    const output = network.linear(flat, "out", weights.filters, 2, weights.bias);
    const model = network.toOnnx("test", 1, output, 2);
    expect(await run(model, [2, 3, 1, 1], [1, 0, 0, 1, 1, 1])).toEqual({ dims: [2, 2], data: [11, 24, 16, 35] });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses a weight of %s, by name", (value) => {
    const network = new Network();
    const output = network.conv("input", "first", { ...weights, bias: Float32Array.of(1, value) });
    expect(() => network.toOnnx("test", 1, output, 2)).toThrow(
      expect.objectContaining({ code: "MODEL_CORRUPT", message: expect.stringContaining("first.bias") }),
    );
  });
});
