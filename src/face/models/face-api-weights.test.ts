import { describe, expect, it } from "vitest";
import { FaceApiWeights } from "./face-api-weights.ts";

const quantised = { name: "q", shape: [2, 2], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: -1 } };
const plain = { name: "p", shape: [2], dtype: "float32" };
const weights = new Uint8Array([0, 1, 2, 255, ...new Uint8Array(Float32Array.of(1.25, -3).buffer)]);

function open(entries: unknown, bytes = weights): FaceApiWeights {
  const manifest = [{ weights: entries, paths: ["model.bin"] }];
  return new FaceApiWeights(new TextEncoder().encode(JSON.stringify(manifest)), bytes);
}

describe("FaceApiWeights", () => {
  it("returns quantised tensors as byte * scale + min", () => {
    expect(open([quantised, plain]).take("q", [2, 2])).toEqual(Float32Array.of(-1, -0.5, 0, 126.5));
  });

  it("returns plain tensors, wherever they lie in the file", () => {
    expect(open([quantised, plain]).take("p", [2])).toEqual(Float32Array.of(1.25, -3));
    const shifted = new Uint8Array([7, ...weights.subarray(4)]);
    const one = { ...quantised, shape: [1] };
    expect(open([one, plain], shifted).take("p", [2])).toEqual(Float32Array.of(1.25, -3));
  });

  it("continues through several groups of weights", () => {
    const json = JSON.stringify([{ weights: [quantised] }, { weights: [plain] }]);
    const groups = new FaceApiWeights(new TextEncoder().encode(json), weights);
    expect(groups.take("p", [2])).toEqual(Float32Array.of(1.25, -3));
  });

  it("notices tensors that nobody took", () => {
    const both = open([quantised, plain]);
    both.take("q", [2, 2]);
    expect(() => both.checkAllUsed()).toThrow(/"p"/);
    both.take("p", [2]);
    expect(() => both.checkAllUsed()).not.toThrow();
  });

  it.each([
    ["a missing tensor", "x", [2, 2]],
    ["a tensor of another shape", "q", [4]],
  ])("refuses %s", (_, name, dims) => {
    expect(() => open([quantised, plain]).take(name, dims)).toThrow(
      expect.objectContaining({ code: "MODEL_UNSUPPORTED" }),
    );
  });

  it.each<[string, unknown]>([
    ["no list of weights", {}],
    ["weights without a name", [{ ...plain, name: 7 }]],
    ["a shape that is none", [{ ...plain, shape: "2" }]],
    ["a negative dimension", [{ ...plain, shape: [-2] }]],
    ["a dimension that is no whole number", [{ ...plain, shape: [1.5] }]],
    ["a tensor larger than any memory", [{ ...plain, shape: [1e15, 1e15, 1e15] }]],
    ["quantisation without a scale", [{ ...quantised, quantization: { dtype: "uint8", min: 0 } }]],
    ["a tensor that comes twice", [quantised, quantised]],
    ["weights left over", [quantised]],
    ["weights that are missing", [quantised, plain, { ...plain, name: "r" }]],
  ])("refuses a manifest with %s as damaged", (_, entries) => {
    expect(() => open(entries)).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
  });

  it("refuses a manifest that is not JSON, or cut short", () => {
    const json = new TextEncoder().encode(JSON.stringify([{ weights: [quantised, plain] }]));
    const corrupt = expect.objectContaining({ code: "MODEL_CORRUPT" });
    expect(() => new FaceApiWeights(json.subarray(0, -1), weights)).toThrow(corrupt);
    expect(() => new FaceApiWeights(new Uint8Array(0), weights)).toThrow(corrupt);
    expect(() => new FaceApiWeights(new TextEncoder().encode("null"), weights)).toThrow(corrupt);
    expect(() => new FaceApiWeights(new TextEncoder().encode("[null]"), weights)).toThrow(corrupt);
  });

  it.each([
    ["int32", { ...plain, dtype: "int32" }],
    ["float16", { ...quantised, quantization: { dtype: "float16" } }],
    ["uint16", { ...quantised, quantization: { dtype: "uint16", scale: 1, min: 0 } }],
  ])("refuses numbers of the type %s by name", (type, tensor) => {
    expect(() => open([tensor])).toThrow(
      expect.objectContaining({ code: "MODEL_UNSUPPORTED", message: expect.stringContaining(type) }),
    );
  });
});
