import { describe, expect, it } from "vitest";
import { applyTransform, fitSimilarity, invertTransform, iou, type Point } from "./geometry.ts";

describe("iou", () => {
  it("is 1 for the same box, 0 for boxes that only touch, and the shared part otherwise", () => {
    expect(iou([0, 0, 10, 10], [0, 0, 10, 10])).toBe(1);
    expect(iou([0, 0, 10, 10], [10, 0, 20, 10])).toBe(0);
    expect(iou([0, 0, 10, 10], [5, 0, 15, 10])).toBeCloseTo(50 / 150, 12);
  });
});

describe("fitSimilarity", () => {
  const square: Point[] = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ];

  it("recovers the rotation, scale and shift that made the points", () => {
    const angle = 0.7;
    const truth = { a: 2.5 * Math.cos(angle), b: 2.5 * Math.sin(angle), tx: -3, ty: 8 };
    const fitted = fitSimilarity(
      square,
      square.map((point) => applyTransform(truth, point)),
    );
    for (const key of ["a", "b", "tx", "ty"] as const) expect(fitted[key]).toBeCloseTo(truth[key], 10);
  });

  it("does not mirror, even when a mirror image would fit exactly", () => {
    const mirrored = square.map(([x, y]): Point => [-x, y]);
    const fitted = fitSimilarity(square, mirrored);
    expect(Math.hypot(fitted.a, fitted.b)).toBeLessThan(1e-9);
  });

  it("is undone by its inverse", () => {
    const transform = { a: 0.3, b: -1.2, tx: 40, ty: 7 };
    const there = applyTransform(transform, [12, 34]);
    const [x, y] = applyTransform(invertTransform(transform), there);
    expect(x).toBeCloseTo(12, 10);
    expect(y).toBeCloseTo(34, 10);
  });

  it("refuses points that all coincide", () => {
    const same: Point[] = [
      [1, 1],
      [1, 1],
    ];
    expect(() => fitSimilarity(same, square.slice(0, 2))).toThrow(RangeError);
  });
});
