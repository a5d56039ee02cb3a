import { describe, expect, it } from "vitest";
import { Rate } from "./rate.ts";

describe("Rate", () => {
  it("is nothing before there are two moments to tell it from", () => {
    const rate = new Rate();
    expect(rate.perSecond()).toBe(0);
    rate.add(1000, 0);
    rate.add(1000, 5);
    expect(rate.perSecond()).toBe(0);
  });

  it("is that of the last half minute", () => {
    const rate = new Rate();
    for (let second = 0; second <= 60; second++) rate.add(second * 1000, second);
    expect(rate.perSecond()).toBeCloseTo(1);
    for (let second = 61; second <= 90; second++) rate.add(second * 1000, 60 + (second - 60) * 10);
    expect(rate.perSecond()).toBeCloseTo(10);
  });
});
