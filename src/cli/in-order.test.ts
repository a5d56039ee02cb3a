import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { mapInOrder } from "./in-order.ts";

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}

test("yields in the order of the items although later ones are done first", async () => {
  const finished: number[] = [];
  const results = mapInOrder([30, 1, 15], 3, async (ms) => {
    await setTimeout(ms);
    finished.push(ms);
    return ms;
  });
  expect(await collect(results)).toEqual([30, 1, 15]);
  expect(finished).toEqual([1, 15, 30]);
});

test("has no more than the allowed number of calls under way", async () => {
  let underWay = 0;
  let most = 0;
  const results = mapInOrder(Array.from({ length: 20 }).keys(), 4, async (item) => {
    most = Math.max(most, ++underWay);
    await setTimeout(1);
    underWay--;
    return item;
  });
  expect(await collect(results)).toHaveLength(20);
  expect(most).toBe(4);
});

test("ends with the first failure, after what was under way has settled", async () => {
  const settled: number[] = [];
  const results = mapInOrder([0, 1, 2, 3], 2, async (item) => {
    await setTimeout(item);
    settled.push(item);
    if (item === 0) throw new Error("no");
    return item;
  });
  await expect(collect(results)).rejects.toThrow("no");
  expect(settled).toEqual([0, 1]);
});

test("stops asking for more when the reader leaves", async () => {
  let asked = 0;
  for await (const _ of mapInOrder(Array.from({ length: 100 }).keys(), 2, async (item) => asked++ + item)) break;
  expect(asked).toBeLessThanOrEqual(3);
});
