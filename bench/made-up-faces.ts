import type { EventFaces } from "../src/domain/ports.ts";

/** Of the default embedder. */
const DIMENSION = 192;
const FACES_PER_PERSON = 20;
/** Cosine of two faces of a person; that of two people is 0 on average. LFW has 0.75 for the default embedder. */
const SAME_PERSON = 0.75;

export interface MadeUpFaces {
  readonly event: EventFaces;
  /** A further face of somebody who is there. */
  query(number: number): { readonly face: Float32Array; readonly personId: string };
}

/** An event as it is read from the database: random vectors that lie as embeddings of people lie. The same every time. */
export function makeFaces(count: number): MadeUpFaces {
  const random = createRandom();
  const people = Math.ceil(count / FACES_PER_PERSON);
  const centres = Array.from({ length: people }, () => direction(random));
  const vectors = new Float32Array(count * DIMENSION);
  for (let i = 0; i < count; i++) vectors.set(near(centres[i % people], random), i * DIMENSION);
  const number = (_: unknown, i: number) => i;
  const all = Array.from({ length: count }, number);
  return {
    event: {
      revision: 1,
      decided: 0,
      assigned: 0,
      pipelineId: "made-up",
      ids: all.map((i) => `face-${i}`),
      photoIds: all.map((i) => `photo-${i}`),
      personIds: all.map((i) => personName(i % people)),
      qualities: new Float32Array(count).fill(1),
      boxes: new Float32Array(4 * count),
      dimension: DIMENSION,
      vectors,
    },
    query: (i) => {
      const person = (i * 7_919) % people;
      return { face: near(centres[person], random), personId: personName(person) };
    },
  };
}

function personName(person: number): string {
  return `person-${person}`;
}

/** Two faces made with this much of a random direction have `SAME_PERSON` as their cosine. */
const SPREAD = Math.sqrt(1 / SAME_PERSON - 1);

function near(centre: Float32Array | undefined, random: () => number): Float32Array {
  const noise = direction(random);
  return atUnitLength(noise.map((value, i) => (centre?.[i] ?? 0) + SPREAD * value));
}

function direction(random: () => number): Float32Array {
  const vector = new Float32Array(DIMENSION);
  for (let i = 0; i < DIMENSION; i++) vector[i] = random();
  return atUnitLength(vector);
}

function atUnitLength(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const scale = 1 / Math.sqrt(sum);
  return vector.map((value) => value * scale);
}

/** Uniform from -1 to 1: Marsaglia's xorshift with 32 bits (2003). */
function createRandom(): () => number {
  let state = 2_463_534_242;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
}
