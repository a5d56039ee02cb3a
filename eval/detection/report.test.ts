import { expect, test } from "vitest";
import { type DetectionResult, describe, niceStep, recallChart } from "./report.ts";
import { widthEdges } from "./score.ts";

const photos = {
  found: 0.9,
  recognised: 0.8,
  strays: 2,
  byWidth: widthEdges.slice(0, -1).map((from, i) => ({
    from,
    to: widthEdges[i + 1] ?? from,
    faces: 10,
    found: 0.9,
    recognised: 0.8,
  })),
};
const result: DetectionResult = {
  embedder: "test",
  photos: 3,
  faces: 60,
  settings: [
    { name: "slow", isPreset: false, settings: {}, milliseconds: 950, photos, party: undefined },
    {
      name: "fast",
      isPreset: true,
      settings: {},
      milliseconds: 120,
      photos,
      party: { reference: 30, found: 29, more: 1 },
    },
  ],
  largePhoto: { seconds: 4.25, peakMegabytes: 300, score: photos },
  seconds: 1,
};

test("tells the fastest settings first, presets in bold, and the large photo's memory", () => {
  const text = describe(result);
  expect(text.indexOf("**fast**")).toBeLessThan(text.indexOf("| slow"));
  expect(text).toContain("29 of 30");
  expect(text).toContain("peak memory 300 MB");
});

test("draws presets with their names", () => {
  const svg = recallChart(result);
  expect(svg).toContain(">fast</text>");
  expect(svg).not.toMatch(/NaN|undefined/);
});

test("steps of an axis are round numbers", () => {
  expect([0.3, 1, 1.2, 160, 600].map(niceStep)).toEqual([0.5, 1, 2, 200, 1000]);
});
