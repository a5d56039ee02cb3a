import { readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { sharedDir } from "../../test/shared-data.ts";
import { boxWidth, iou, type Landmarks, type PixelBox } from "./geometry.ts";
import type { RgbImage } from "./image.ts";
import { ensureModel } from "./models/store.ts";
import { type Detection, detectFaces, type MtcnnNets, STANDARD_PYRAMID_FACTOR, STANDARD_THRESHOLDS } from "./mtcnn.ts";
import { openSession } from "./onnx.ts";

interface ReferenceFace {
  readonly box: PixelBox;
  readonly score: number;
  readonly landmarks: Landmarks;
}

const REFERENCE_SETTINGS = { minFace: 20, pyramidFactor: STANDARD_PYRAMID_FACTOR, thresholds: STANDARD_THRESHOLDS };
const SURE = 0.95;

let nets: MtcnnNets;

beforeAll(async () => {
  const { files } = await ensureModel("mtcnn");
  const open = (part: string) => openSession(files[part] ?? part, { threads: 1 });
  nets = { pnet: await open("pnet"), rnet: await open("rnet"), onet: await open("onet") };
});

// The reference decoder's pixels, at full size: what decoding does to them is for the tests of image.ts.
async function pixels(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(path)
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

describe.skipIf(sharedDir === undefined)("MTCNN at the reference's settings (needs the shared reference data)", () => {
  it("finds the reference's faces and no others, without an offset", { timeout: 300_000 }, async () => {
    const tally = await compareWithReference(sharedDir ?? "");
    expect(tally.expected).toBeGreaterThan(300);
    expect(tally.found / tally.expected).toBeGreaterThanOrEqual(0.99);
    expect(tally.extra / tally.ours).toBeLessThanOrEqual(0.02);
    expect(tally.landmarkError / tally.found).toBeLessThan(0.04);
    for (const offset of tally.offsets) expect(Math.abs(offset / tally.found)).toBeLessThan(0.005);
  });
});

async function compareWithReference(shared: string) {
  const samples = (await ensureModel("sample-event")).files;
  const reference: Record<string, { faces: ReferenceFace[] }> = JSON.parse(
    await readFile(join(shared, "reference/mtcnn/detections.json"), "utf8"),
  );
  const tally = { expected: 0, found: 0, ours: 0, extra: 0, landmarkError: 0, offsets: [0, 0, 0, 0] };
  for (const [name, { faces }] of Object.entries(reference)) {
    const path = name.startsWith("npm:") ? samples[name.split("/").at(-1) ?? ""] : join(shared, "datasets", name);
    const ours = await detectFaces(nets, await pixels(path ?? name), REFERENCE_SETTINGS);
    count(tally, faces, ours);
  }
  return tally;
}

function count(
  tally: { expected: number; found: number; ours: number; extra: number; landmarkError: number; offsets: number[] },
  faces: readonly ReferenceFace[],
  ours: readonly Detection[],
): void {
  for (const face of faces) {
    if (face.score < SURE) continue;
    tally.expected++;
    const match = ours.find((detection) => iou(detection.box, face.box) >= 0.8);
    if (match === undefined) continue;
    tally.found++;
    const width = boxWidth(face.box);
    for (const [i, [x, y]] of face.landmarks.entries()) {
      const [ourX = 0, ourY = 0] = match.landmarks[i] ?? [];
      tally.landmarkError += Math.hypot(ourX - x, ourY - y) / width / 5;
    }
    for (const [i, edge] of match.box.entries()) {
      tally.offsets[i] = (tally.offsets[i] ?? 0) + (edge - (face.box[i] ?? 0)) / width;
    }
  }
  for (const detection of ours) {
    if (detection.score < SURE) continue;
    tally.ours++;
    if (!faces.some((face) => iou(detection.box, face.box) >= 0.8)) tally.extra++;
  }
}

describe("MTCNN", () => {
  it("finds nothing in pictures without faces", async () => {
    const plain: RgbImage = { width: 200, height: 150, data: new Uint8Array(200 * 150 * 3).fill(120) };
    expect(await detectFaces(nets, plain, REFERENCE_SETTINGS)).toEqual([]);
  });

  it("takes pictures smaller than any face", async () => {
    const tiny: RgbImage = { width: 3, height: 500, data: new Uint8Array(3 * 500 * 3).fill(120) };
    expect(await detectFaces(nets, tiny, REFERENCE_SETTINGS)).toEqual([]);
  });

  it("finds the same faces whether P-Net sees a level at once or through windows", { timeout: 60_000 }, async () => {
    const sample = (await ensureModel("sample-event")).files["sample4.jpg"] ?? "";
    const image = await pixels(sample);
    const once = await detectFaces(nets, image, { ...REFERENCE_SETTINGS, minFace: 40 });
    const windowed = await detectFaces(nets, image, { ...REFERENCE_SETTINGS, minFace: 40, pnetWindow: 128 });
    expect(windowed).toEqual(once);
  });

  it("with steady landmarks finds about the same boxes, and in the mirror the same points more nearly", async () => {
    const image = await pixels((await ensureModel("sample-event")).files["sample4.jpg"] ?? "");
    const mirrored = mirrorOf(image);
    const asymmetry = async (steady: boolean) => {
      const settings = { ...REFERENCE_SETTINGS, minFace: 60, steady };
      const faces = await detectFaces(nets, image, settings);
      const others = await detectFaces(nets, mirrored, settings);
      const errors = faces.flatMap(({ box, landmarks: [leftEye] }) => {
        const [x1, y1, x2, y2] = box;
        const seen = others.find((other) => iou(other.box, [image.width - x2, y1, image.width - x1, y2]) > 0.7);
        if (!seen) return [];
        const [x, y] = seen.landmarks[1];
        return [Math.hypot(image.width - x - leftEye[0], y - leftEye[1]) / boxWidth(box)];
      });
      return { boxes: faces.map(({ box }) => box), error: errors.reduce((sum, e) => sum + e, 0) / errors.length };
    };
    const [once, steady] = [await asymmetry(false), await asymmetry(true)];
    expect(steady.boxes).toHaveLength(once.boxes.length);
    for (const [i, box] of steady.boxes.entries()) expect(iou(box, once.boxes[i] ?? box)).toBeGreaterThan(0.75);
    expect(steady.boxes.length).toBeGreaterThan(2);
    expect(steady.error).toBeLessThan(once.error);
  });
});

function mirrorOf({ width, height, data }: RgbImage): RgbImage {
  const mirrored = new Uint8Array(data.length);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = 3 * (pixel - (pixel % width) + width - 1 - (pixel % width));
    mirrored.set(data.subarray(from, from + 3), 3 * pixel);
  }
  return { width, height, data: mirrored };
}
