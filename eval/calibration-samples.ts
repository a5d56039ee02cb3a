import type { CalibrationTable } from "../src/face/calibration.ts";
import { dot, normalise, sumOf } from "../src/face/vector.ts";
import { type PairSamples, ResemblanceHistogram } from "./calibration-fit.ts";
import { createRandom } from "./events/random.ts";

/** A face whose person is known. */
export interface KnownFace {
  readonly person: string;
  /** Two faces of one picture, one degraded, say nothing about each other. */
  readonly picture: string;
  readonly quality: number;
  readonly embedding: Float32Array;
}

/** A pair of faces, or of means of faces. */
interface Pair {
  readonly a: KnownFace;
  readonly b: KnownFace;
  /** Cosine. */
  readonly similarity: number;
  /** Every person counts once, however many pictures there are. */
  readonly weight: number;
}

/** Pairs of one person, at most this many each. */
const PAIRS_PER_PERSON = 200;

export function samePairs(faces: readonly KnownFace[]): Pair[] {
  const random = createRandom("same pairs");
  return [...byPerson(faces).values()].flatMap((own) => {
    const pairs = own.flatMap((a, i) => own.slice(i + 1).flatMap((b) => (a.picture === b.picture ? [] : [{ a, b }])));
    const chosen = pairs.length > PAIRS_PER_PERSON ? random.shuffle(pairs).slice(0, PAIRS_PER_PERSON) : pairs;
    return chosen.map(({ a, b }) => ({ a, b, similarity: dot(a.embedding, b.embedding), weight: 1 / chosen.length }));
  });
}

/** Calls back for all pairs of different people; there are too many to keep. */
export function forDifferentPairs(
  faces: readonly KnownFace[],
  visit: (a: KnownFace, b: KnownFace, similarity: number) => void,
): void {
  for (const [i, a] of faces.entries()) {
    for (let j = 0; j < i; j++) {
      const b = faces[j];
      if (b && a.person !== b.person) visit(a, b, dot(a.embedding, b.embedding));
    }
  }
}

/** More than nothing, so that even the worst face has some evidence. */
const LEAST_RESEMBLANCE = 0.01;

/** Faces of lower quality than this many are one knot. */
const FACES_PER_KNOT = 150;
const KNOTS = 8;

/**
 * How far faces of each quality agree: with r(q) for each knot, the resemblance of faces of qualities p and q is r(p) r(q) on
 * average. Found by alternating least squares; what does not ascend is levelled.
 */
export function fitAgreement(pairs: readonly Pair[], strangers: number): CalibrationTable["agreement"] {
  const faces = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))].sort((a, b) => a.quality - b.quality);
  const knots = Math.max(1, Math.min(KNOTS, Math.floor(faces.length / FACES_PER_KNOT)));
  const knotOf = new Map(faces.map((face, i) => [face, Math.floor((i * knots) / faces.length)]));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const qualities = Array.from({ length: knots }, (_, knot) =>
    mean(faces.filter((face) => knotOf.get(face) === knot).map((face) => face.quality)),
  );
  let factors = qualities.map(() => 0.8);
  for (let round = 0; round < 50; round++) {
    const product = factors.map(() => 0);
    const square = factors.map(() => 1e-9);
    for (const { a, b, similarity, weight } of pairs) {
      const resemblance = (similarity - strangers) / (1 - strangers);
      for (const [own, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const knot = knotOf.get(own) ?? 0;
        const factor = factors[knotOf.get(other) ?? 0] ?? 0;
        product[knot] = (product[knot] ?? 0) + weight * factor * resemblance;
        square[knot] = (square[knot] ?? 0) + weight * factor * factor;
      }
    }
    // Half the way each time: alternating steps would swing around the solution.
    factors = factors.map((factor, knot) => (factor + (product[knot] ?? 0) / (square[knot] ?? 1)) / 2);
  }
  const measured = levelled(factors).map((factor, knot) => ({
    quality: rounded(qualities[knot] ?? 0, 2),
    resemblance: rounded(factor * factor, 4),
  }));
  // Quality is the share of its similarity that a face keeps: at 0 there is none, whatever was in reach to be measured.
  const knot0 = { quality: 0, resemblance: LEAST_RESEMBLANCE };
  return [knot0, ...measured.filter(({ quality }, i) => quality > 0 && quality !== measured[i + 1]?.quality)];
}

/** Pools neighbours until the values ascend. */
function levelled(values: readonly number[]): number[] {
  const pools: { sum: number; count: number }[] = [];
  for (const value of values) {
    let pool = { sum: value, count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.count >= pool.sum / pool.count; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count));
}

/**
 * Means of `sizeA` and of `sizeB` faces: of one person, without a picture in common, and of different people.
 *
 * @param strangers mean cosine of strangers
 */
export function sampleMeans(
  faces: readonly KnownFace[],
  [sizeA, sizeB]: readonly [number, number],
  strangers: number,
): PairSamples {
  const random = createRandom(`means of ${sizeA} and ${sizeB}`);
  const samples = { same: new ResemblanceHistogram(), different: new ResemblanceHistogram() };
  const sides: { person: string; a: Float32Array; b: Float32Array }[] = [];
  for (const [person, own] of byPerson(faces)) {
    if (own.length < sizeA + sizeB) continue;
    const rounds = Math.min(10, 2 * Math.floor(own.length / (sizeA + sizeB)));
    for (let round = 0; round < rounds; round++) {
      const chosen = random.shuffle(own);
      const a = meanOf(chosen.slice(0, sizeA));
      const b = meanOf(chosen.slice(sizeA, sizeA + sizeB));
      samples.same.add((dot(a, b) - strangers) / (1 - strangers), 1 / rounds);
      sides.push({ person, a, b });
    }
  }
  for (const { person, a } of sides) {
    for (const other of sides) {
      if (person !== other.person) samples.different.add((dot(a, other.b) - strangers) / (1 - strangers));
    }
  }
  return samples;
}

function meanOf(faces: readonly KnownFace[]): Float32Array {
  return normalise(sumOf(faces.map(({ embedding }) => embedding)));
}

function byPerson(faces: readonly KnownFace[]): Map<string, KnownFace[]> {
  const people = new Map<string, KnownFace[]>();
  for (const face of faces) people.set(face.person, [...(people.get(face.person) ?? []), face]);
  return people;
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
