import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type FaceMeasures, measureFace } from "./face-measures.ts";
import type { Landmarks, Point } from "./geometry.ts";
import { arcFaceTemplate } from "./models/templates.ts";
import { assessQuality, judge, qualityCurves, valueAt, visibleQuality } from "./quality.ts";
import type { RgbImage } from "./rgb-image.ts";

const good: FaceMeasures = {
  width: 100,
  detail: 0.2,
  yaw: 5,
  noseHeight: 0.55,
  brightness: 120,
  contrast: 40,
  burntOut: 0,
  score: 1,
};

/** Smoothed noise: like skin and hair it has detail of every size. */
function texture(side: number, seed = 1): RgbImage {
  const data = new Uint8Array(side * side * 3);
  const waves = Array.from({ length: 60 }, (_, i) => {
    const frequency = 0.04 * 1.08 ** i;
    return {
      x: frequency * Math.cos(i * 2.4),
      y: frequency * Math.sin(i * 2.4),
      phase: i * seed,
      size: 1.4 / (1 + i / 8),
    };
  });
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let value = 128;
      for (const wave of waves) value += 12 * wave.size * Math.sin(wave.x * x + wave.y * y + wave.phase);
      data.fill(Math.max(0, Math.min(255, value)), (y * side + x) * 3, (y * side + x) * 3 + 3);
    }
  }
  return { width: side, height: side, data };
}

function moved(landmarks: Landmarks, move: (point: Point) => Point): Landmarks {
  const [a, b, c, d, e] = landmarks;
  return [move(a), move(b), move(c), move(d), move(e)];
}

const scaled = (factor: number) => moved(arcFaceTemplate, ([x, y]) => [x * factor, y * factor]);

function faceIn(landmarks: Landmarks, score = 1) {
  const xs = landmarks.map(([x]) => x);
  const width = (Math.max(...xs) - Math.min(...xs)) * 2.4;
  return { box: [0, 0, width, width * 1.3] as const, landmarks, score };
}

async function blurred(image: RgbImage, sigma: number): Promise<RgbImage> {
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  return { ...image, data: await sharp(image.data, { raw }).blur(sigma).raw().toBuffer() };
}

describe("measuring", () => {
  it("finds less detail the more a face is blurred", async () => {
    const image = texture(112);
    const details = [measureFace(image, faceIn(arcFaceTemplate)).detail];
    for (const sigma of [1.5, 2.5, 4, 6]) {
      details.push(measureFace(await blurred(image, sigma), faceIn(arcFaceTemplate)).detail);
    }
    expect(details).toEqual(details.toSorted((a, b) => b - a));
    expect(new Set(details).size).toBe(5);
  });

  it("finds the same detail whatever the brightness and the contrast", () => {
    const image = texture(112);
    const pale = { ...image, data: image.data.map((value) => 100 + value / 3) };
    const detail = measureFace(image, faceIn(arcFaceTemplate)).detail;
    expect(measureFace(pale, faceIn(arcFaceTemplate)).detail / detail).toBeCloseTo(1, 1);
  });

  it("measures a face of many pixels like the same face scaled down to the embedder's crop", async () => {
    const image = texture(448);
    const raw = { width: 448, height: 448, channels: 3 } as const;
    const soft = await blurred(image, 6);
    const small = await sharp(soft.data, { raw }).resize(112, 112, { kernel: "linear" }).raw().toBuffer();
    const large = measureFace(soft, faceIn(scaled(4)));
    const reduced = measureFace({ width: 112, height: 112, data: small }, faceIn(arcFaceTemplate));
    expect(large.detail / reduced.detail).toBeCloseTo(1, 0);
    expect(large.brightness).toBeCloseTo(reduced.brightness, -1);
    expect(large.width).toBeCloseTo(4 * reduced.width);
  });

  it("sees the turn of a head to either side, whatever its roll and size", () => {
    const turned = (degrees: number, roll: number, size: number) => {
      // A head of ArcFace's proportions whose nose tip stands out by half of the distance from the eyes to the mouth.
      const yaw = (degrees * Math.PI) / 180;
      const [cos, sin] = [Math.cos((roll * Math.PI) / 180), Math.sin((roll * Math.PI) / 180)];
      const project = ([x, y]: Point, depth: number): Point => {
        const across = (x - 56) * Math.cos(yaw) + depth * Math.sin(yaw);
        const down = y - 72;
        return [300 + size * (across * cos - down * sin), 300 + size * (across * sin + down * cos)];
      };
      const [a, b, c, d, e] = arcFaceTemplate;
      const landmarks: Landmarks = [project(a, 0), project(b, 0), project(c, 18.3), project(d, 0), project(e, 0)];
      return measureFace(texture(16), faceIn(landmarks)).yaw;
    };
    for (const degrees of [0, 20, 40, 60]) {
      for (const sign of [-1, 1]) {
        expect(Math.abs(turned(sign * degrees, 0, 1) - degrees)).toBeLessThan(3);
        expect(turned(sign * degrees, 25, 2.5)).toBeCloseTo(turned(sign * degrees, 0, 1), 5);
      }
    }
    expect(turned(89, 0, 1)).toBeGreaterThan(80);
  });

  it("sees the nose move up when the head is tilted back", () => {
    const tilted = moved(arcFaceTemplate, ([x, y]) => (x > 50 && x < 60 ? [x, y - 12] : [x, y]));
    const image = texture(112);
    expect(measureFace(image, faceIn(tilted)).noseHeight).toBeLessThan(0.25);
    expect(measureFace(image, faceIn(arcFaceTemplate)).noseHeight).toBeCloseTo(0.49, 1);
  });

  it("counts what is burnt out, and takes a face of one colour as having no contrast and no detail", () => {
    const white = { width: 112, height: 112, data: new Uint8Array(112 * 112 * 3).fill(255) };
    expect(measureFace(white, faceIn(arcFaceTemplate))).toMatchObject({
      brightness: 255,
      contrast: 0,
      burntOut: 1,
      detail: 0,
    });
  });

  it("gives numbers for a face that reaches beyond the picture or has no extent", () => {
    const image = texture(40);
    const outside = moved(arcFaceTemplate, ([x, y]) => [x - 60, y + 20]);
    const flat = moved(arcFaceTemplate, ([x]) => [x, 20]);
    for (const landmarks of [outside, flat]) {
      const quality = assessQuality(image, faceIn(landmarks), 1);
      expect(quality.score).toBeGreaterThanOrEqual(0);
      expect(quality.score).toBeLessThanOrEqual(1);
    }
  });
});

