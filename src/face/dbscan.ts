import { logOdds } from "./calibration.ts";
import { type GroupingInput, onePersonLogOdds, poorQuality } from "./grouping/input.ts";

/** Faces nearby, itself included, that make a face a core of its group. */
const minFaces = 3;

/** Probability from which two faces count as near. */
const minConfidence = 0.9;

/**
 * DBSCAN (Ester et al., 1996) on the lists of nearest neighbours: faces with enough faces near them are cores, cores near
 * each other are one person, and any other face belongs to its nearest core. The radius is not a cosine but a confidence.
 */
export function groupByDensity({ faces, neighbours, partition, calibration }: GroupingInput): void {
  const { k, rows, similarities } = neighbours;
  const minimum = logOdds(minConfidence) - onePersonLogOdds(faces.length);
  const near = faces.map((_, item) => {
    const found: { item: number; similarity: number }[] = [];
    for (let i = item * k; i < (item + 1) * k && (rows[i] ?? -1) !== -1; i++) {
      const similarity = similarities[i] ?? -1;
      if (calibration.logLikelihoodRatio(similarity) < minimum) break;
      found.push({ item: rows[i] ?? -1, similarity });
    }
    return found;
  });
  const isCore = faces.map((face, item) => face.quality >= poorQuality && (near[item]?.length ?? 0) + 1 >= minFaces);
  const links = near.flatMap((found, item) => found.map((other) => ({ a: item, b: other.item, ...other })));
  links.sort((x, y) => y.similarity - x.similarity || x.a - y.a || x.b - y.b);
  for (const { a, b } of links) if (isCore[a] && isCore[b]) partition.join(a, b);
  const placed = new Set<number>();
  for (const { a, b } of links) {
    if (isCore[a] || !isCore[b] || placed.has(a)) continue;
    if (partition.join(a, b) !== undefined) placed.add(a);
  }
}
