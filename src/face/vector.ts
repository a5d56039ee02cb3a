/** Dot product; for unit vectors, the cosine similarity. @throws RangeError when the lengths differ */
export function dot(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`vectors of ${a.length} and ${b.length} numbers cannot be compared`);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Euclidean length, from 0. */
export function lengthOf(vector: Float32Array): number {
  return Math.sqrt(dot(vector, vector));
}

/** The sum of vectors of one length; empty for none. */
export function sumOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (const [i, value] of vector.entries()) sum[i] = (sum[i] ?? 0) + value;
  return sum;
}

/** The vector scaled to length 1. @throws RangeError when it has no direction (all zero, or not finite) */
export function normalise(vector: Float32Array): Float32Array {
  const length = lengthOf(vector);
  if (!Number.isFinite(length) || length === 0) throw new RangeError("a vector without direction cannot be normalised");
  return vector.map((value) => value / length);
}

/** Euclidean distance of two unit vectors from their cosine similarity: |a - b|^2 = 2 - 2 a.b */
export function euclideanFromCosine(similarity: number): number {
  return Math.sqrt(Math.max(0, 2 - 2 * similarity));
}