describe("judging", () => {
  it("finds nothing wrong with a good face", () => {
    expect(judge(good, 1)).toEqual({
      score: 1,
      sharpness: 1,
      pose: 1,
      size: 1,
      exposure: 1,
      detection: 1,
      reliability: 1,
      reasons: [],
    });
  });

  it("never raises the score when a measure gets worse", () => {
    const worse: Partial<Record<keyof FaceMeasures, readonly number[]>> = {
      width: [80, 50, 30, 20, 12, 4],
      detail: [0.18, 0.15, 0.12, 0.09, 0.06, 0],
      yaw: [10, 25, 40, 60, 90],
      contrast: [30, 15, 10, 5, 0],
      burntOut: [0.01, 0.1, 0.4, 1],
      score: [0.999, 0.99, 0.95, 0.8, 0.7],
    };
    for (const [name, steps] of Object.entries(worse)) {
      const scores = [1, ...steps.map((value) => judge({ ...good, [name]: value }, 1).score)];
      expect(scores, name).toEqual(scores.toSorted((a, b) => b - a));
      expect(scores.at(-1), name).toBeLessThan(0.95);
    }
  });

  it("is lowered by an embedding that cannot be relied on, and says so", () => {
    const quality = judge(good, 1, 0.7);
    expect(quality.score).toBeCloseTo(0.7, 6);
    expect(quality.reasons).toEqual(["hard to make out"]);
  });

  it("trusts the embedder more than the picture where it tells how much it could make of it", () => {
    const blurred = { ...good, detail: 0.08 };
    const untold = judge(blurred, 1);
    expect(untold.reliability).toBe(1);
    expect(judge(blurred, 1, 1).score).toBeGreaterThan(untold.score);
    expect(judge(blurred, 1, 0.3).score).toBeLessThan(untold.score);
    expect(visibleQuality(judge(blurred, 1, 0.3))).toBeCloseTo(untold.score, 6);
  });

  it("says in words what is wrong, worst first, with the width in the original", () => {
    expect(judge({ ...good, width: 18 }, 1).reasons).toEqual(["only 18 px wide"]);
    expect(judge({ ...good, width: 18 }, 2.5).reasons).toEqual(["only 45 px wide"]);
    expect(judge({ ...good, detail: 0.08 }, 1).reasons).toEqual(["too blurred"]);
    expect(judge({ ...good, score: 0.75 }, 1).reasons).toEqual(["may not be a face"]);
    expect(judge({ ...good, yaw: 80 }, 1).reasons).toEqual(["turned away"]);
    expect(judge({ ...good, contrast: 5, brightness: 20 }, 1).reasons).toEqual(["too dark"]);
    expect(judge({ ...good, burntOut: 0.8, brightness: 240 }, 1).reasons).toEqual(["too bright"]);
    expect(judge({ ...good, contrast: 5 }, 1).reasons).toEqual(["too little contrast"]);
    expect(judge({ ...good, detail: 0.08, contrast: 6, brightness: 30 }, 1).reasons).toEqual([
      "too blurred",
      "too dark",
    ]);
  });

  it("calls a small face small, and blurred only when it is more blurred than small", () => {
    expect(judge({ ...good, width: 18, detail: 0.1 }, 1).reasons).toEqual(["only 18 px wide"]);
    expect(judge({ ...good, width: 18, detail: 0.075 }, 1).reasons).toEqual(["too blurred", "only 18 px wide"]);
  });

  it("reads a curve between its points and holds its ends", () => {
    expect(
      [0, 1, 2, 3, 9].map((at) =>
        valueAt(
          [
            [1, 0.2],
            [3, 0.6],
          ],
          at,
        ),
      ),
    ).toEqual([0.2, 0.2, 0.4, 0.6, 0.6]);
    for (const curve of Object.values(qualityCurves)) {
      const measures = curve.map(([measure]) => measure);
      expect(measures).toEqual(measures.toSorted((a, b) => a - b));
    }
  });
});
