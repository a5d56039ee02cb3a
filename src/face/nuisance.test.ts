import { describe, expect, it } from "vitest";
import { nuisanceOf, projectOut } from "./nuisance.ts";
import { dot, normalise } from "./vector.ts";

const a = normalise(Float32Array.from([3, 1, 0, 2]));
const b = normalise(Float32Array.from([3, -1, 1, -2]));
const shared = Float32Array.from([1, 0, 0, 0]);

describe("taking the nuisance direction out of embeddings", () => {
  it("leaves nothing along it, at unit length", () => {
    const clean = projectOut(a, shared);
    expect(dot(clean, shared)).toBeCloseTo(0, 6);
    expect(dot(clean, clean)).toBeCloseTo(1, 6);
  });

  it("makes strangers less alike who only have it in common", () => {
    expect(dot(projectOut(a, shared), projectOut(b, shared))).toBeLessThan(dot(a, b));
  });

  it("changes nothing the second time", () => {
    const once = projectOut(a, shared);
    const twice = projectOut(once, shared);
    for (const [i, value] of twice.entries()) expect(value).toBeCloseTo(once[i] ?? 9, 6);
  });

  it("has a measured direction of unit length for the default embedder", () => {
    const direction = nuisanceOf("mobilefacenet");
    expect(direction && dot(direction, direction)).toBeCloseTo(1, 3);
  });

  it("has none for an embedder that was never measured", () => {
    expect(nuisanceOf("somebody's own")).toBeUndefined();
  });
});
