import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cropInput } from "../../../test/fixtures/crop-input.ts";
import { floatBytes } from "../../../test/fixtures/torch-file.ts";
import { sharedDir } from "../../../test/shared-data.ts";
import { openSession } from "../onnx.ts";
import { modelEnvironment } from "./cache.ts";
import { convertFaceApi } from "./face-api.ts";
import { manifest } from "./manifest.ts";
import { readSources } from "./sources.ts";

const entry = manifest.find(({ name }) => name === "dlib");

async function dlibSources(): Promise<{ manifestJson: Uint8Array; weights: Uint8Array }> {
  if (!entry) throw new Error("dlib is not in the manifest");
  const sources = await readSources(entry, modelEnvironment());
  const [manifestJson, weights] = [sources.get("manifest"), sources.get("weights")];
  if (!manifestJson || !weights) throw new Error("dlib has no sources");
  return { manifestJson, weights };
}

describe("convertFaceApi", () => {
  let sources: Awaited<ReturnType<typeof dlibSources>>;

  beforeAll(async () => {
    sources = await dlibSources();
  });

  it("gives a network of any batch size, each face independent of the others", async () => {
    const session = await openSession(convertFaceApi(sources.manifestJson, sources.weights), { threads: 1 });
    const pixels = 3 * 150 * 150;
    const data = Float32Array.from({ length: 3 * pixels }, (_, i) => Math.sin(i * 0.01));
    const { embedding: three } = await session.run({ data, dims: [3, 3, 150, 150] });
    const { embedding: last } = await session.run({ data: data.subarray(2 * pixels), dims: [1, 3, 150, 150] });
    await session.close();
    expect(three?.dims).toEqual([3, 128]);
    const expected = [...(last?.data ?? [])];
    [...(three?.data.subarray(256) ?? [])].forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5);
    });
  });

  it("gives the same bytes for the same weights", () => {
    const { manifestJson, weights } = sources;
    expect(Buffer.compare(convertFaceApi(manifestJson, weights), convertFaceApi(manifestJson, weights))).toBe(0);
  });

  it("refuses weights that are cut short or too long", () => {
    const { manifestJson, weights } = sources;
    const corrupt = expect.objectContaining({ code: "MODEL_CORRUPT" });
    expect(() => convertFaceApi(manifestJson, weights.subarray(0, -1))).toThrow(corrupt);
    expect(() => convertFaceApi(manifestJson, Buffer.concat([weights, Uint8Array.of(0)]))).toThrow(corrupt);
  });

  it.each([
    ["lacks a tensor", "conv64_2/conv1/conv/bias", "conv64_2/conv1/conv/unknown"],
    ["has tensors of another shape", '"shape":[7,7,3,32]', '"shape":[7,7,32,3]'],
  ])("refuses a network that %s", (_, from, to) => {
    const changed = new TextDecoder().decode(sources.manifestJson).replace(from, to);
    expect(() => convertFaceApi(new TextEncoder().encode(changed), sources.weights)).toThrow(
      expect.objectContaining({ code: "MODEL_UNSUPPORTED" }),
    );
  });

  it("refuses a network that has more tensors than dlib's", () => {
    const groups = JSON.parse(new TextDecoder().decode(sources.manifestJson));
    groups[0].weights.push({ name: "extra", shape: [1], dtype: "float32" });
    const weights = Buffer.concat([sources.weights, floatBytes(1)]);
    expect(() => convertFaceApi(new TextEncoder().encode(JSON.stringify(groups)), weights)).toThrow(/"extra"/);
  });

  describe.skipIf(!sharedDir)("beside the original network (needs the shared reference data)", () => {
    it("gives the same vectors for the same crops", async () => {
      const folder = join(sharedDir ?? "", "reference", "embedders");
      const reference: { dlib: { vectors: Record<string, number[]> } } = JSON.parse(
        await readFile(join(folder, "vectors.json"), "utf8"),
      );
      const vectors = Object.entries(reference.dlib.vectors);
      if (!entry?.embedder) throw new Error("dlib has no embedder");
      const input = await cropInput(
        entry.embedder,
        vectors.map(([file]) => join(folder, file)),
      );
      const session = await openSession(convertFaceApi(sources.manifestJson, sources.weights), { threads: 1 });
      const { embedding } = await session.run(input);
      await session.close();
      const differences = vectors.flatMap(([, vector], n) =>
        vector.map((value, i) => Math.abs(value - (embedding?.data[n * 128 + i] ?? Number.NaN))),
      );
      expect(differences).toHaveLength(5 * 128);
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    });
  });
});
