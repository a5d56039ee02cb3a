import { createHash } from "node:crypto";

/** A source of numbers that always tells the same story for the same seed. */
export interface Random {
  /** 0 (included) to 1 (excluded). */
  next(): number;
  between(from: number, to: number): number;
  /** From `from` to `to`, both included. */
  integer(from: number, to: number): number;
  /** Of the normal distribution with mean 0 and deviation 1. */
  normal(): number;
  chance(probability: number): boolean;
  /** @throws RangeError when there is nothing to pick */
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * Chris Doty-Humphrey's generator sfc32 (PractRand, "Small Fast Counting"), which passes the usual batteries of tests;
 * its state is the seed's SHA-256, so that seeds that differ in one letter have nothing in common.
 */
export function createRandom(seed: string): Random {
  const digest = createHash("sha256").update(seed).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = 1;

  function next(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  const between = (from: number, to: number) => from + (to - from) * next();
  const integer = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    integer,
    // Box and Muller's transform; 1 - next() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new RangeError("there is nothing to pick from");
      return item;
    },
    shuffle: (items) =>
      items
        .map((item) => ({ item, key: next() }))
        .sort((x, y) => x.key - y.key)
        .map(({ item }) => item),
  };
}
