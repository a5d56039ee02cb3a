import { expect, it } from "vitest";
import { alignFace } from "./align.ts";
import { applyTransform, type Landmarks, type SimilarityTransform } from "./geometry.ts";
import type { RgbImage } from "./image.ts";

const SIZE = 40;
const template: Landmarks = [
  [13, 15],
  [27, 15],
  [20, 22],
  [14, 30],
  [26, 30],
];

/** A picture whose colours are a smooth function of the position, so that any resampling of it is known. */
function gradient(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([(255 * x) / width, (255 * y) / height, 128], (y * width + x) * 3);
  }
  return { width, height, data };
}

function place(transform: SimilarityTransform): Landmarks {
  const [a, b, c, d, e] = template;
  const move = (point: readonly [number, number]) => applyTransform(transform, point);
  return [move(a), move(b), move(c), move(d), move(e)];
}

it.each([
  ["as it is", { a: 1, b: 0, tx: 60, ty: 70 }],
  ["turned", { a: 0, b: 1, tx: 160, ty: 60 }],
  ["turned and twice as large", { a: 1.2, b: 1.6, tx: 120, ty: 30 }],
  ["nearly six times as large", { a: 5.7, b: 0.4, tx: 40, ty: 30 }],
])("brings a face that lies in the picture %s to the template", (_, transform) => {
  const image = gradient(300, 300);
  const crop = new Float32Array(3 * SIZE * SIZE);
  alignFace(image, place(transform), template, SIZE, { data: crop, offset: 0 });
  for (const point of [
    [0, 0],
    [20, 20],
    [39, 5],
    [7, 33],
  ] as const) {
    const [x, y] = applyTransform(transform, point);
    const at = point[1] * SIZE + point[0];
    expect(crop[at]).toBeGreaterThan((255 * x) / 300 - 2);
    expect(crop[at]).toBeLessThan((255 * x) / 300 + 2);
    expect(crop[SIZE * SIZE + at]).toBeGreaterThan((255 * y) / 300 - 2);
    expect(crop[SIZE * SIZE + at]).toBeLessThan((255 * y) / 300 + 2);
  }
});

it("is black where the crop reaches out of the picture, and writes nowhere else", () => {
  const crop = new Float32Array(3 * SIZE * SIZE + 20).fill(-1);
  const landmarks = place({ a: 1, b: 0, tx: -20, ty: 0 });
  alignFace(gradient(100, 100), landmarks, template, SIZE, { data: crop, offset: 10 });
  const blue = 10 + 2 * SIZE * SIZE;
  expect(crop[blue + 5 * SIZE + 5]).toBe(0);
  expect(crop[blue + 5 * SIZE + 30]).toBeCloseTo(128, 4);
  expect([...crop.subarray(0, 10), ...crop.subarray(-10)].every((value) => value === -1)).toBe(true);
});

it("gives an empty crop for a face wholly outside of the picture", () => {
  const crop = new Float32Array(3 * SIZE * SIZE).fill(-1);
  alignFace(gradient(50, 50), place({ a: 4, b: 0, tx: 900, ty: 900 }), template, SIZE, { data: crop, offset: 0 });
  expect(crop.every((value) => value === 0)).toBe(true);
});
