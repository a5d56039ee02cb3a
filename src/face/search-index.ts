import { exactSearch, MetricKind } from "usearch";
import { FaceError } from "./errors.ts";
import { dot } from "./vector.ts";

export interface IndexedFace {
  readonly id: string;
  /** Unit length. */
  readonly embedding: Float32Array;
}

export interface IndexHit {
  readonly id: string;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
}

export interface FaceIndexOptions {
  /** Threads of one search; default: all cores. */
  readonly threads?: number;
}

/** Hits asked for at first when all above a similarity are wanted; the number grows fourfold until one is below. */
const firstLimit = 64;

/** Exact search over the embeddings of one event, held in memory as one matrix. */
export class FaceIndex {
  readonly dimension: number;
  readonly #threads: number;
  #matrix: Float32Array;
  readonly #ids: string[] = [];
  readonly #rows = new Map<string, number>();

  /** @param dimension numbers per embedding */
  constructor(dimension: number, options: FaceIndexOptions = {}) {
    this.dimension = dimension;
    this.#threads = options.threads ?? 0;
    this.#matrix = new Float32Array(0);
  }

  get size(): number {
    return this.#ids.length;
  }

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  /** The embedding of a face, not to be changed; undefined when the face is not there. */
  get(id: string): Float32Array | undefined {
    const row = this.#rows.get(id);
    return row === undefined ? undefined : this.#matrix.subarray(row * this.dimension, (row + 1) * this.dimension);
  }

  /** Copies the embeddings in; a known id has its embedding replaced. @throws FaceError EMBEDDINGS_INCOMPATIBLE */
  add(faces: readonly IndexedFace[]): void {
    for (const face of faces) this.#checkDimension(face.embedding);
    this.#reserve(this.size + faces.length);
    for (const { id, embedding } of faces) {
      const row = this.#rows.get(id) ?? this.#ids.push(id) - 1;
      this.#rows.set(id, row);
      this.#matrix.set(embedding, row * this.dimension);
    }
  }

  /** Forgets faces; ids that are not there are ignored. */
  remove(ids: Iterable<string>): void {
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (row === undefined) continue;
      const last = this.#ids.length - 1;
      const moved = this.#ids[last] ?? id;
      // The last row fills the gap, and what was there is overwritten: an erased face leaves nothing behind.
      this.#matrix.copyWithin(row * this.dimension, last * this.dimension, (last + 1) * this.dimension);
      this.#matrix.fill(0, last * this.dimension, (last + 1) * this.dimension);
      this.#ids[row] = moved;
      this.#rows.set(moved, row);
      this.#ids.length = last;
      this.#rows.delete(id);
    }
  }

  /** The `limit` most similar faces, best first; equals by id. @throws FaceError EMBEDDINGS_INCOMPATIBLE */
  search(query: Float32Array, limit: number): IndexHit[] {
    return this.searchEach([query], limit)[0] ?? [];
  }

  /** As `search`, for several queries in little more than half the time. @throws FaceError EMBEDDINGS_INCOMPATIBLE */
  searchEach(queries: readonly Float32Array[], limit: number): IndexHit[][] {
    for (const query of queries) this.#checkDimension(query);
    const count = Math.min(limit, this.size);
    if (count < 1 || queries.length === 0) return queries.map(() => []);
    // The kernel reads from the start of the underlying buffer, so a view into a larger one must be copied in any case.
    const together = new Float32Array(queries.length * this.dimension);
    for (const [i, query] of queries.entries()) together.set(query, i * this.dimension);
    const { keys, distances } = exactSearch(
      this.#matrix.subarray(0, this.size * this.dimension),
      together,
      this.dimension,
      count,
      MetricKind.IP,
      this.#threads,
    );
    return queries.map((_, i) => this.#hits(keys, distances, i * count, (i + 1) * count));
  }

  #hits(keys: BigUint64Array, distances: Float32Array, from: number, to: number): IndexHit[] {
    const hits: IndexHit[] = [];
    for (let i = from; i < to; i++) {
      hits.push({ id: this.#ids[Number(keys[i])] ?? "", similarity: 1 - (distances[i] ?? 0) });
    }
    return hits.sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1));
  }

  /** Every face at or above a similarity, best first. @throws FaceError EMBEDDINGS_INCOMPATIBLE */
  searchAbove(query: Float32Array, similarity: number): IndexHit[] {
    for (let limit = firstLimit; ; limit *= 4) {
      const hits = this.search(query, limit);
      const end = hits.findIndex((hit) => hit.similarity < similarity);
      if (end !== -1) return hits.slice(0, end);
      if (hits.length === this.size) return hits;
    }
  }

  /** Similarity to given faces; ids that are not there are left out. @throws FaceError EMBEDDINGS_INCOMPATIBLE */
  compare(query: Float32Array, ids: Iterable<string>): IndexHit[] {
    this.#checkDimension(query);
    const hits: IndexHit[] = [];
    for (const id of ids) {
      const embedding = this.get(id);
      if (embedding) hits.push({ id, similarity: dot(query, embedding) });
    }
    return hits;
  }

  #checkDimension(embedding: Float32Array): void {
    if (embedding.length === this.dimension) return;
    throw new FaceError(
      "EMBEDDINGS_INCOMPATIBLE",
      `The embedding has ${embedding.length} numbers and the index holds those of ${this.dimension}: they come from ` +
        "different models. Index the photos again with the model in use.",
    );
  }

  #reserve(rows: number): void {
    const needed = rows * this.dimension;
    if (needed <= this.#matrix.length) return;
    // Exactly what is needed when filled at once; half as much again when it grows face by face.
    const grown = new Float32Array(this.size === 0 ? needed : Math.max(needed, Math.ceil(this.#matrix.length * 1.5)));
    grown.set(this.#matrix);
    this.#matrix = grown;
  }
}
