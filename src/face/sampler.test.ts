import { describe, expect, it } from "vitest";
import type { RgbImage } from "./image.ts";
import { IntegralImage, type Region, sampleArea } from "./integral.ts";
import { averageDown } from "./reduce.ts";
import { FaceSampler } from "./sampler.ts";

/** Coloured noise that is the same every time. */
function noise(width: number, height: number): RgbImage {
  let state = 12345;
  const data = new Uint8Array(width * height * 3).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { width, height, data };
}

/** Mean of channel c over the pixels that a cell covers, written as plainly as possible. */
function cellMean(image: RgbImage, region: Region, size: number, x: number, y: number, c: number): number {
  const edge = (i: number, pixels: number) =>
    [Math.floor((i * pixels) / size), Math.ceil(((i + 1) * pixels) / size)] as const;
  const [x0, x1] = edge(x, region.right - region.left);
  const [y0, y1] = edge(y, region.bottom - region.top);
  let sum = 0;
  for (let row = region.top + y0; row < region.top + y1; row++) {
    for (let column = region.left + x0; column < region.left + x1; column++) {
      sum += image.data[(row * image.width + column) * 3 + c] ?? 0;
    }
  }
  return sum / ((x1 - x0) * (y1 - y0));
}

describe("area sampling", () => {
  const image = noise(61, 47);
  const regions: Region[] = [
    { left: 0, top: 0, right: 61, bottom: 47 },
    { left: 13, top: 5, right: 50, bottom: 40 },
    { left: 20, top: 20, right: 25, bottom: 26 },
  ];

  it.each(regions)("averages the pixels under each cell, shrinking and enlarging: %o", (region) => {
    const size = 12;
    const fromTable = new Float32Array(3 * size * size);
    const fromPixels = new Float32Array(3 * size * size);
    new IntegralImage(image).sample(region, size, size, { left: 0, top: 0, width: size, height: size }, fromTable, 0);
    sampleArea(image, region, size, fromPixels, 0);
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const expected = (cellMean(image, region, size, x, y, c) - 127.5) / 128;
          expect(fromTable[c * size * size + y * size + x]).toBeCloseTo(expected, 5);
          expect(fromPixels[c * size * size + y * size + x]).toBeCloseTo(expected, 5);
        }
      }
    }
  });

  it("gives a window the same values that the whole level has there", async () => {
    const sampler = await FaceSampler.of(image, 0.8);
    const whole = new Float32Array(3 * 40 * 30);
    sampler.level(40, 30, { left: 0, top: 0, width: 40, height: 30 }, whole);
    const part = new Float32Array(3 * 10 * 8);
    sampler.level(40, 30, { left: 24, top: 18, width: 10, height: 8 }, part);
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 8; y++) {
        for (let x = 0; x < 10; x++) {
          expect(part[c * 80 + y * 10 + x]).toBe(whole[c * 1200 + (18 + y) * 40 + 24 + x]);
        }
      }
    }
  });

  it("averages squares of pixels when it reduces", () => {
    const reduced = averageDown(image, { left: 3, top: 2, width: 57, height: 44 }, 5);
    expect([reduced.width, reduced.height]).toEqual([11, 8]);
    let sum = 0;
    for (let y = 0; y < 5; y++)
      for (let x = 0; x < 5; x++) sum += image.data[((2 + 10 + y) * 61 + 3 + 15 + x) * 3 + 1] ?? 0;
    expect(reduced.data[(2 * 11 + 3) * 3 + 1]).toBe(Math.round(sum / 25));
  });
});
