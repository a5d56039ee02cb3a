import { expect, test } from "vitest";
import { isModelName } from "./description.ts";
import { manifest } from "./manifest.ts";
import { arcFaceTemplate, dlibTemplate, facenetTemplate } from "./templates.ts";

test("every model has a name of its own, a licence, a provenance and sources that are pinned", () => {
  expect(new Set(manifest.map(({ name }) => name)).size).toBe(manifest.length);
  for (const { name, licence, provenance, sources } of manifest) {
    expect(isModelName(name), name).toBe(true);
    expect(licence.length * provenance.length, name).toBeGreaterThan(0);
    expect(new Set(sources.map(({ id }) => id)).size, name).toBe(sources.length);
    for (const { url, sha256 } of sources) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(url).toMatch(/^(npm:(@[a-z-]+\/)?[a-z-]+@\d+\.\d+\.\d+!\/\S+|https:\/\/\S+)$/);
    }
  }
});

test("every embedding model says what is fed to it, under its own name", () => {
  const embedders = manifest.filter(({ task }) => task === "embedding");
  expect(embedders.map(({ name, embedder }) => [name, embedder?.name, embedder?.dimension])).toEqual([
    ["mobilefacenet", "mobilefacenet", 192],
    ["dlib", "dlib", 128],
    ["facenet", "facenet", 512],
    ["sface", "sface", 128],
  ]);
});

test("templates have the eyes above the mouth, left of the picture first, and the nose between them", () => {
  for (const [leftEye, rightEye, nose, leftMouth, rightMouth] of [arcFaceTemplate, dlibTemplate, facenetTemplate]) {
    expect(leftEye[0]).toBeLessThan(nose[0]);
    expect(nose[0]).toBeLessThan(rightEye[0]);
    expect(leftMouth[0]).toBeLessThan(rightMouth[0]);
    expect(Math.max(leftEye[1], rightEye[1])).toBeLessThan(nose[1]);
    expect(nose[1]).toBeLessThan(Math.min(leftMouth[1], rightMouth[1]));
  }
});

test("dlib's template is its mean face with a fifth of its size around it, in 150 pixels", () => {
  // By hand: the left eye's mean x is 1.352951 / 6 = 0.2254918; (0.2254918 + 0.214) / 1.428 * 150 = 46.1651.
  expect(dlibTemplate[0][0]).toBeCloseTo(46.1651, 4);
  // The nose tip: (0.490127 + 0.214) / 1.428 * 150 and (0.515625 + 0.214) / 1.428 * 150.
  expect(dlibTemplate[2]).toEqual([expect.closeTo(73.9629, 4), expect.closeTo(76.6413, 4)]);
});
