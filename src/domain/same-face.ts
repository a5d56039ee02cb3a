import { iou, type PixelBox } from "../face/geometry.ts";

/** Two boxes in a photo that overlap this much are of one face; half is what PASCAL VOC counts as found. */
const leastOverlap = 0.5;

/** The candidate that is the same face as the one in the box; the one that overlaps most if there are several. */
export function findSameFace<T>(
  box: PixelBox,
  candidates: Iterable<T>,
  boxOf: (candidate: T) => PixelBox,
): T | undefined {
  let best: T | undefined;
  let most = 0;
  for (const candidate of candidates) {
    const overlap = iou(box, boxOf(candidate));
    if (overlap < leastOverlap || overlap <= most) continue;
    best = candidate;
    most = overlap;
  }
  return best;
}
