import { dot, normalise } from "../src/face/vector.ts";

/** Sums of products of what the vectors of each set differ from their mean by: a scatter matrix, row after row. */
export interface Scatter {
  readonly dimension: number;
  readonly sums: Float64Array;
}

/** @param sets vectors of one length, such as those of one person; sets of one say nothing */
export function spreadAround(sets: readonly (readonly Float32Array[])[]): Scatter {
  const dimension = sets.find((set) => set.length > 0)?.[0]?.length ?? 0;
  const sums = new Float64Array(dimension * dimension);
  for (const set of sets) {
    if (set.length < 2) continue;
    const mean = Float64Array.from({ length: dimension }, (_, i) =>
      set.reduce((sum, vector) => sum + (vector[i] ?? 0) / set.length, 0),
    );
    for (const vector of set) {
      const difference = mean.map((value, i) => (vector[i] ?? 0) - value);
      for (let row = 0; row < dimension; row++) {
        const factor = difference[row] ?? 0;
        for (let column = 0; column < dimension; column++) {
          const at = row * dimension + column;
          sums[at] = (sums[at] ?? 0) + factor * (difference[column] ?? 0);
        }
      }
    }
  }
  return { dimension, sums };
}

/** Far more than it takes when the first direction has twice the spread of the second. */
const ROUNDS = 300;

/**
 * The direction of the greatest spread, by power iteration, and its share of the whole, 0 to 1.
 *
 * @returns a vector of unit length, its largest number positive
 */
export function principalDirection({ dimension, sums }: Scatter): { direction: Float32Array; share: number } {
  let direction = normalise(Float32Array.from({ length: dimension }, (_, i) => 1 + (i % 7)));
  let along = direction;
  for (let round = 0; round < ROUNDS; round++) {
    along = Float32Array.from({ length: dimension }, (_, row) => {
      let sum = 0;
      for (let column = 0; column < dimension; column++) {
        sum += (sums[row * dimension + column] ?? 0) * (direction[column] ?? 0);
      }
      return sum;
    });
    direction = normalise(along);
  }
  let whole = 0;
  for (let i = 0; i < dimension; i++) whole += sums[i * dimension + i] ?? 0;
  const share = Math.sqrt(dot(along, along)) / whole;
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return { direction: largest < 0 ? direction.map((value) => -value) : direction, share };
}
