import { openCalibration } from "../src/face/calibration.ts";
import { groupFaces } from "../src/face/cluster.ts";
import type { GroupingSizeResult } from "./grouping.ts";
import { makeFaces } from "./made-up-faces.ts";

function measure(count: number): GroupingSizeResult {
  const { event } = makeFaces(count);
  const faces = event.ids.map((id, i) => ({
    id,
    photoId: event.photoIds[i] ?? id,
    embedding: event.vectors.subarray(i * event.dimension, (i + 1) * event.dimension),
    quality: event.qualities[i] ?? 1,
  }));
  const personOf = new Map(event.ids.map((id, i) => [id, event.personIds[i]]));
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const { people } = groupFaces(faces, { calibration: openCalibration("mobilefacenet") });
  const seconds = (performance.now() - started) / 1000;
  const pure = people.filter(({ faceIds }) => new Set(faceIds.map((id) => personOf.get(id))).size === 1);
  return {
    faces: count,
    people: new Set(event.personIds).size,
    groups: people.length,
    pure: pure.length / people.length,
    seconds,
    // The system counts in kilobytes.
    peakMemory: process.resourceUsage().maxRSS * 1024 - before,
  };
}

process.send?.(measure(Number(process.argv[2])));
process.disconnect?.();
