import { expect, it } from "vitest";
import { suppressNonMaxima, votedBox } from "./nms.ts";

const box = (x1: number, y1: number, x2: number, y2: number, score: number) => ({ x1, y1, x2, y2, score });

it("keeps the better of two boxes that overlap, whatever their order, and leaves others alone", () => {
  const weak = box(0, 0, 10, 10, 0.6);
  const strong = box(1, 0, 11, 10, 0.9);
  const apart = box(50, 50, 60, 60, 0.2);
  expect(suppressNonMaxima([weak, strong, apart], 0.5, "union")).toEqual([strong, apart]);
  expect(suppressNonMaxima([apart, strong, weak], 0.5, "union")).toEqual([strong, apart]);
});

it("keeps a small box inside a large one by their union, and drops it by the smaller one", () => {
  const large = box(0, 0, 100, 100, 0.9);
  const small = box(40, 40, 60, 60, 0.8);
  expect(suppressNonMaxima([large, small], 0.5, "union")).toEqual([large, small]);
  expect(suppressNonMaxima([large, small], 0.5, "smaller")).toEqual([large]);
});

it("drops only what a kept box overlaps, not what a dropped one does", () => {
  const boxes = [box(0, 0, 10, 10, 0.9), box(4, 0, 14, 10, 0.8), box(8, 0, 18, 10, 0.7)];
  expect(suppressNonMaxima(boxes, 0.4, "union").map(({ score }) => score)).toEqual([0.9, 0.7]);
});

it("puts a box where all that overlap it by half say it is, the surer ones more", () => {
  const best = box(0, 0, 10, 10, 0.9);
  const boxes = [
    best,
    box(2, 0, 12, 10, 0.6),
    box(0, -1, 10, 9, 0.9),
    box(6, 0, 16, 10, 0.8),
    box(50, 50, 60, 60, 0.9),
  ];
  expect(votedBox(best, boxes)).toEqual([0.5, -0.375, 10.5, 9.625].map((edge) => expect.closeTo(edge, 9)));
});
