import { expect, it } from "vitest";
import { contrast, readable, textOn } from "../web/src/shared/colours.ts";

const colours = ["#000000", "#ffffff", "#ffff00", "#0000ff", "#00ff00", "#808080", "#4450d6", "#aa3366", "#fde8e8"];

it.each(colours)("makes %s readable on light and on dark pages, and what is written on it too", (colour) => {
  for (const [scheme, back] of [["light", "#ffffff"] as const, ["dark", "#1d1f28"] as const]) {
    const shown = readable(colour, scheme);
    expect(contrast(shown, back)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(textOn(shown), shown)).toBeGreaterThanOrEqual(4.5);
  }
});

it("leaves a colour as it is where it can be read", () => {
  expect(readable("#4450d6", "light")).toBe("#4450d6");
  expect(readable("#9aa5ff", "dark")).toBe("#9aa5ff");
});

it("knows the ends of the scale", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#123456", "#123456")).toBe(1);
});
