import { describe, expect, test } from "vitest";
import {
  averagePrecision,
  bcubedOfEach,
  bestThreshold,
  crossValidate,
  falsePositiveIdentificationRate,
  type GroupedItem,
  meanAndStd,
  meanBcubed,
  reliability,
  rocCurve,
  type Trial,
  tarAtFar,
} from "./metrics.ts";

function trials(
  fold: number,
  same: readonly (number | undefined)[],
  different: readonly (number | undefined)[],
): Trial[] {
  return [
    ...same.map((score) => ({ fold, same: true, score })),
    ...different.map((score) => ({ fold, same: false, score })),
  ];
}

describe("bestThreshold", () => {
  test("lies half way between the two kinds when they do not overlap", () => {
    expect(bestThreshold(trials(0, [0.9, 0.7], [0.3, 0.1]))).toBeCloseTo(0.5);
  });

  test("takes the middle one of equally good cuts", () => {
    // From the top: same, different, same, different, same: three cuts make two mistakes, after the 1st, 3rd and 5th.
    expect(bestThreshold(trials(0, [0.9, 0.7, 0.5], [0.8, 0.6]))).toBeCloseTo(0.65);
  });

  test("does not cut between equal scores", () => {
    const threshold = bestThreshold(trials(0, [0.8, 0.6, 0.6], [0.6, 0.2]));
    expect(threshold).toBeCloseTo(0.4);
  });

  test("accepts nothing when everything is different", () => {
    expect(bestThreshold(trials(0, [], [0.9, 0.1]))).toBeGreaterThan(0.9);
  });
});

describe("crossValidate", () => {
  test("judges each fold by the threshold of the others", () => {
    const result = crossValidate([...trials(1, [0.9, 0.4], [0.1, 0.2]), ...trials(2, [0.8, 0.85], [0.7, 0.3])]);
    // Fold 1 by fold 2's 0.75: the same pair at 0.4 is missed. Fold 2 by fold 1's 0.3: the different pair at 0.7 passes.
    expect(result.folds.map((fold) => fold.threshold)).toEqual([expect.closeTo(0.75), expect.closeTo(0.3)]);
    expect(result.folds.map((fold) => fold.accuracy)).toEqual([0.75, 0.75]);
    expect(result.accuracy).toBe(0.75);
    expect(result.std).toBe(0);
    expect(result.precision).toBe(3 / 4);
    expect(result.recall).toBe(3 / 4);
    expect(result.f1).toBeCloseTo(3 / 4);
  });

  test("counts a face that was not found as an error, of a same and of a different pair alike", () => {
    const good = trials(1, [0.9, 0.8], [0.1, 0.2]);
    const result = crossValidate([...good, ...trials(2, [0.9, undefined], [undefined, 0.2])]);
    expect(result.folds[1]?.accuracy).toBe(0.5);
    expect(result.precision).toBe(3 / 4);
    expect(result.recall).toBe(3 / 4);
  });

  test("refuses a single fold", () => {
    expect(() => crossValidate(trials(1, [0.9], [0.1]))).toThrow(RangeError);
  });
});

describe("rocCurve", () => {
  test("goes from nothing accepted to everything accepted", () => {
    expect(rocCurve(trials(1, [0.9, 0.5], [0.7, 0.1]))).toEqual([
      { far: 0, tar: 0 },
      { far: 0, tar: 0.5 },
      { far: 0.5, tar: 0.5 },
      { far: 0.5, tar: 1 },
      { far: 1, tar: 1 },
    ]);
  });

  test("moves over equal scores in one step", () => {
    expect(rocCurve(trials(1, [0.5], [0.5]))).toEqual([
      { far: 0, tar: 0 },
      { far: 1, tar: 1 },
    ]);
  });

  test("never accepts a face that was not found", () => {
    expect(rocCurve(trials(1, [0.9, undefined], [0.1, undefined])).at(-1)).toEqual({ far: 0.5, tar: 0.5 });
  });
});

describe("tarAtFar", () => {
  const sample = trials(1, [0.9, 0.8, 0.6, 0.3], [0.85, 0.7, 0.2, 0.1]);

  test("takes the laxest threshold that keeps to the rate", () => {
    expect(tarAtFar(sample, 0)).toBe(1 / 4);
    expect(tarAtFar(sample, 0.25)).toBe(2 / 4);
    expect(tarAtFar(sample, 0.49)).toBe(2 / 4);
    expect(tarAtFar(sample, 0.5)).toBe(1);
  });
});

describe("reliability", () => {
  test("is zero when what is said to be right three times in four is", () => {
    const said = [true, true, true, false].map((same) => ({ confidence: 0.75, same }));
    expect(reliability(said).ece).toBe(0);
  });

  test("weighs each bin by its trials", () => {
    const result = reliability([
      { confidence: 1, same: true },
      { confidence: 0.95, same: false },
      { confidence: 0.05, same: false },
      { confidence: 0.15, same: true },
    ]);
    expect(result.bins.map((bin) => [bin.from, bin.count, bin.observed])).toEqual([
      [0, 1, 0],
      [0.1, 1, 1],
      [0.9, 2, 0.5],
    ]);
    // (1 * 0.05 + 1 * 0.85 + 2 * |0.975 - 0.5|) / 4
    expect(result.ece).toBeCloseTo(0.4625);
  });

  test("refuses what is not a probability", () => {
    expect(() => reliability([{ confidence: -0.2, same: true }])).toThrow(RangeError);
    expect(() => reliability([{ confidence: Number.NaN, same: true }])).toThrow(RangeError);
  });
});

describe("bcubed", () => {
  const item = (person: string, group: string) => ({ person, group });
  const bcubed = (items: readonly GroupedItem[]) => meanBcubed(bcubedOfEach(items));

  test("is perfect for the true grouping whatever the groups are called", () => {
    expect(bcubed([item("a", "1"), item("a", "1"), item("b", "2")])).toEqual({ precision: 1, recall: 1, f1: 1 });
  });

  test("loses precision when two people share a group", () => {
    // a: 2/3 twice, b: 1/3.
    const result = bcubed([item("a", "1"), item("a", "1"), item("b", "1")]);
    expect(result.precision).toBeCloseTo((2 / 3 + 2 / 3 + 1 / 3) / 3);
    expect(result.recall).toBe(1);
  });

  test("loses recall when one person is split", () => {
    // a in {1, 1, 2}: 2/3, 2/3, 1/3; b: 1.
    const result = bcubed([item("a", "1"), item("a", "1"), item("a", "2"), item("b", "3")]);
    expect(result.precision).toBe(1);
    expect(result.recall).toBeCloseTo((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4);
    expect(result.f1).toBeCloseTo((2 * result.recall) / (1 + result.recall));
  });
});

describe("averagePrecision", () => {
  test("is one when all that is relevant comes first", () => {
    expect(averagePrecision([true, true, false], 2)).toBe(1);
  });

  test("averages the precision at each hit over all that is relevant, found or not", () => {
    expect(averagePrecision([true, false, true], 3)).toBeCloseTo((1 + 2 / 3) / 3);
  });

  test("is zero when nothing relevant is found", () => {
    expect(averagePrecision([false, false], 1)).toBe(0);
    expect(averagePrecision([], 1)).toBe(0);
  });
});

test("the false positive identification rate counts searches, not matches", () => {
  expect(falsePositiveIdentificationRate([0, 5, 0, 1])).toBe(0.5);
  expect(falsePositiveIdentificationRate([])).toBe(0);
});

test("the deviation is that of the population", () => {
  expect(meanAndStd([1, 3])).toEqual({ mean: 2, std: 1 });
});
