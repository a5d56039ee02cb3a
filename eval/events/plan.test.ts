import { describe, expect, test } from "vitest";
import { type EventSize, type Guest, planEvent } from "./plan.ts";

const guests: Guest[] = Array.from({ length: 120 }, (_, i) => {
  const person = `Guest_${i}`;
  return { person, images: Array.from({ length: (i % 12) + 1 }, (_, n) => ({ person, number: n + 1 })) };
});
const size: EventSize = {
  name: "small",
  people: 30,
  seenOnce: 6,
  photos: 400,
  minImages: 4,
  maxImages: 9,
  strangers: 20,
};
const plan = planEvent(guests, size, "seed");
const faces = plan.photos.flatMap((photo) => photo.faces.map((face) => ({ ...face, photo })));
const key = (image: { person: string; number: number }) => `${image.person}/${image.number}`;

describe("planEvent", () => {
  test("gives the same event for the same seed and another one for another", () => {
    expect(planEvent(guests, size, "seed")).toEqual(plan);
    expect(planEvent(guests, size, "other").photos).not.toEqual(plan.photos);
  });

  test("photographs everyone who was invited, some of them once only", () => {
    const seen = new Map<string, number>();
    for (const { image } of faces) seen.set(image.person, (seen.get(image.person) ?? 0) + 1);
    expect(seen.size).toBe(size.people);
    expect([...seen.values()].filter((count) => count === 1)).toHaveLength(size.seenOnce);
    expect(Math.max(...seen.values())).toBeLessThan(size.maxImages);
  });

  test("uses no picture twice, and keeps the selfies out of the photos", () => {
    const used = [...faces.map((face) => key(face.image)), ...plan.selfies.map(key)];
    expect(new Set(used).size).toBe(used.length);
    expect(new Set(plan.selfies.map((selfie) => selfie.person)).size).toBe(size.people);
  });

  test("has strangers who are in no photo", () => {
    const present = new Set(faces.map((face) => face.image.person));
    expect(plan.strangers).toHaveLength(size.strangers);
    expect(plan.strangers.filter((stranger) => present.has(stranger.person))).toEqual([]);
  });

  test("shows nobody twice in one photo", () => {
    for (const photo of plan.photos) {
      const people = photo.faces.map((face) => face.image.person);
      expect(new Set(people).size).toBe(people.length);
    }
  });

  test("keeps faces between 30 and 400 pixels wide, inside the photo and off each other", () => {
    for (const { photo, width, box } of faces) {
      expect(width).toBeGreaterThanOrEqual(30);
      expect(width).toBeLessThanOrEqual(400);
      expect(Math.min(box[0], box[1])).toBeGreaterThanOrEqual(0);
      expect(box[2]).toBeLessThanOrEqual(photo.width);
      expect(box[3]).toBeLessThanOrEqual(photo.height);
      const apart = photo.faces.filter(
        ({ box: other }) => box[2] <= other[0] || other[2] <= box[0] || box[3] <= other[1] || other[3] <= box[1],
      );
      expect(apart).toHaveLength(photo.faces.length - 1);
    }
  });

  test("refuses an event that is larger than the people there are", () => {
    expect(() => planEvent(guests, { ...size, people: 200 }, "seed")).toThrow("needs more people");
  });
});
