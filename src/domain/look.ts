import { normalise } from "../face/vector.ts";

/** What somebody looks like by several faces: their mean, in which good faces weigh more. */
export class Look {
  readonly #sum: Float32Array;
  #evidence = 0;

  constructor(dimension: number) {
    this.#sum = new Float32Array(dimension);
  }

  /** @param evidence of the face, as the calibration has it for its quality */
  add(embedding: Float32Array, evidence: number): void {
    const sum = this.#sum;
    // A tenth of the time that an iterator takes, and an event has millions of these numbers.
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (embedding[i] ?? 0) * evidence;
    this.#evidence += evidence;
  }

  /** Of all faces together; 0 before there is one. */
  get evidence(): number {
    return this.#evidence;
  }

  /** Unit length. @throws RangeError before there is a face */
  mean(): Float32Array {
    return normalise(this.#sum);
  }
}
