import { normalise } from "../src/face/vector.ts";

/** A stream of numbers of the normal distribution; the same for the same seed. */
export function gaussian(seed: number): () => number {
  let state = seed >>> 0;
  // Mulberry32 (Tommy Ettinger), then Box and Muller's transform.
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A random direction. */
export function direction(random: () => number, dimension = 192): Float32Array {
  return normalise(Float32Array.from({ length: dimension }, random));
}

/** A unit vector whose cosine to `centre`, of unit length too, is about `cosine`. */
export function near(centre: Float32Array, cosine: number, random: () => number): Float32Array {
  const noise = direction(random, centre.length);
  const share = Math.sqrt(1 - cosine * cosine);
  return normalise(centre.map((value, i) => cosine * value + share * (noise[i] ?? 0)));
}
