import { copyFile, mkdtemp } from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { workerIds } from "../../test/worker-processes.ts";
import { type FaceEngine, openFaceEngine } from "./engine.ts";
import { FaceError } from "./errors.ts";
import type { FacesInImage } from "./face.ts";
import { iou } from "./geometry.ts";
import { ensureModel } from "./models/store.ts";
import { embedderOf } from "./pipeline-id.ts";
import { dot } from "./vector.ts";

let engine: FaceEngine;
let samples: Readonly<Record<string, string>>;

beforeAll(async () => {
  samples = (await ensureModel("sample-event")).files;
  engine = await openFaceEngine({ workers: 2 });
}, 120_000);

afterAll(() => engine.close());

const sample = (n: number) => samples[`sample${n}.jpg`] ?? "";

test("the pipeline id tells which embedder it is", () => {
  expect(embedderOf([{ id: "a face", pipelineId: engine.pipelineId }])).toBe(engine.embedder);
});

describe("findFaces", { timeout: 60_000 }, () => {
  it("gives the same faces for a path and for its bytes", async () => {
    const bytes = await sharp(sample(1)).toFormat("png").toBuffer();
    const fromPath = await engine.findFaces(sample(1));
    const fromBytes = await engine.findFaces(bytes);
    expect(fromPath).toMatchObject({ width: 1920, height: 1280, damaged: false, pipelineId: engine.pipelineId });
    expect(fromPath.faces).toHaveLength(3);
    expect(rounded(fromBytes)).toEqual(rounded(fromPath));
    for (const face of fromPath.faces) {
      expect(face.embedding).toHaveLength(192);
      expect(Math.hypot(...face.embedding)).toBeCloseTo(1, 5);
    }
  });

  it("takes a relative path from where the program is now, and not from where the engine was opened", async () => {
    const before = process.cwd();
    const folder = await mkdtemp(join(tmpdir(), "rollcall-engine-"));
    await copyFile(sample(1), join(folder, "photo.jpg"));
    process.chdir(folder);
    try {
      expect((await engine.findFaces("photo.jpg")).faces).toHaveLength(3);
      await expect(engine.findFaces("")).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    } finally {
      process.chdir(before);
    }
  });

  it("takes bytes in whatever view they come", async () => {
    const png = await sharp({ create: { width: 64, height: 32, channels: 3, background: "#888" } })
      .png()
      .toBuffer();
    const among = new Uint8Array(png.length + 16);
    among.set(png, 8);
    const even = new Uint8Array(png.length + (png.length % 2));
    even.set(png);
    const views = [even.buffer, new DataView(among.buffer, 8, png.length), new Uint16Array(even.buffer)];
    for (const view of views) expect(await engine.findFaces(view)).toMatchObject({ width: 64, height: 32 });
  });

  it("says of what is neither a path nor bytes that the argument is wrong, not the picture", async () => {
    const wrong = [undefined, null, 5, [1, 2], new Blob(["x"]), new URL("file:///x.jpg"), Promise.resolve("x.jpg")];
    for (const image of wrong) {
      await expect(Reflect.apply(engine.findFaces, engine, [image])).rejects.toMatchObject({
        code: "OPTION_INVALID",
        message: expect.stringContaining("path of a file"),
      });
    }
  });

  it("says which option is wrong", async () => {
    for (const options of [null, { signal: 5 }, { urgent: "no" }, { leastShare: 2 }, { sginal: undefined }]) {
      await expect(Reflect.apply(engine.findFaces, engine, [sample(1), options])).rejects.toMatchObject({
        code: "OPTION_INVALID",
        message: expect.stringContaining("`findFaces`"),
      });
    }
  });

  it("finds the faces at the same place, in pixels of the original, however large the original is", async () => {
    const large = await sharp(sample(1)).resize({ width: 5760 }).jpeg({ quality: 95 }).toBuffer();
    const [small, found] = await Promise.all([engine.findFaces(sample(1)), engine.findFaces(large)]);
    expect([found.width, found.height]).toEqual([5760, 3840]);
    expect(found.faces).toHaveLength(3);
    for (const face of small.faces) {
      const [x1, y1, x2, y2] = face.box;
      const same = found.faces.find((other) => iou(other.box, [3 * x1, 3 * y1, 3 * x2, 3 * y2]) > 0.7);
      expect(same && engine.compare(face, same).similarity).toBeGreaterThan(0.9);
    }
  });

  it("looks for narrow faces only where there is no wide one, when told so", async () => {
    const { faces } = await engine.findFaces(sample(4));
    const wide = await engine.findFaces(sample(4), { leastShare: 1 / 12 });
    expect(faces).toHaveLength(5);
    expect(wide.faces).toHaveLength(4);
    for (const face of wide.faces) {
      expect(Math.max(...faces.map((one) => dot(one.embedding, face.embedding)))).toBeGreaterThan(0.97);
    }
    const nobodyWide = await engine.findFaces(sample(4), { leastShare: 0.9 });
    expect(nobodyWide.faces).toHaveLength(5);
  });

  it("says what is wrong with a picture and goes on with the next", async () => {
    const results = await Promise.allSettled([
      engine.findFaces(new Uint8Array()),
      engine.findFaces("/no/such/picture.jpg"),
      engine.findFaces(sample(1)),
    ]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(results[0]).toMatchObject({ reason: { name: "FaceError", code: "IMAGE_EMPTY" } });
    expect(results[1]).toMatchObject({ reason: { code: "IMAGE_UNREADABLE" } });
  });

  it("fails only the pictures at hand when its workers die, and starts new workers", async () => {
    const before = workerIds();
    expect(before).toHaveLength(2);
    const work = [engine.findFaces(sample(4)), engine.findFaces(sample(5)), engine.findFaces(sample(1))];
    for (const id of before) process.kill(id, "SIGKILL");
    const results = await Promise.allSettled(work);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(results[0]).toMatchObject({ reason: { code: "ENGINE_CRASHED" } });
    expect(workerIds().filter((id) => before.includes(id))).toEqual([]);
  });

  it("gives a call up when its signal says so, waiting or running, and stays usable", async () => {
    const controller = new AbortController();
    const work = [4, 5, 6].map((n) => engine.findFaces(sample(n), { signal: controller.signal }));
    controller.abort(new Error("enough"));
    for (const result of await Promise.allSettled(work))
      expect(result).toMatchObject({ reason: { message: "enough" } });
    await expect(engine.findFaces(sample(1), { signal: controller.signal })).rejects.toThrow("enough");
    expect((await engine.findFaces(sample(1))).faces).toHaveLength(3);
  });
});

describe("compare", { timeout: 60_000 }, () => {
  it("lets one signal stop any number of pictures without a warning", async () => {
    const warnings: string[] = [];
    const note = (warning: Error) => warnings.push(warning.name);
    process.on("warning", note);
    const controller = new AbortController();
    const work = Array.from({ length: 20 }, () => engine.findFaces(sample(4), { signal: controller.signal }));
    // Warnings are told on the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await Promise.allSettled(work);
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  it("knows a person again in another photo, and tells others apart", async () => {
    const [first, third] = await Promise.all([engine.findFaces(sample(1)), engine.findFaces(sample(3))]);
    const pairs = first.faces.flatMap((a) => third.faces.map((b) => engine.compare(a, b)));
    const best = pairs.toSorted((a, b) => b.similarity - a.similarity);
    expect(best[0]?.confidence).toBeGreaterThan(0.95);
    expect(best.at(-1)?.confidence).toBeLessThan(0.2);
    expect(best[0]?.distance).toBeCloseTo(Math.sqrt(2 - 2 * (best[0]?.similarity ?? 0)), 6);
  });
});

test("compare refuses what is no face as it was found, such as one out of JSON", async () => {
  const [face] = (await engine.findFaces(sample(1))).faces;
  if (face === undefined) throw new Error("no face");
  const outOfJson: typeof face = JSON.parse(JSON.stringify(face));
  const notFinite = { ...face, embedding: face.embedding.map(() => Number.NaN) };
  const noQuality = { ...face, quality: { ...face.quality, score: Number.NaN } };
  for (const wrong of [outOfJson, notFinite, noQuality]) {
    expect(() => engine.compare(face, wrong)).toThrowError(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining("the second face") }),
    );
  }
  expect(() => Reflect.apply(engine.compare, engine, [undefined, face])).toThrowError(/the first face/u);
});

test("compare refuses embeddings of another length than its embedder's, also where both have it", async () => {
  const [face] = (await engine.findFaces(sample(1))).faces;
  if (face === undefined) throw new Error("no face");
  const short = { ...face, embedding: face.embedding.slice(0, 128) };
  for (const [a, b] of [[short, short] as const, [face, short] as const]) {
    expect(() => engine.compare(a, b)).toThrowError(
      expect.objectContaining({ code: "EMBEDDINGS_INCOMPATIBLE", message: expect.stringMatching(/128.*192/u) }),
    );
  }
});

describe("openFaceEngine", { timeout: 60_000 }, () => {
  it("refuses a number of workers, a preset, an embedder and a provider that cannot be", async () => {
    for (const preset of ["nope", "__proto__"]) {
      await expect(Reflect.apply(openFaceEngine, undefined, [{ preset }])).rejects.toMatchObject({
        code: "OPTION_INVALID",
        message: expect.stringContaining('"fast" or "balanced" or "thorough"'),
      });
    }
    await expect(openFaceEngine({ workers: 0 })).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(openFaceEngine({ embedder: "mtcnn" })).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
    await expect(openFaceEngine({ embedder: "nobody" })).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
    await expect(openFaceEngine({ providers: ["tpu"] })).rejects.toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
  });

  it("says which option is wrong, or that there is no such option", async () => {
    const wrong: readonly [unknown, string][] = [
      [null, "options of `openFaceEngine` are null"],
      [{ prset: "fast" }, "no option `prset`"],
      [{ startWorkers: "later" }, "`startWorkers`"],
      [{ mirror: "no" }, "`mirror`"],
      [{ steady: 1 }, "`steady`"],
      [{ providers: [] }, "`providers`"],
      [{ providers: "cpu" }, "`providers`"],
      [{ embedder: 5 }, "`embedder`"],
      [{ cacheDir: 5 }, "`cacheDir`"],
      [{ signal: 5 }, "`signal`"],
      [{ onProgress: 5 }, "`onProgress`"],
    ];
    for (const [options, words] of wrong) {
      await expect(Reflect.apply(openFaceEngine, undefined, [options])).rejects.toMatchObject({
        code: "OPTION_INVALID",
        message: expect.stringContaining(words),
      });
    }
  });

  it("starts no process before there is a picture to look at, when told so, and then no more than are needed", async () => {
    const before = workerIds();
    const idle = await openFaceEngine({ workers: 2, startWorkers: "on-demand" });
    expect(idle.pipelineId).toBe(engine.pipelineId);
    expect(workerIds()).toEqual(before);
    expect((await idle.findFaces(sample(1))).faces).toHaveLength(3);
    expect(workerIds()).toHaveLength(before.length + 1);
    await idle.close();
  });

  it("does not blame the picture when a worker dies before it looks at one", async () => {
    const before = workerIds();
    const idle = await openFaceEngine({ workers: 1, startWorkers: "on-demand" });
    const work = idle.findFaces(sample(1));
    for (const id of workerIds()) if (!before.includes(id)) process.kill(id, "SIGKILL");
    await expect(work).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
    expect((await idle.findFaces(sample(1))).faces).toHaveLength(3);
    await idle.close();
  });

  it("answers an urgent picture while every worker is held up by others", async () => {
    const before = workerIds();
    const one = await openFaceEngine({ workers: 1 });
    const [held = 0] = workerIds().filter((id) => !before.includes(id));
    expect(getPriority(held)).toBeGreaterThan(getPriority());
    process.kill(held, "SIGSTOP");
    const others = Promise.all([one.findFaces(sample(1)), one.findFaces(sample(2))]);
    expect((await one.findFaces(sample(1), { urgent: true })).faces).toHaveLength(3);
    process.kill(held, "SIGCONT");
    expect((await others)[0].faces).toHaveLength(3);
    await one.close();
    expect(workerIds()).toEqual(before);
  });

  it("once closed, fails what still waits and leaves no process behind", async () => {
    const before = workerIds();
    const short = await openFaceEngine({ workers: 1 });
    const work = Promise.allSettled([short.findFaces(sample(1)), short.findFaces(sample(2))]);
    await short.close();
    for (const result of await work) expect(result).toMatchObject({ reason: { code: "ENGINE_CLOSED" } });
    await expect(short.findFaces(sample(1))).rejects.toBeInstanceOf(FaceError);
    expect(workerIds()).toEqual(before);
  });
});

function rounded({ faces }: FacesInImage) {
  return faces.map((face) => ({
    box: face.box.map((edge) => Math.round(edge)),
    embedding: [...face.embedding].map((value) => Math.round(value * 20)),
  }));
}
