import type { Landmarks, Point } from "./geometry.ts";
import type { Region } from "./integral.ts";
import type { ScoredBox } from "./nms.ts";

/** A box with the correction that the net proposes for it, in fractions of its size. */
export interface Candidate extends ScoredBox {
  readonly shift: readonly [number, number, number, number];
}

/** The part of the box inside the picture, in whole pixels. The cascade counts pixels from 1, both ends included. */
export function clipped(
  box: ScoredBox,
  image: { readonly width: number; readonly height: number },
): Region | undefined {
  const left = Math.max(1, Math.trunc(box.x1)) - 1;
  const top = Math.max(1, Math.trunc(box.y1)) - 1;
  const right = Math.min(image.width, Math.trunc(box.x2));
  const bottom = Math.min(image.height, Math.trunc(box.y2));
  return right > left && bottom > top ? { left, top, right, bottom } : undefined;
}

/** The box moved by its correction; `edge` is 1 where the net was trained on boxes that count their last pixel. */
export function shifted(box: Candidate, edge: 0 | 1): ScoredBox {
  const width = box.x2 - box.x1 + edge;
  const height = box.y2 - box.y1 + edge;
  const [left, top, right, bottom] = box.shift;
  return {
    x1: box.x1 + left * width,
    y1: box.y1 + top * height,
    x2: box.x2 + right * width,
    y2: box.y2 + bottom * height,
    score: box.score,
  };
}

/** The smallest square around the box with the same centre. */
export function squared(box: ScoredBox): ScoredBox {
  const width = box.x2 - box.x1;
  const height = box.y2 - box.y1;
  const side = Math.max(width, height);
  const x1 = box.x1 + (width - side) / 2;
  const y1 = box.y1 + (height - side) / 2;
  return { x1, y1, x2: x1 + side, y2: y1 + side, score: box.score };
}

/** Landmarks of a mirrored crop of the box, in the picture as it is: what was on the left is on the right. */
export function unmirrored([leftEye, rightEye, nose, mouthLeft, mouthRight]: Landmarks, box: ScoredBox): Landmarks {
  // Pixels are counted from 1, as in `landmarksAt`.
  const back = ([x, y]: Point): Point => [box.x1 + box.x2 - 1 - x, y];
  return [back(rightEye), back(leftEye), back(nose), back(mouthRight), back(mouthLeft)];
}

export function meanOf(looks: readonly Landmarks[]): Landmarks {
  const mean = (i: 0 | 1 | 2 | 3 | 4): Point => [
    looks.reduce((sum, landmarks) => sum + landmarks[i][0], 0) / looks.length,
    looks.reduce((sum, landmarks) => sum + landmarks[i][1], 0) / looks.length,
  ];
  return [mean(0), mean(1), mean(2), mean(3), mean(4)];
}
