import { expect, test } from "vitest";
import { binned, quantile, spearman, trendOf } from "./trend.ts";

const samples = (...pairs: [number, number][]) => pairs.map(([x, y]) => ({ x, y }));

test("ranks that agree correlate by 1, ranks that oppose by -1, however uneven the steps", () => {
  expect(spearman(samples([1, 1], [2, 10], [3, 11], [9, 1000]))).toBeCloseTo(1, 12);
  expect(spearman(samples([1, 5], [2, 4], [3, -7]))).toBeCloseTo(-1, 12);
});

test("equal values share their rank", () => {
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
  expect(spearman(samples([1, 1], [2, 2], [2, 3], [3, 4]))).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
});

test("what does not vary correlates with nothing", () => {
  expect(spearman(samples([1, 1], [1, 2]))).toBe(0);
  expect(spearman([])).toBe(0);
});

test("a bin holds its lower edge, and the last one its upper edge too", () => {
  const bins = binned(samples([0, 1], [0.5, 2], [1, 3]), [0, 0.5, 1], 1);
  expect(bins.map(({ count }) => count)).toEqual([1, 2]);
  expect(bins.map(({ y }) => y)).toEqual([1, 2.5]);
});

test("a bin with too few samples is left out", () => {
  expect(binned(samples([0.1, 1], [0.7, 2], [0.8, 3]), [0, 0.5, 1], 2)).toHaveLength(1);
  expect(binned([], [0, 1], 0)).toEqual([]);
});

test("a trend tells how far it falls between any two bins", () => {
  const trend = trendOf(samples([0.5, 0.2], [1.5, 0.6], [2.5, 0.5], [3.5, 0.45]), [0, 1, 2, 3, 4], 1);
  expect(trend.largestFall).toBeCloseTo(0.15, 12);
  expect(trendOf(samples([0.5, 0.2], [1.5, 0.6]), [0, 1, 2], 1).largestFall).toBe(0);
});

test("a quantile lies between its neighbours", () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([0, 1], 0.25)).toBe(0.25);
});
