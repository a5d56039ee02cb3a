import { exactSearch, MetricKind } from "usearch";
import { type EventFace, EventIndex } from "../src/domain/event-index.ts";
import { boxOfFace } from "../src/domain/group-faces.ts";
import type { EventFaces } from "../src/domain/ports.ts";
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
  const index = indexOf(event);
  const indexMemory = process.memoryUsage().rss - residentBefore;

  const calibration = openCalibration("mobilefacenet");
  const people = index.members.size;
  const endToEnd = (face: Float32Array) =>
    answerSearch({
      queryQuality: 1,
      hits: nearestPeople(index, { embedding: face, quality: 1 }, calibration),
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

/** Faces read at a time, as the server reads them. */
const PAGE = 2000;

function indexOf(event: EventFaces): EventIndex {
  const { pipelineId, ids, photoIds, personIds, qualities, dimension, vectors } = event;
  const index = new EventIndex(pipelineId);
  for (let start = 0; start < ids.length; start += PAGE) {
    const faces = ids.slice(start, start + PAGE).map((id, i): EventFace => {
      const row = start + i;
      return {
        id,
        photoId: photoIds[row] ?? "",
        personId: personIds[row] ?? null,
        quality: qualities[row] ?? 0,
        box: boxOfFace(event, row),
      };
    });
    const vectorOf = ({ id }: EventFace, i: number): [string, Float32Array] => {
      const from = (start + i) * dimension;
      return [id, vectors.subarray(from, from + dimension)];
    };
    index.put(faces, new Map(faces.map(vectorOf)));
  }
  return index;
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

process.send?.(measure(Number(process.argv[2]), Number(process.argv[3])));
process.disconnect?.();
