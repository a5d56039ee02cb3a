import type { Calibration } from "./calibration.ts";
import type { GroupableFace, GroupingConstraints } from "./cluster.ts";
import { dot } from "./vector.ts";

export function groupByDensity(
  faces: readonly GroupableFace[],
  calibration: Calibration,
  _constraints: GroupingConstraints,
): number[] {
  const labels = faces.map((_, i) => i);
  const find = (i: number): number => (labels[i] === i ? i : find(labels[i] ?? i));
  for (const [i, a] of faces.entries()) {
    for (const [j, b] of faces.entries()) {
      if (j >= i) break;
      if (calibration.confidence(dot(a.embedding, b.embedding), { people: faces.length }) < 0.9) continue;
      labels[find(Math.max(find(i), find(j)))] = Math.min(find(i), find(j));
    }
  }
  return faces.map((_, i) => find(i));
}
