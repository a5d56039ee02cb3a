import { describe, expect, it } from "vitest";
import { Throttle } from "./throttle.ts";

describe("a throttle", () => {
  it("lets so many tries pass, then one each time the bucket has filled for it", () => {
    const throttle = new Throttle({ tries: 3, perMs: 3000 });
    for (let i = 0; i < 3; i++) throttle.take("a", 0);
    expect(() => throttle.take("a", 0)).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }));
    expect(() => throttle.take("a", 900)).toThrow();
    throttle.take("a", 1001);
    expect(() => throttle.take("a", 1001)).toThrow();
  });

  it("keeps keys apart", () => {
    const throttle = new Throttle({ tries: 1, perMs: 1000 });
    throttle.take("a", 0);
    throttle.take("b", 0);
  });

  it("takes nothing from anybody when the clock is set back, and fills from then on", () => {
    const throttle = new Throttle({ tries: 2, perMs: 2000 });
    throttle.take("a", 1e9);
    throttle.take("a", 0);
    expect(() => throttle.take("a", 0)).toThrow(expect.objectContaining({ retryAfterSeconds: 1 }));
    throttle.take("a", 1000);
  });

  it("gives a good try back", () => {
    const throttle = new Throttle({ tries: 1, perMs: 1000 });
    throttle.take("a", 0);
    throttle.giveBack("a");
    throttle.take("a", 0);
  });
});
