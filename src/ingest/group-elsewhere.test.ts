import { describe, expect, it } from "vitest";
import { type GroupingJob, runGroupingJob } from "../domain/group-faces.ts";
import { groupElsewhere } from "./group-elsewhere.ts";

/** Faces in ten directions, so many that they are grouped elsewhere. */
function manyFaces(count: number): GroupingJob {
  const dimension = 16;
  const vectors = new Float32Array(count * dimension);
  for (let i = 0; i < count; i++) vectors[i * dimension + (i % 10)] = 1;
  const numbers = Array.from({ length: count }, (_, i) => i);
  return {
    faces: {
      ids: numbers.map((i) => `face-${i}`),
      photoIds: numbers.map((i) => `photo-${i}`),
      qualities: new Float32Array(count).fill(1),
      boxes: Float32Array.from({ length: 4 * count }, (_, i) => (i % 4 < 2 ? 0 : 100)),
      dimension,
      vectors,
    },
    embedder: "mobilefacenet",
    constraints: { together: [], apart: [] },
    ignored: new Set(),
  };
}

describe("groupElsewhere", () => {
  it("gives the people that grouping here would", async () => {
    const job = manyFaces(2500);
    expect(await groupElsewhere(job)).toEqual(runGroupingJob(job));
  });

  it("stops at any moment", async () => {
    const job = manyFaces(20_000);
    for (const afterMs of [0, 150, 600]) {
      await expect(groupElsewhere(job, AbortSignal.timeout(afterMs))).rejects.toThrow("aborted due to timeout");
    }
    await expect(groupElsewhere(job, AbortSignal.abort("stopped"))).rejects.toBe("stopped");
  });

  it("says what an embedder lacks that is not measured", async () => {
    const error = { code: "CALIBRATION_MISSING" };
    await expect(groupElsewhere({ ...manyFaces(2500), embedder: "nobody's" })).rejects.toMatchObject(error);
  });
});
