import { describe, expect, it } from "vitest";
import { principalDirection, spreadAround } from "./principal-direction.ts";

describe("the direction in which vectors of one set differ most", () => {
  it("is found whatever lies between the sets", () => {
    const sets = [
      [Float32Array.from([5, 1, 2]), Float32Array.from([5, 3, 2.1]), Float32Array.from([5, 2, 1.9])],
      [Float32Array.from([-8, -4, 0]), Float32Array.from([-8, -2, 0])],
    ];
    const { direction, share } = principalDirection(spreadAround(sets));
    expect(direction[1]).toBeGreaterThan(0.99);
    expect(share).toBeGreaterThan(0.98);
    expect(share).toBeLessThanOrEqual(1);
  });

  it("takes nothing from a set of one", () => {
    const lonely = [Float32Array.from([100, 0])];
    const pair = [Float32Array.from([0, 1]), Float32Array.from([0, 2])];
    expect(principalDirection(spreadAround([lonely, pair])).direction[1]).toBeCloseTo(1, 6);
  });
});
