import { describe, expect, it } from "vitest";
import { type FaceCondition, nuisanceOf, projectOut } from "./nuisance.ts";
import { dot, normalise } from "./vector.ts";

const a = normalise(Float32Array.from([3, 1, 2, 2]));
const b = normalise(Float32Array.from([3, -1, 2, -2]));
const nuisance = { poor: Float32Array.from([1, 0, 0, 0]), hidden: Float32Array.from([0, 0, 1, 0]) };
const { poor, hidden } = nuisance;
const good: FaceCondition = { visible: 1, reliability: 1 };

/** What is left along both directions, of what was there. */
function left(condition: FaceCondition) {
  const clean = projectOut(a, nuisance, condition);
  return { poor: dot(clean, poor) / dot(a, poor), hidden: dot(clean, hidden) / dot(a, hidden) };
}

describe("taking the nuisance directions out of embeddings", () => {
  it("leaves nothing along them in a face of which next to nothing can be seen, at unit length", () => {
    const clean = projectOut(a, nuisance, { visible: 0.3, reliability: 0.4 });
    expect(dot(clean, poor)).toBeCloseTo(0, 6);
    expect(dot(clean, hidden)).toBeCloseTo(0, 6);
    expect(dot(clean, clean)).toBeCloseTo(1, 6);
  });

  it("makes strangers less alike who only have them in common", () => {
    const condition = { visible: 0.5, reliability: 0.5 };
    expect(dot(projectOut(a, nuisance, condition), projectOut(b, nuisance, condition))).toBeLessThan(dot(a, b));
  });

  it("changes nothing the second time", () => {
    const condition = { visible: 0.8, reliability: 0.5 };
    const once = projectOut(a, nuisance, condition);
    const twice = projectOut(once, nuisance, condition);
    for (const [i, value] of twice.entries()) expect(value).toBeCloseTo(once[i] ?? 9, 6);
  });

  it("takes the less of what poor pictures have in common the more the picture shows", () => {
    const shares = [0.9, 0.95, 1].map((visible) => left({ ...good, visible }).poor);
    expect(shares[0]).toBeCloseTo(0, 6);
    expect(shares[1]).toBeGreaterThan(0.4);
    expect(shares[1]).toBeLessThan(0.9);
    expect(shares[2]).toBeCloseTo(1, 6);
  });

  it("takes the less of what hidden faces have in common the more they can be relied on", () => {
    const shares = [0.5, 0.55, 0.6].map((reliability) => left({ ...good, reliability }).hidden);
    expect(shares[0]).toBeCloseTo(0, 6);
    expect(shares[1]).toBeGreaterThan(0.4);
    expect(shares[1]).toBeLessThan(0.9);
    expect(shares[2]).toBeCloseTo(1, 6);
  });

  it("has measured directions of unit length for the default embedder", () => {
    const measured = nuisanceOf("mobilefacenet");
    for (const direction of [measured?.poor, measured?.hidden]) {
      expect(direction && dot(direction, direction)).toBeCloseTo(1, 3);
    }
  });

  it("has none for an embedder that was never measured", () => {
    expect(nuisanceOf("somebody's own")).toBeUndefined();
  });
});
