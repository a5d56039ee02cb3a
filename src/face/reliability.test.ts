import { describe, expect, it } from "vitest";
import { reliabilityOf } from "./reliability.ts";

describe("reliability", () => {
  it("rises with the length of the network's vector, from next to nothing to all", () => {
    const values = [0, 30, 48, 53, 62, 70, 80].map((length) => reliabilityOf("mobilefacenet", length) ?? Number.NaN);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values[0]).toBeLessThan(0.1);
    expect(values.at(-1)).toBe(1);
  });

  it("is not told where the length says nothing", () => {
    expect(reliabilityOf("dlib", 1.3)).toBeUndefined();
    expect(reliabilityOf("somebody's own", 20)).toBeUndefined();
  });
});
