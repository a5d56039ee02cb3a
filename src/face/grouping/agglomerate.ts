import type { Clusters } from "./clusters.ts";
import { MergeQueue } from "./merge-queue.ts";

/** Pairs of clusters worth comparing, both ways. */
export class CandidateGraph {
  readonly #neighbours = new Map<number, Set<number>>();

  connect(a: number, b: number): void {
    if (a === b) return;
    this.#of(a).add(b);
    this.#of(b).add(a);
  }

  neighbours(root: number): Iterable<number> {
    return this.#neighbours.get(root) ?? [];
  }

  /** Gives the neighbours of a cluster that is no more to the one it went into. */
  contract(kept: number, gone: number): void {
    for (const neighbour of this.neighbours(gone)) {
      this.#of(neighbour).delete(gone);
      this.connect(kept, neighbour);
    }
    this.#neighbours.delete(gone);
  }

  /** Every pair once, the smaller number first. */
  *pairs(): Iterable<readonly [number, number]> {
    for (const [a, neighbours] of this.#neighbours) for (const b of neighbours) if (a < b) yield [a, b];
  }

  #of(root: number): Set<number> {
    const known = this.#neighbours.get(root);
    if (known) return known;
    const created = new Set<number>();
    this.#neighbours.set(root, created);
    return created;
  }
}

/** Natural logarithm of how many times likelier than the next one the cluster has to be that a single face joins. */
const leastLead = Math.log(3);

/**
 * Merges the two clusters that are most surely one person, again and again, as long as that is sure enough. A single face that
 * is nearly as much like another cluster waits until it is told apart, or until both have become one.
 *
 * @param minimum log likelihood ratio from which two clusters are merged
 * @param sure log likelihood ratio from which a single face does not wait
 * @returns how many merges were made
 */
export function agglomerate(
  clusters: Clusters,
  graph: CandidateGraph,
  {
    minimum,
    sure,
    signal,
  }: { readonly minimum: number; readonly sure: number; readonly signal?: AbortSignal | undefined },
): number {
  const queue = new MergeQueue();
  const propose = (a: number, b: number) => {
    const score = clusters.logLikelihoodRatio(a, b);
    if (score < minimum) return;
    const [first, second] = a < b ? [a, b] : [b, a];
    queue.push({ score, a: first, b: second, stamp: clusters.stamp(a) + clusters.stamp(b) });
  };
  const isTorn = (face: number, cluster: number, score: number) => {
    if (clusters.partition.size(face) > 1) return false;
    for (const rival of graph.neighbours(face)) {
      if (rival === cluster || !clusters.mayMerge(face, rival)) continue;
      if (clusters.logLikelihoodRatio(face, rival) > score - leastLead) return true;
    }
    return false;
  };
  for (const [a, b] of graph.pairs()) propose(a, b);
  let merges = 0;
  for (let merge = queue.pop(); merge; merge = queue.pop()) {
    const { a, b, score } = merge;
    // Stamps only grow, so their sum tells that neither cluster has changed; one that is gone stands for itself no more.
    if (clusters.partition.find(a) !== a || clusters.partition.find(b) !== b) continue;
    if (clusters.stamp(a) + clusters.stamp(b) !== merge.stamp || !clusters.mayMerge(a, b)) continue;
    if (score < sure && (isTorn(a, b, score) || isTorn(b, a, score))) continue;
    const kept = clusters.merge(a, b);
    if (kept === undefined) continue;
    signal?.throwIfAborted();
    merges++;
    graph.contract(kept, kept === a ? b : a);
    for (const neighbour of graph.neighbours(kept)) propose(kept, neighbour);
  }
  return merges;
}
