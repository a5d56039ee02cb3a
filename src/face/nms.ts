import { iou, type PixelBox } from "./geometry.ts";

/** A box under consideration, in pixels, with its score. */
export interface ScoredBox {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly score: number;
}

/**
 * How much two boxes have in common: of their union, or of the smaller one, which also catches a small box inside a
 * large one. MTCNN's last stage counts edges as part of the box when it takes the smaller one (`+ 1`).
 */
export type Overlap = "union" | "smaller";

/** Non-maximum suppression: keeps the best boxes, drops what overlaps a better one by more than `threshold`. */
export function suppressNonMaxima<T extends ScoredBox>(boxes: readonly T[], threshold: number, overlap: Overlap): T[] {
  const edge = overlap === "smaller" ? 1 : 0;
  const sorted = boxes.toSorted((a, b) => b.score - a.score);
  const areas = sorted.map((box) => (box.x2 - box.x1 + edge) * (box.y2 - box.y1 + edge));
  const dropped = new Uint8Array(sorted.length);
  const kept: T[] = [];
  for (const [i, box] of sorted.entries()) {
    if (dropped[i]) continue;
    kept.push(box);
    const area = areas[i] ?? 0;
    for (let j = i + 1; j < sorted.length; j++) {
      const other = sorted[j];
      if (dropped[j] || other === undefined) continue;
      const width = Math.min(box.x2, other.x2) - Math.max(box.x1, other.x1) + edge;
      if (width <= 0) continue;
      const height = Math.min(box.y2, other.y2) - Math.max(box.y1, other.y1) + edge;
      if (height <= 0) continue;
      const intersection = width * height;
      const otherArea = areas[j] ?? 0;
      const whole = overlap === "union" ? area + otherArea - intersection : Math.min(area, otherArea);
      if (intersection > threshold * whole) dropped[j] = 1;
    }
  }
  return kept;
}

/** Intersection over union from which on a box has a say about another one's place. */
const VOTE = 0.5;

/**
 * Where all boxes that overlap a kept one say it is: their mean, weighed by their scores (box voting: Gidaris and Komodakis,
 * "Object detection via a multi-region and semantic segmentation-aware CNN model", 2015). Which of several good boxes is the
 * best hangs on noise; what they say together does not.
 *
 * @param boxes all that the kept one was chosen from, itself among them
 */
export function votedBox(kept: ScoredBox, boxes: readonly ScoredBox[]): PixelBox {
  const place = edgesOf(kept);
  const voters = boxes.filter((box) => iou(place, edgesOf(box)) >= VOTE);
  const weight = voters.reduce((sum, { score }) => sum + score, 0);
  const mean = (edge: "x1" | "y1" | "x2" | "y2") =>
    voters.reduce((sum, box) => sum + box.score * box[edge], 0) / weight;
  return [mean("x1"), mean("y1"), mean("x2"), mean("y2")];
}

function edgesOf({ x1, y1, x2, y2 }: ScoredBox): PixelBox {
  return [x1, y1, x2, y2];
}
