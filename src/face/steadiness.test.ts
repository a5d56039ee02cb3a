import { describe, expect, it } from "vitest";
import { steadinessOf } from "./steadiness.ts";

describe("steadiness", () => {
  it("falls with the similarity of a face to its mirror image", () => {
    const values = [0.99, 0.97, 0.96, 0.94, 0.9].map((similarity) => steadinessOf("mobilefacenet", similarity));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(values[0]).toBe(1);
    expect(values.at(-1)).toBeLessThan(0.75);
  });

  it("takes nothing away where it cannot be told", () => {
    expect(steadinessOf("mobilefacenet", undefined)).toBe(1);
    expect(steadinessOf("somebody's own", 0.5)).toBe(1);
  });
});
