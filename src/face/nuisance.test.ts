import { describe, expect, it } from "vitest";
import { nuisanceOf, projectOut } from "./nuisance.ts";
import { dot, normalise } from "./vector.ts";

const a = normalise(Float32Array.from([3, 1, 0, 2]));
const b = normalise(Float32Array.from([3, -1, 1, -2]));
const shared = Float32Array.from([1, 0, 0, 0]);
const poor = 0.8;

describe("taking the nuisance direction out of embeddings", () => {
  it("leaves nothing along it, at unit length", () => {
    const clean = projectOut(a, shared, poor);
    expect(dot(clean, shared)).toBeCloseTo(0, 6);
    expect(dot(clean, clean)).toBeCloseTo(1, 6);
  });

  it("makes strangers less alike who only have it in common", () => {
    expect(dot(projectOut(a, shared, poor), projectOut(b, shared, poor))).toBeLessThan(dot(a, b));
  });

  it("changes nothing the second time", () => {
    const once = projectOut(a, shared, poor);
    const twice = projectOut(once, shared, poor);
    for (const [i, value] of twice.entries()) expect(value).toBeCloseTo(once[i] ?? 9, 6);
  });

  it("takes the less the better the face is, and nothing from a good one", () => {
    const left = [0.9, 0.95, 1].map((quality) => dot(projectOut(a, shared, quality), shared) / dot(a, shared));
    expect(left[0]).toBeCloseTo(0, 6);
    expect(left[1]).toBeGreaterThan(0.4);
    expect(left[1]).toBeLessThan(0.9);
    expect(left[2]).toBeCloseTo(1, 6);
  });

  it("has a measured direction of unit length for the default embedder", () => {
    const direction = nuisanceOf("mobilefacenet");
    expect(direction && dot(direction, direction)).toBeCloseTo(1, 3);
  });

  it("has none for an embedder that was never measured", () => {
    expect(nuisanceOf("somebody's own")).toBeUndefined();
  });
});
