import { expect, test } from "vitest";
import { planGroupPhotos } from "./plan.ts";

const guests = Array.from({ length: 60 }, (_, i) => ({
  person: `Guest ${i}`,
  images: [{ person: `Guest ${i}`, number: 1 }],
}));
const shape = { width: 1500, height: 1000, minFace: 20, maxFace: 120, faces: 20 };
const photos = planGroupPhotos(guests, 2, shape, "seed");

test("plans the same photos for the same seed, others for another", () => {
  expect(planGroupPhotos(guests, 2, shape, "seed")).toEqual(photos);
  expect(planGroupPhotos(guests, 2, shape, "other")).not.toEqual(photos);
});

test("shows nobody twice", () => {
  const people = photos.flatMap(({ faces }) => faces.map(({ image }) => image.person));
  expect(new Set(people).size).toBe(people.length);
});

test("keeps faces inside the photo, within the widths asked for, and apart", () => {
  for (const { faces, width, height } of photos) {
    for (const face of faces) {
      const [left, top, right, bottom] = face.box;
      expect(left >= 0 && top >= 0 && right <= width && bottom <= height).toBe(true);
      expect(face.width >= 20 && face.width <= 120).toBe(true);
      const overlapping = faces.filter(({ box }) => box[0] < right && left < box[2] && box[1] < bottom && top < box[3]);
      expect(overlapping).toEqual([face]);
    }
  }
});
