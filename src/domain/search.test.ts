import { describe, expect, it } from "vitest";
import { direction, gaussian, near } from "../../test/synthetic-faces.ts";
import { openCalibration } from "../face/calibration.ts";
import { answerSearch } from "../face/search.ts";
import { EventIndex } from "./event-index.ts";
import { nearestPeople } from "./search.ts";

const facesEach = 3;
const calibration = openCalibration("mobilefacenet");

/** So many people with three faces each, and another face of one of them. */
function event(people: number, looksLike: number) {
  const random = gaussian(people);
  const centres = Array.from({ length: people }, () => direction(random));
  const index = new EventIndex("pipeline");
  for (const [person, centre] of centres.entries()) {
    for (let i = 0; i < facesEach; i++) {
      const id = `${person}-${i}`;
      const face = { id, photoId: id, personId: `${person}`, quality: 1, box: [0, 0, 9, 9] as const };
      index.put([face], new Map([[id, near(centre, 0.85, random)]]));
    }
  }
  const query = { embedding: near(centres[looksLike] ?? expect.fail(), 0.85, random), quality: 1 };
  return { index, query };
}

describe("who a search weighs", () => {
  it("is a handful of a large event, with all of their faces", () => {
    const { index, query } = event(400, 7);
    const hits = nearestPeople(index, query, calibration);
    const people = new Set(hits.map(({ personId }) => personId));
    expect([...people][0]).toBe("7");
    expect(people.size).toBeGreaterThanOrEqual(2);
    expect(people.size).toBeLessThan(10);
    expect(hits).toHaveLength(facesEach * people.size);
  });

  it("gives the answer that weighing everybody gives", () => {
    const { index, query } = event(400, 7);
    const everybody = [...index.members].flatMap(([personId, ids]) =>
      index.embeddings
        .compare(query.embedding, ids)
        .map(({ id, similarity }) => ({ faceId: id, personId, similarity, quality: 1 })),
    );
    const ask = { queryQuality: query.quality, people: index.members.size, calibration };
    const quick = answerSearch({ ...ask, hits: nearestPeople(index, query, calibration) });
    const whole = answerSearch({ ...ask, hits: everybody });
    expect(quick.kind).toBe("found");
    expect(quick.matches.map(({ faceId }) => faceId)).toEqual(whole.matches.map(({ faceId }) => faceId));
    for (const [i, { confidence, margin }] of quick.matches.entries()) {
      expect(confidence).toBeCloseTo(whole.matches[i]?.confidence ?? Number.NaN, 3);
      expect(margin).toBeCloseTo(whole.matches[i]?.margin ?? Number.NaN, 6);
    }
  });

  it("is nobody where there is nobody", () => {
    expect(nearestPeople(new EventIndex("pipeline"), event(1, 0).query, calibration)).toEqual([]);
  });
});
