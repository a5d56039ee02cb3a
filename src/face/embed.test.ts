import { describe, expect, it } from "vitest";
import { embedFaces } from "./embed.ts";
import type { Landmarks } from "./geometry.ts";
import type { RgbImage } from "./image.ts";
import type { EmbedderSpec } from "./models/manifest.ts";
import { writeOnnx } from "./models/onnx-writer.ts";
import { openSession } from "./onnx.ts";
import { dot, normalise, sumOf } from "./vector.ts";

const SIZE = 8;
const template: Landmarks = [
  [2, 2],
  [5, 2],
  [3.5, 4],
  [2, 6],
  [5, 6],
];

/** A network whose embedding is its input, so that what reaches a network can be read off the embedding. */
async function openEcho(spec: Partial<EmbedderSpec> = {}) {
  const layout = spec.layout ?? "nchw";
  const dims = layout === "nchw" ? ["batch", 3, SIZE, SIZE] : ["batch", SIZE, SIZE, 3];
  const session = await openSession(
    writeOnnx({
      name: "echo",
      inputs: [{ name: "input", dims }],
      outputs: [{ name: "embedding", dims: ["batch", 3 * SIZE * SIZE] }],
      nodes: [{ op: "Flatten", inputs: ["input"], outputs: ["embedding"], attributes: { axis: { int: 1 } } }],
      initializers: [],
    }),
    { threads: 1 },
  );
  const embedder: EmbedderSpec = {
    name: "echo",
    dimension: 3 * SIZE * SIZE,
    inputSize: SIZE,
    template,
    layout,
    channels: "rgb",
    mean: [0, 0, 0],
    scale: [1, 1, 1],
    ...spec,
  };
  return { spec: embedder, session, mirror: false };
}

/** Red grows to the right, green downwards, blue is constant. */
function picture(): RgbImage {
  const data = new Uint8Array(40 * 40 * 3);
  for (let i = 0; i < 40 * 40; i++) data.set([5 * (i % 40), 5 * Math.floor(i / 40), 90], 3 * i);
  return { width: 40, height: 40, data };
}

function at(left: number, top: number): Landmarks {
  const [a, b, c, d, e] = template;
  const move = ([x, y]: readonly [number, number]) => [x + left, y + top] as const;
  return [move(a), move(b), move(c), move(d), move(e)];
}

/** The value of a pixel of the crop in the echoed input, undoing the scaling to unit length by the blue constant. */
function echoed(embedding: Float32Array | undefined, index: number, blueIndex: number): number {
  return (90 * (embedding?.[index] ?? Number.NaN)) / (embedding?.[blueIndex] ?? Number.NaN);
}

const PLANE = SIZE * SIZE;

describe("embedFaces", () => {
  it("hands the network upright planes of red, green and blue", async () => {
    const [{ embedding } = expect.fail()] = await embedFaces(await openEcho(), picture(), [at(10, 20)]);
    const pixel = 3 * SIZE + 6;
    expect(echoed(embedding, pixel, 2 * PLANE)).toBeCloseTo(5 * 16, 2);
    expect(echoed(embedding, PLANE + pixel, 2 * PLANE)).toBeCloseTo(5 * 23, 2);
  });

  it("hands over blue, green and red, channels last, where the network wants that", async () => {
    const echo = await openEcho({ layout: "nhwc", channels: "bgr" });
    const [{ embedding } = expect.fail()] = await embedFaces(echo, picture(), [at(10, 20)]);
    const pixel = 3 * SIZE + 6;
    expect(echoed(embedding, 3 * pixel + 2, 3 * pixel)).toBeCloseTo(5 * 16, 2);
    expect(echoed(embedding, 3 * pixel + 1, 3 * pixel)).toBeCloseTo(5 * 23, 2);
  });

  it("subtracts the mean and multiplies by the scale of each channel", async () => {
    const echo = await openEcho({ mean: [10, 0, 0], scale: [0.5, 1, 1] });
    const [{ embedding } = expect.fail()] = await embedFaces(echo, picture(), [at(10, 20)]);
    const pixel = 3 * SIZE + 6;
    expect(echoed(embedding, pixel, 2 * PLANE)).toBeCloseTo((5 * 16 - 10) / 2, 2);
  });

  it("keeps the order of the faces over several batches", async () => {
    const places = Array.from({ length: 19 }, (_, i) => at(i, 5));
    const embeddings = (await embedFaces(await openEcho(), picture(), places)).map(({ embedding }) => embedding);
    expect(embeddings).toHaveLength(19);
    for (const [i, embedding] of embeddings.entries())
      expect(echoed(embedding, 4, 2 * PLANE)).toBeCloseTo(5 * (i + 4), 1);
  });

  it("averages with the mirror image when told to, so that a face and its mirror image embed alike", async () => {
    const echo = { ...(await openEcho()), mirror: true };
    const places = Array.from({ length: 9 }, (_, i) => at(i, 5));
    const embeddings = (await embedFaces(echo, picture(), places)).map(({ embedding }) => embedding);
    expect(embeddings).toHaveLength(9);
    for (const embedding of embeddings) {
      for (let x = 0; x < SIZE; x++) expect(embedding[x]).toBeCloseTo(embedding[SIZE - 1 - x] ?? Number.NaN, 5);
    }
  });

  it("averages over crops of several sizes, about the middle of the crop", async () => {
    const seen = async (cropScales: readonly number[], mirror = false) => {
      const echo = { ...(await openEcho({ cropScales })), mirror };
      const places = Array.from({ length: 3 }, (_, i) => at(10 + i, 20));
      return (await embedFaces(echo, picture(), places)).map(({ embedding }) => embedding);
    };
    const [small, large, both] = await Promise.all([seen([0.625]), seen([2]), seen([0.625, 2])]);
    expect(both).toHaveLength(3);
    for (const [i, embedding] of both.entries()) {
      const pixel = 3 * SIZE + 6;
      // Two and a half pixels of the crop from its middle: four of the picture where the face is smaller, 1.25 where it is larger.
      expect(echoed(small[i], pixel, 2 * PLANE)).toBeCloseTo(5 * (10 + i + 3.5 + 4), 1);
      expect(echoed(large[i], pixel, 2 * PLANE)).toBeCloseTo(5 * (10 + i + 3.5 + 1.25), 1);
      const mean = normalise(sumOf([small[i] ?? expect.fail(), large[i] ?? expect.fail()]));
      expect(Math.abs(dot(embedding, mean) - 1)).toBeLessThan(1e-5);
    }
    const mirrored = await seen([0.6, 0.8, 1, 1.3, 2], true);
    for (let x = 0; x < SIZE; x++) {
      expect(mirrored[2]?.[x]).toBeCloseTo(mirrored[2]?.[SIZE - 1 - x] ?? Number.NaN, 5);
    }
  });

  it.each([false, true])("tells how long the network's vector was, mirrored or not: %s", async (mirror) => {
    const onlyBlue = { ...(await openEcho({ scale: [0, 0, 1] })), mirror };
    const [{ length } = expect.fail()] = await embedFaces(onlyBlue, picture(), [at(10, 20)]);
    expect(length).toBeCloseTo(90 * Math.sqrt(PLANE), 2);
  });

  it("refuses a network that gives another number of values than its description says", async () => {
    const echo = await openEcho({ dimension: 100 });
    await expect(embedFaces(echo, picture(), [at(1, 1)])).rejects.toMatchObject({ code: "MODEL_UNSUPPORTED" });
  });
});
