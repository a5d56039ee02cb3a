import { type Calibration, logOdds } from "../calibration.ts";
import type { GroupableFace } from "../cluster.ts";
import { agglomerate, CandidateGraph } from "./agglomerate.ts";
import { Clusters } from "./clusters.ts";
import { emptyLists, enterNeighbours, type NeighbourLists } from "./neighbours.ts";
import type { Partition } from "./partition.ts";

/** Probability from which two clusters are merged: a wrong merge hurts more than a missed one. */
const minConfidence = 0.95;

/** Faces below this quality join people but never found or connect them. */
const poorQuality = 0.3;

/** Pairs less likely than this to be one person are not even looked at again when their clusters grow. */
const minCandidateLogLikelihoodRatio = 0;

/** Neighbours looked for per cluster when clusters are compared as wholes. */
const clusterNeighbours = 16;

/** Rounds of merging; in practice the second or third changes nothing any more. */
const maxRounds = 6;

export interface EvidenceInput {
  /** Sorted by id; their positions are the items of the partition. */
  readonly faces: readonly GroupableFace[];
  readonly neighbours: NeighbourLists;
  /** What is together from the beginning and what must stay apart; changed. */
  readonly partition: Partition;
  readonly calibration: Calibration;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Groups faces by what the calibration says about whole clusters.
 *
 * The two clusters that are most surely one person are merged first, and a merged cluster is judged anew by the mean of
 * its faces: one that rests on many faces is asked for more resemblance than a single face can be. The prior is one in as
 * many people as there are clusters. Poor faces come last, each to the person it resembles most, and connect nothing.
 */
export function groupByEvidence({ faces, neighbours, partition, calibration, signal }: EvidenceInput): void {
  const clusters = new Clusters(faces, partition, calibration);
  const isGood = new Uint8Array(partition.count);
  for (const [item, face] of faces.entries()) {
    if (face.quality >= poorQuality) isGood[partition.find(item)] = 1;
  }
  const good = (root: number) => isGood[partition.find(root)] === 1;
  const graph = new CandidateGraph();
  for (let item = 0; item < faces.length; item++) {
    const root = partition.find(item);
    if (!good(root)) continue;
    for (let i = item * neighbours.k; i < (item + 1) * neighbours.k; i++) {
      const row = neighbours.rows[i] ?? -1;
      if (
        row === -1 ||
        calibration.logLikelihoodRatio(neighbours.similarities[i] ?? -1) < minCandidateLogLikelihoodRatio
      )
        break;
      if (good(row)) graph.connect(root, partition.find(row));
    }
  }
  const certain = logOdds(minConfidence);
  for (let round = 0; round < maxRounds; round++) {
    const people = clusters.roots().filter(good).length;
    const merges = agglomerate(clusters, graph, { minimum: certain + Math.log(people), acceptance: certain, signal });
    if (merges === 0 && round > 0) break;
    compareWholes(clusters, graph, good, faces[0]?.embedding.length ?? 0, signal);
  }
  attachPoor(clusters, good, certain, faces[0]?.embedding.length ?? 0, signal);
}

function stack(clusters: Clusters, roots: readonly number[], dimension: number): Float32Array {
  const matrix = new Float32Array(roots.length * dimension);
  for (const [i, root] of roots.entries()) matrix.set(clusters.centroid(root), i * dimension);
  return matrix;
}

function nearest(
  clusters: Clusters,
  queries: readonly number[],
  data: readonly number[],
  k: number,
  dimension: number,
  signal: AbortSignal | undefined,
): (readonly [number, number])[] {
  const lists = emptyLists(queries.length, k);
  const position = new Map(data.map((root, i) => [root, i]));
  enterNeighbours(lists, stack(clusters, queries, dimension), stack(clusters, data, dimension), {
    dimension,
    k,
    signal,
    queryRows: Int32Array.from(queries, (root) => position.get(root) ?? -1),
  });
  const pairs: (readonly [number, number])[] = [];
  for (const [i, row] of lists.rows.entries()) {
    const other = data[row];
    const query = queries[Math.floor(i / k)];
    if (other !== undefined && query !== undefined) pairs.push([query, other]);
  }
  return pairs;
}

function compareWholes(
  clusters: Clusters,
  graph: CandidateGraph,
  good: (root: number) => boolean,
  dimension: number,
  signal: AbortSignal | undefined,
): void {
  const roots = clusters.roots().filter(good);
  const grown = roots.filter((root) => clusters.stamp(root) > 0);
  if (grown.length === 0) return;
  for (const [a, b] of nearest(clusters, grown, roots, clusterNeighbours, dimension, signal)) graph.connect(a, b);
}

function attachPoor(
  clusters: Clusters,
  good: (root: number) => boolean,
  certain: number,
  dimension: number,
  signal: AbortSignal | undefined,
): void {
  const roots = clusters.roots();
  const people = roots.filter(good);
  const poor = roots.filter((root) => !good(root));
  if (poor.length === 0 || people.length === 0) return;
  const minimum = certain + Math.log(people.length);
  const candidates = nearest(clusters, poor, people, clusterNeighbours, dimension, signal)
    .map(([face, person]) => ({ face, person, score: clusters.logLikelihoodRatio(face, person) }))
    .filter(({ score }) => score >= minimum)
    .sort((x, y) => y.score - x.score || x.face - y.face || x.person - y.person);
  const placed = new Set<number>();
  for (const { face, person } of candidates) {
    if (placed.has(face)) continue;
    const root = clusters.partition.find(person);
    if (!clusters.mayMerge(face, root, certain)) continue;
    clusters.merge(face, root);
    placed.add(face);
  }
}
