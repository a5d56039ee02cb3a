import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { fraction, notEmpty, wholeNumber } from "./options.ts";

test.each([
  ["0", 0],
  ["1", 1],
  ["0.7", 0.7],
  [".25", 0.25],
  ["1.0", 1],
])("takes %s as a fraction", (text, value) => {
  expect(fraction(text)).toBe(value);
});

test.each(["", " ", "1.01", "-0.1", "70%", "0,7", "1e-1", "0x1", "NaN", "Infinity", "0.7x", "."])(
  "refuses %j as a fraction",
  (text) => {
    expect(() => fraction(text)).toThrow(InvalidArgumentError);
  },
);

test.each(["", "0", "9", "1.5", "-1", "two", "1e3", "99999999999999999999"])("refuses %j for 1 to 8", (text) => {
  expect(() => wholeNumber(1, 8)(text)).toThrow("whole number from 1 to 8");
});

test("takes the bounds of a whole number as allowed", () => {
  expect([wholeNumber(1, 8)("1"), wholeNumber(1, 8)("8")]).toEqual([1, 8]);
});

test("refuses a name of spaces", () => {
  expect(() => notEmpty("  ")).toThrow(InvalidArgumentError);
  expect(notEmpty(" Ann ")).toBe(" Ann ");
});
