import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cropInput } from "../../../test/fixtures/crop-input.ts";
import { floatBytes, type TorchFileTensor, torchLegacy, torchZip } from "../../../test/fixtures/torch-file.ts";
import { sharedDir } from "../../../test/shared-data.ts";
import { openSession } from "../onnx.ts";
import { normalise } from "../vector.ts";
import { convertFacenet } from "./facenet.ts";
import { manifest } from "./manifest.ts";
import { readStateDict } from "./torch.ts";

describe("convertFacenet", () => {
  const firstLayer: TorchFileTensor = { key: "0", dims: [32, 3, 3, 3], bytes: new Uint8Array(864 * 4) };

  it("refuses a state dict that lacks a tensor, by name", () => {
    const file = torchZip({ "conv2d_1a.conv.weight": firstLayer });
    expect(() => convertFacenet(file)).toThrow(
      expect.objectContaining({ code: "MODEL_UNSUPPORTED", message: expect.stringContaining("conv2d_1a.bn.weight") }),
    );
  });

  it("refuses a state dict of another network", () => {
    const file = torchLegacy({ "conv2d_1a.conv.weight": { ...firstLayer, dims: [32, 3, 1, 9] } });
    expect(() => convertFacenet(file)).toThrow(/conv2d_1a\.conv\.weight is 32 x 3 x 1 x 9, not 32 x 3 x 3 x 3/);
  });
});

describe.skipIf(!sharedDir)("convertFacenet beside the original network (needs the shared reference data)", () => {
  const folder = join(sharedDir ?? "", "reference", "facenet");
  let converted: Uint8Array;
  let tensors: Record<string, TorchFileTensor>;

  beforeAll(async () => {
    const legacy = await readFile(join(folder, "random-weights-legacy.pt"));
    converted = convertFacenet(legacy);
    tensors = {};
    for (const [name, { dims, values }] of readStateDict(legacy)) {
      tensors[name] = name.endsWith("num_batches_tracked")
        ? { key: name, dims, bytes: new Uint8Array(8), type: "LongStorage", length: 1 }
        : { key: name, dims, bytes: new Uint8Array(values().buffer) };
    }
  });

  it("gives the same vectors for the same crops", async () => {
    const spec = manifest.find(({ name }) => name === "facenet")?.embedder;
    if (!spec) throw new Error("facenet is not in the manifest");
    const reference: { embeddings: Record<string, number[]> } = JSON.parse(
      await readFile(join(folder, "embeddings.json"), "utf8"),
    );
    const vectors = Object.entries(reference.embeddings);
    const input = await cropInput(
      spec,
      vectors.map(([file]) => join(folder, file)),
    );
    const session = await openSession(converted);
    const { embedding } = await session.run(input);
    await session.close();
    expect(embedding?.dims).toEqual([3, 512]);
    const differences = vectors.flatMap(([, vector], n) => {
      const ours = normalise(embedding?.data.subarray(n * 512, (n + 1) * 512) ?? new Float32Array(512));
      return vector.map((value, i) => Math.abs(value - (ours[i] ?? Number.NaN)));
    });
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  it("gives the same network for the zip container, with a classifier, and with filters in another order", () => {
    const filters = tensors["conv2d_4a.conv.weight"];
    if (!filters) throw new Error("the reference has no conv2d_4a");
    const changed = {
      ...tensors,
      // Filters that came from TensorFlow keep its order in the file: [height, width, inputs, outputs].
      "conv2d_4a.conv.weight": heightWidthFirst(filters),
      "logits.weight": { key: "w", dims: [1, 512], bytes: new Uint8Array(512 * 4) },
      "logits.bias": { key: "b", dims: [1], bytes: floatBytes(1) },
    };
    expect(Buffer.compare(convertFacenet(torchZip(changed)), converted)).toBe(0);
  });

  it("refuses a network that has more tensors than FaceNet, by name", () => {
    const extra: TorchFileTensor = { key: "extra", dims: [1], bytes: floatBytes(1) };
    expect(() => convertFacenet(torchZip({ ...tensors, "repeat_4.0.weight": extra }))).toThrow(
      expect.objectContaining({ code: "MODEL_UNSUPPORTED", message: expect.stringContaining("repeat_4.0.weight") }),
    );
  });
});

/** The same tensor, its numbers stored as [height, width, inputs, outputs]. */
function heightWidthFirst({ key, dims, bytes }: TorchFileTensor): TorchFileTensor {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = dims;
  const strides = [1, outputs, width * inputs * outputs, inputs * outputs];
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = strides;
  const numbers = new Float32Array(bytes.buffer);
  const stored = new Float32Array(numbers.length);
  let next = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) stored[o * s0 + i * s1 + y * s2 + x * s3] = numbers[next++] ?? 0;
      }
    }
  }
  return { key, dims, strides, bytes: new Uint8Array(stored.buffer) };
}
