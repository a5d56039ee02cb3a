import { expect, test } from "vitest";
import { averageProgress, progressText } from "./progress.ts";

test("tells the rate and the time left", () => {
  const progress = { done: 120, total: 1204, perSecond: 12.34, secondsLeft: 88 };
  expect(progressText("Indexing", "photo", progress)).toBe(
    "Indexing 120 of 1,204 photos · 12.3 a second · 1 min 28 s left",
  );
});

test("promises nothing before there is a rate, nor a time left when all is done", () => {
  expect(progressText("Indexing", "photo", { done: 0, total: 1, perSecond: 0 })).toBe("Indexing 0 of 1 photo");
  const done = { done: 3, total: 3, perSecond: 2, secondsLeft: 0 };
  expect(progressText("Indexing", "photo", done)).toBe("Indexing 3 of 3 photos · 2 a second");
});

test("averages since the start", () => {
  expect(averageProgress(0, 10, 1000, 2000)).toEqual({ done: 0, total: 10, perSecond: 0 });
  expect(averageProgress(4, 10, 1000, 3000)).toEqual({ done: 4, total: 10, perSecond: 2, secondsLeft: 3 });
});
