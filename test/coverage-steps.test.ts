import { expect, it } from "vitest";
import { coverageSteps } from "../web/src/organiser/coverage.ts";

it("has a step for each number of photos up to the most, also for those that nobody is in", () => {
  const points = [
    { photos: 1, people: 7 },
    { photos: 2, people: 3 },
    { photos: 5, people: 1 },
  ];
  expect(coverageSteps(points).map(({ people }) => people)).toEqual([7, 3, 0, 0, 1]);
  expect(coverageSteps([])).toEqual([]);
});

it("puts numbers together where there would be too many steps to be told apart, and loses nobody", () => {
  const points = Array.from({ length: 150 }, (_, index) => ({ photos: 3 * index + 1, people: 2 }));
  const steps = coverageSteps(points);
  expect(steps.length).toBeLessThanOrEqual(60);
  expect(steps[0]).toMatchObject({ first: 1, last: 10 });
  expect(steps.reduce((sum, { people }) => sum + people, 0)).toBe(300);
});
