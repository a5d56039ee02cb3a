import { exactSearch, MetricKind } from "usearch";

/** Faces compared at once: 4,096 rows of 192 floats stay in the second-level cache and took 16 ns a pair, all at once 40. */
const blockRows = 4096;
const blockQueries = 64;

/** The most similar other rows of every row of a matrix, best first. */
export interface NeighbourLists {
  /** Neighbours kept per row. */
  readonly k: number;
  /** `k` row numbers per row; -1 where there are fewer. */
  readonly rows: Int32Array;
  /** Their cosines. */
  readonly similarities: Float32Array;
}

export interface NeighbourSearch {
  /** Numbers per row. */
  readonly dimension: number;
  /** Row that the first query is; its neighbours go into the list of that number. Default: 0. */
  readonly firstQuery?: number;
  /** Row that the first row of the data is. Default: 0. */
  readonly firstRow?: number;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** No neighbours yet for `count` rows. */
export function emptyLists(count: number, k: number): NeighbourLists {
  return { k, rows: new Int32Array(count * k).fill(-1), similarities: new Float32Array(count * k).fill(-2) };
}

/**
 * Looks for each query among the data and enters what is better than what it has into its list; no row becomes its own
 * neighbour. Compares all with all, but in blocks: what is kept grows with the number of rows, not with its square.
 *
 * @param lists changed in place
 * @param queries some rows of unit length, one after the other
 * @param data likewise
 * @throws the signal's reason
 */
export function enterNeighbours(
  lists: NeighbourLists,
  queries: Float32Array,
  data: Float32Array,
  { dimension, firstQuery = 0, firstRow = 0, onProgress, signal }: NeighbourSearch,
): void {
  const dataCount = data.length / dimension;
  const queryCount = queries.length / dimension;
  const steps = Math.ceil(dataCount / blockRows);
  for (let step = 0; step < steps; step++) {
    const from = step * blockRows;
    const to = Math.min(dataCount, from + blockRows);
    // usearch reads from the start of the underlying buffer: a view would be taken for the whole matrix.
    const block = data.slice(from * dimension, to * dimension);
    // One more than asked for, because a row finds itself.
    const count = Math.min(lists.k + 1, to - from);
    for (let query = 0; query < queryCount; query += blockQueries) {
      signal?.throwIfAborted();
      const end = Math.min(queryCount, query + blockQueries);
      const chunk = queries.slice(query * dimension, end * dimension);
      const { keys, distances } = exactSearch(block, chunk, dimension, count, MetricKind.IP);
      for (let i = query; i < end; i++) {
        enter(lists, firstQuery + i, firstRow + from, keys, distances, (i - query) * count, count);
      }
      onProgress?.((step + end / queryCount) / steps);
    }
  }
}

function enter(
  lists: NeighbourLists,
  list: number,
  firstRow: number,
  keys: BigUint64Array,
  distances: Float32Array,
  start: number,
  count: number,
): void {
  const { k, rows, similarities } = lists;
  const base = list * k;
  for (let i = start; i < start + count; i++) {
    const similarity = 1 - (distances[i] ?? 2);
    const worst = similarities[base + k - 1] ?? -2;
    if (similarity < worst) return;
    const row = firstRow + Number(keys[i] ?? 0n);
    if (row === list) continue;
    let at = base + k;
    while (at > base && precedes(similarity, row, similarities[at - 1] ?? -2, rows[at - 1] ?? -1)) at--;
    if (at === base + k) continue;
    rows.copyWithin(at + 1, at, base + k - 1);
    similarities.copyWithin(at + 1, at, base + k - 1);
    rows[at] = row;
    similarities[at] = similarity;
  }
}

function precedes(similarity: number, row: number, otherSimilarity: number, otherRow: number): boolean {
  if (otherRow === -1) return true;
  return similarity > otherSimilarity || (similarity === otherSimilarity && row < otherRow);
}
