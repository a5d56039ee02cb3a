import { exactSearch, MetricKind } from "usearch";
import { indexFaces } from "../src/domain/event-index.ts";
import { nearestPeople } from "../src/domain/search.ts";
import { openCalibration } from "../src/face/calibration.ts";
import { answerSearch } from "../src/face/search.ts";
import { makeFaces } from "./made-up-faces.ts";
import type { SearchSizeResult } from "./search.ts";
import { quantile } from "./statistics.ts";

/** Measures one size in a process of its own, so that its memory is its own. */

/** The kernel is asked for as many hits as the search asks it for at first. */
const KERNEL_HITS = 64;
const WARM_UP = 5;

function measure(count: number, queries: number): SearchSizeResult {
  const { event, query } = makeFaces(count);
  const residentBefore = process.memoryUsage().rss;
  const index = indexFaces(event);
  const indexMemory = process.memoryUsage().rss - residentBefore;

  const calibration = openCalibration("mobilefacenet");
  const people = index.members.size;
  const endToEnd = (face: Float32Array) =>
    answerSearch({
      queryQuality: 1,
      hits: nearestPeople(index, face, (similarity) => calibration.confidence(similarity, { people })),
      people,
      calibration,
    });
  const kernel = (face: Float32Array) => {
    exactSearch(event.vectors, face, event.dimension, Math.min(KERNEL_HITS, count), MetricKind.IP, 0);
  };

  const kernelMs: number[] = [];
  const endToEndMs: number[] = [];
  let right = 0;
  for (let i = 0; i < WARM_UP + queries; i++) {
    const { face, personId } = query(i);
    // In turns, and neither always first: both find the processor's caches as the other left them.
    if (i % 2 === 0) kernelMs.push(timed(() => kernel(face)));
    endToEndMs.push(
      timed(() => {
        const answer = endToEnd(face);
        if (i >= WARM_UP && answer.kind === "found" && answer.matches[0]?.personId === personId) right++;
      }),
    );
    if (i % 2 === 1) kernelMs.push(timed(() => kernel(face)));
  }
  const percentiles = (times: readonly number[]) => {
    const measured = times.slice(WARM_UP);
    return { p50: quantile(measured, 0.5), p95: quantile(measured, 0.95) };
  };
  return {
    faces: count,
    queries,
    foundRight: right / queries,
    kernelMs: percentiles(kernelMs),
    endToEndMs: percentiles(endToEndMs),
    indexMemory,
    vectorMemory: event.vectors.byteLength,
  };
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

process.send?.(measure(Number(process.argv[2]), Number(process.argv[3])));
process.disconnect?.();
