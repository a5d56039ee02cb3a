import { expect, test } from "vitest";
import type { Face, PixelBox } from "../../src/face/index.ts";
import type { PlannedFace, PlannedPhoto } from "../events/plan.ts";
import { againstReference, scorePhotos } from "./score.ts";

const planned = (person: string, [x1, y1, x2, y2]: PixelBox): PlannedFace => ({
  image: { person, number: 1 },
  centre: [(x1 + x2) / 2, (y1 + y2) / 2],
  width: x2 - x1,
  roll: 0,
  gain: 1,
  box: [x1, y1, x2, y2],
});

const face = (box: PixelBox): Face => ({
  box,
  landmarks: [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  score: 1,
  quality: { score: 1, sharpness: 1, pose: 1, size: 1, exposure: 1, detection: 1, reliability: 1, reasons: [] },
  embedding: Float32Array.of(1),
});

const photo: PlannedPhoto = {
  id: "photo",
  width: 1000,
  height: 1000,
  faces: [
    planned("Small", [0, 0, 25, 33]),
    planned("Large", [100, 100, 400, 500]),
    planned("Largest", [500, 0, 900, 500]),
  ],
  backdrop: { person: "Small", number: 1 },
  blur: 0,
  gain: 1,
  noise: 0,
  jpegQuality: 90,
};

const result = {
  width: 1000,
  height: 1000,
  damaged: false,
  takenAt: null,
  pipelineId: "test",
  faces: [face([100, 110, 400, 500]), face([505, 0, 900, 500]), face([0, 800, 50, 860])],
};

test("counts what is found, what of it is recognised, and what nobody put there", () => {
  const score = scorePhotos([photo], [result], ({ image }) => image.person === "Large");
  expect(score.found).toBeCloseTo(2 / 3, 12);
  expect(score.recognised).toBeCloseTo(1 / 3, 12);
  expect(score.strays).toBe(1);
});

test("counts by width, the widest included", () => {
  const { byWidth } = scorePhotos([photo], [result], () => true);
  expect(byWidth[0]).toEqual({ from: 20, to: 30, faces: 1, found: 0, recognised: 0 });
  expect(byWidth.at(-1)).toEqual({ from: 200, to: 400, faces: 2, found: 1, recognised: 1 });
});

test("holds boxes against those of a reference", () => {
  expect(
    againstReference(
      [
        [0, 0, 10, 10],
        [50, 50, 60, 60],
      ],
      [
        [1, 0, 11, 10],
        [80, 80, 90, 90],
        [0, 50, 10, 60],
      ],
    ),
  ).toEqual({ reference: 2, found: 1, more: 2 });
});
