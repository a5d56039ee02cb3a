import type { Clusters } from "./clusters.ts";
import { emptyLists, enterNeighbours } from "./neighbours.ts";

/** Neighbours looked for per cluster when clusters are compared as wholes. */
const neighboursPerCluster = 16;

/** For each query the most similar of the candidates by their mean embeddings, itself left out: pairs of roots. */
export function nearestClusters(
  clusters: Clusters,
  queries: readonly number[],
  candidates: readonly number[],
  signal: AbortSignal | undefined,
): (readonly [query: number, candidate: number])[] {
  // One more, because a query that is a candidate too finds itself.
  const k = neighboursPerCluster + 1;
  const lists = emptyLists(queries.length, k);
  const firstRow = queries.length;
  const { dimension } = clusters;
  enterNeighbours(lists, clusters.centroids(queries), clusters.centroids(candidates), { dimension, firstRow, signal });
  return Array.from(lists.rows).flatMap((row, i) => {
    const [query, candidate] = [queries[Math.floor(i / k)], row === -1 ? undefined : candidates[row - firstRow]];
    return query === undefined || candidate === undefined || query === candidate ? [] : [[query, candidate] as const];
  });
}
