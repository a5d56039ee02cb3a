import { logOdds } from "../calibration.ts";
import type { Clusters } from "./clusters.ts";
import { nearestClusters } from "./nearest-clusters.ts";

/**
 * Probability from which a left-over face joins a person. BCubed precision and F1 in percent, means of four conferences of LFW's
 * people (seeds 1 to 4): at 0.95, 99.8 and 96.2; here, 99.7 and 96.6; at 0.85, 99.5 and 96.7; at 0.75, 99.3 and 96.9. A wrong
 * face among one's photos is worse than one that is missing.
 */
const attachConfidence = 0.9;

/** Rounds, enough in practice for what has joined to settle. */
const maxRounds = 4;

interface Placement {
  readonly face: number;
  readonly person: number;
  /** Log odds that it is this person. */
  readonly score: number;
}

/**
 * Gives each face that is still alone, and each poor one, to the person it most surely is, if it is sure enough.
 *
 * One face can't tell two groups to be one person, so groups never merge here, and the prior may be a better one than that of
 * agglomeration: how often each person has been photographed so far. By the estimate of Good and Turing (Good, 1953) the next
 * face is of somebody new as often as faces so far were the only ones of their person. Hence the prior odds of a person with n
 * faces to somebody new are n to the number of people seen once. All people compete for the face.
 *
 * @param founders clusters that stand for a person; those that grow here are kept up to date
 */
export function attachLeftOvers(clusters: Clusters, founders: Set<number>, signal: AbortSignal | undefined): void {
  for (let round = 0; round < maxRounds; round++) {
    const placements = findPlacements(clusters, founders, signal);
    if (!place(clusters, founders, placements)) return;
  }
}

function findPlacements(
  clusters: Clusters,
  founders: ReadonlySet<number>,
  signal: AbortSignal | undefined,
): Placement[] {
  const isPerson = (root: number) => founders.has(root);
  const size = (root: number) => clusters.partition.size(root);
  const people = clusters.roots().filter(isPerson);
  const leftOver = clusters.roots().filter((root) => !isPerson(root) || size(root) === 1);
  const seenOnce = Math.max(1, people.filter((root) => size(root) === 1).length);
  const choices = new Map<number, Placement[]>();
  for (const [face, person] of nearestClusters(clusters, leftOver, people, signal)) {
    if (!clusters.mayMerge(face, person)) continue;
    const score = clusters.logLikelihoodRatio(face, person) + Math.log(size(person) / seenOnce);
    choices.set(face, [...(choices.get(face) ?? []), { face, person, score }]);
  }
  const minimum = logOdds(attachConfidence);
  return [...choices.values()]
    .flatMap((placements) => {
      const [best, ...others] = placements.sort((x, y) => y.score - x.score || x.person - y.person);
      // Against somebody new, which is 1, and everybody else.
      const rivals = others.reduce((sum, { score }) => sum + Math.exp(score), 1);
      return best && best.score - Math.log(rivals) >= minimum ? [best] : [];
    })
    .sort((x, y) => y.score - x.score || x.face - y.face);
}

/** Whether any could be made. Nobody takes a face in and is taken in within one round: no face takes others along. */
function place(clusters: Clusters, founders: Set<number>, placements: readonly Placement[]): boolean {
  const { partition } = clusters;
  const placed = new Set<number>();
  const grown = new Set<number>();
  for (const { face, person } of placements) {
    if (grown.has(face) || placed.has(person)) continue;
    const root = partition.find(person);
    if (!clusters.mayMerge(root, face)) continue;
    clusters.merge(root, face);
    founders.add(partition.find(root));
    placed.add(face);
    grown.add(person);
  }
  return placed.size > 0;
}
