import { emptyLists, enterNeighbours, type NeighbourLists } from "./neighbours.ts";

export interface GraphFace {
  readonly id: string;
  /** Unit length. */
  readonly embedding: Float32Array;
}

export interface NeighbourGraphOptions {
  /** Neighbours kept per face. */
  readonly k: number;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The nearest neighbours of every face of a collection that grows and shrinks: always what a rebuild would give. */
export class NeighbourGraph {
  readonly dimension: number;
  readonly #options: NeighbourGraphOptions;
  #ids: string[] = [];
  #matrix = new Float32Array(0);
  #lists: NeighbourLists;

  /** @param dimension numbers per embedding */
  constructor(dimension: number, options: NeighbourGraphOptions) {
    this.dimension = dimension;
    this.#options = options;
    this.#lists = emptyLists(0, options.k);
  }

  /** Compares the new faces with all; what takes long is n new ones times n + 2 m where m are there. Ids must be new. */
  add(faces: readonly GraphFace[]): void {
    const before = this.#ids.length;
    const added = new Float32Array(faces.length * this.dimension);
    for (const [i, { embedding }] of faces.entries()) added.set(embedding, i * this.dimension);
    const known = this.#matrix;
    const lists = emptyLists(before + faces.length, this.#options.k);
    lists.rows.set(this.#lists.rows);
    lists.similarities.set(this.#lists.similarities);
    const matrix = new Float32Array(known.length + added.length);
    matrix.set(known);
    matrix.set(added, known.length);
    // An abort leaves what was there as it was.
    const { signal, onProgress } = this.#options;
    const dimension = this.dimension;
    enterNeighbours(lists, known, added, { dimension, firstRow: before, signal });
    enterNeighbours(lists, added, matrix, { dimension, firstQuery: before, signal, onProgress });
    this.#lists = lists;
    this.#matrix = matrix;
    this.#ids.push(...faces.map((face) => face.id));
  }

  /** Forgets faces; those that had one among their neighbours are compared with all again. Unknown ids are ignored. */
  remove(ids: ReadonlySet<string>): void {
    const { k, rows } = this.#lists;
    const gone = this.#ids.map((id) => ids.has(id));
    const stays: number[] = [];
    const affected: number[] = [];
    for (const row of this.#ids.keys()) {
      if (gone[row]) continue;
      const lost = rows.subarray(row * k, (row + 1) * k).some((neighbour) => gone[neighbour] === true);
      (lost ? affected : stays).push(row);
    }
    const order = [...stays, ...affected];
    if (order.length === this.#ids.length) return;
    const matrix = new Float32Array(order.length * this.dimension);
    for (const [i, row] of order.entries()) {
      matrix.set(this.#matrix.subarray(row * this.dimension, (row + 1) * this.dimension), i * this.dimension);
    }
    const lists = reordered(this.#lists, order, stays.length);
    const queries = matrix.slice(stays.length * this.dimension);
    enterNeighbours(lists, queries, matrix, { dimension: this.dimension, firstQuery: stays.length });
    this.#ids = order.map((row) => this.#ids[row] ?? "");
    this.#matrix = matrix;
    this.#lists = lists;
  }

  /** The lists of all faces, numbered by the positions of their ids in `ids`, which must be all there are. */
  listsBy(ids: readonly string[]): NeighbourLists {
    const rowOf = new Map(this.#ids.map((id, row) => [id, row]));
    return reordered(
      this.#lists,
      ids.map((id) => rowOf.get(id) ?? -1),
      ids.length,
    );
  }
}

/** The lists of the rows `order` names, numbered anew in that order; only the first `filled` of them, the rest are empty. */
function reordered(
  { k, rows, similarities }: NeighbourLists,
  order: readonly number[],
  filled: number,
): NeighbourLists {
  const lists = emptyLists(order.length, k);
  const numbers = new Int32Array(rows.length / k).fill(-1);
  for (const [i, row] of order.entries()) numbers[row] = i;
  for (let i = 0; i < filled; i++) {
    const from = (order[i] ?? 0) * k;
    for (let j = 0; j < k; j++) lists.rows[i * k + j] = numbers[rows[from + j] ?? -1] ?? -1;
    lists.similarities.set(similarities.subarray(from, from + k), i * k);
  }
  return lists;
}
