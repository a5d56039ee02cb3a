import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { imagePath, parsePairs, peopleOfFolds } from "./lfw-pairs.ts";

const twoFolds = "2\t1\nAnn\t1\t4\nAnn\t2\tBob\t1\nCleo\t1\t2\nCleo\t3\tBob\t2\n";

describe("parsePairs", () => {
  test("reads the same and the different pairs of each fold", () => {
    expect(parsePairs(twoFolds)).toEqual([
      { fold: 1, same: true, a: { person: "Ann", number: 1 }, b: { person: "Ann", number: 4 } },
      { fold: 1, same: false, a: { person: "Ann", number: 2 }, b: { person: "Bob", number: 1 } },
      { fold: 2, same: true, a: { person: "Cleo", number: 1 }, b: { person: "Cleo", number: 2 } },
      { fold: 2, same: false, a: { person: "Cleo", number: 3 }, b: { person: "Bob", number: 2 } },
    ]);
  });

  test("reads Windows line endings", () => {
    expect(parsePairs(twoFolds.replaceAll("\n", "\r\n"))).toEqual(parsePairs(twoFolds));
  });

  test.each([
    ["a file that is cut short", "2 1\nAnn 1 4\n", "announces 4 pairs and holds 1"],
    ["a file without a head", "Ann 1 4\n", "does not begin with"],
    ["an empty file", "", "does not begin with"],
    [
      "a different pair among the same ones",
      "1 1\nAnn 1 Bob 4\nAnn 2 Bob 1\n",
      "Line 2 of the pairs file is not a same pair",
    ],
    ["a number that is none", "1 1\nAnn 1 4\nAnn x Bob 1\n", "Line 3 of the pairs file is not a different pair"],
  ])("refuses %s", (_, text, message) => {
    expect(() => parsePairs(text)).toThrow(message);
  });
});

test("pads the number in a picture's name to four digits", () => {
  expect(imagePath("lfw", { person: "Ann_Lee", number: 12 })).toBe(join("lfw", "Ann_Lee", "Ann_Lee_0012.jpg"));
});

test("keeps apart the people who are in a fold of both kinds", () => {
  const pairs = parsePairs(twoFolds);
  expect(peopleOfFolds(pairs, (fold) => fold === 2)).toEqual(["Cleo"]);
  expect(peopleOfFolds(pairs, (fold) => fold === 1)).toEqual(["Ann"]);
});
