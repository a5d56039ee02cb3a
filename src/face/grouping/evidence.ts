import { logOdds } from "../calibration.ts";
import { agglomerate, CandidateGraph } from "./agglomerate.ts";
import { attachLeftOvers } from "./attach.ts";
import { Clusters } from "./clusters.ts";
import { type GroupingInput, onePersonLogOdds, poorQuality } from "./input.ts";
import { nearestClusters } from "./nearest-clusters.ts";

/**
 * Probability from which two clusters are merged, as of matches in a search. BCubed precision and F1 in percent, means of four
 * conferences of LFW's people (seeds 1 to 4): here, 99.7 and 96.6; at 0.6, 99.6 and 96.7; at 0.5, 99.6 and 96.7.
 */
const mergeConfidence = 0.7;

/** From here on a single face joins whom it resembles most, whoever else it resembles. */
const sureConfidence = 0.95;

/** Pairs of faces less likely than this to be one person are never looked at again, however their clusters grow. */
const leastCandidateLogRatio = 0;

/**
 * People that two faces could be mistaken for, at most. At first every face is a cluster; counting 100,000 of them as people would
 * ask for more than the strongest resemblance of two faces can show, and none would ever be merged.
 */
const mostPeople = 10_000;

/** Rounds of merging and comparing anew; in all evaluations at most the fourth changed nothing any more. */
const maxRounds = 8;

/**
 * Groups faces by what the calibration says about whole clusters.
 *
 * The two clusters that are most surely one person are merged first, and a merged cluster is judged anew by the mean of its
 * faces: one that rests on many faces is asked for more resemblance than a single face can show. The prior is one in as many
 * people as there are clusters, so it eases from round to round. What is left over comes last: poor faces, and good ones that
 * resemble no other enough, each to the person it most surely is. They connect nothing.
 */
export function groupByEvidence({ faces, neighbours, partition, calibration, signal }: GroupingInput): void {
  const clusters = new Clusters(faces, partition, calibration);
  const founders = new Set<number>();
  for (const [item, face] of faces.entries()) if (face.quality >= poorQuality) founders.add(partition.find(item));
  const isPerson = (root: number) => founders.has(root);

  const graph = new CandidateGraph();
  for (let item = 0; item < faces.length; item++) {
    const root = partition.find(item);
    if (!isPerson(root)) continue;
    for (let i = item * neighbours.k; i < (item + 1) * neighbours.k; i++) {
      const row = neighbours.rows[i] ?? -1;
      if (row === -1) break;
      if (calibration.logLikelihoodRatio(neighbours.similarities[i] ?? -1) < leastCandidateLogRatio) break;
      const other = partition.find(row);
      if (isPerson(other)) graph.connect(root, other);
    }
  }

  const compared = new Map<number, number>();
  for (let round = 0; round < maxRounds; round++) {
    const people = clusters.roots().filter(isPerson);
    const prior = onePersonLogOdds(Math.min(people.length, mostPeople));
    const [minimum, sure] = [logOdds(mergeConfidence) - prior, logOdds(sureConfidence) - prior];
    const merges = agglomerate(clusters, graph, { minimum, sure, signal });
    // Whatever a founder merges into stands for a person.
    for (const root of people) founders.add(partition.find(root));
    if (merges === 0 && round > 0) break;
    connectWholes(clusters, graph, clusters.roots().filter(isPerson), compared, signal);
  }
  attachLeftOvers(clusters, founders, signal);
}

/**
 * Clusters that have grown are compared with all others: their faces' own neighbours may all be among themselves.
 *
 * @param compared stamps of the clusters when they were compared last; brought up to date
 */
function connectWholes(
  clusters: Clusters,
  graph: CandidateGraph,
  people: readonly number[],
  compared: Map<number, number>,
  signal: AbortSignal | undefined,
): void {
  const hasGrown = (root: number) => clusters.stamp(root) !== (compared.get(root) ?? 0);
  const grown = people.filter(hasGrown);
  const others = people.filter((root) => !hasGrown(root));
  for (const root of grown) compared.set(root, clusters.stamp(root));
  const rows = [...grown, ...others];
  for (const [a, b] of nearestClusters(clusters, grown, rows, signal)) graph.connect(a, b);
}
