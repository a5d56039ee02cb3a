import { expect, test } from "vitest";
import { createRandom } from "./random.ts";

const draw = (seed: string) => {
  const random = createRandom(seed);
  return Array.from({ length: 20_000 }, () => random.next());
};

test("tells the same story for the same seed and another one for another", () => {
  expect(draw("a").slice(0, 5)).toEqual(draw("a").slice(0, 5));
  expect(draw("a").slice(0, 5)).not.toEqual(draw("b").slice(0, 5));
});

test("spreads evenly from 0 to 1", () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const value of draw("even")) {
    const tenth = Math.floor(value * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  // Each tenth expects 2,000 with a deviation of 42; five deviations are never seen by chance.
  for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(212);
});

test("normal numbers have mean 0 and deviation 1", () => {
  const random = createRandom("normal");
  const values = Array.from({ length: 20_000 }, () => random.normal());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.04);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
});

test("integers include both ends, and shuffling keeps every item", () => {
  const random = createRandom("ends");
  expect(new Set(Array.from({ length: 200 }, () => random.integer(1, 3)))).toEqual(new Set([1, 2, 3]));
  const items = Array.from({ length: 50 }, (_, i) => i);
  const shuffled = random.shuffle(items);
  expect(shuffled).not.toEqual(items);
  expect(shuffled.toSorted((x, y) => x - y)).toEqual(items);
});
