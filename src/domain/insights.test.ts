import { describe, expect, it } from "vitest";
import { percentiles } from "./insights.ts";

describe("percentiles", () => {
  it("are values that were measured, in whatever order they come", () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentiles(values)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99 });
  });

  it("are the only value when there is one, and nothing when there is none", () => {
    expect(percentiles([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7 });
    expect(percentiles([])).toBeUndefined();
  });

  it("compares numbers as numbers", () => {
    expect(percentiles([9, 10, 100])).toEqual({ count: 3, p50: 10, p95: 100, p99: 100 });
  });
});
