/** A point in pixels, x to the right and y down; (0, 0) is the corner of the top left pixel, not its centre. */
export type Point = readonly [x: number, y: number];

/** A rectangle in pixels: left, top, right, bottom. The right and bottom edges are exclusive. */
export type PixelBox = readonly [x1: number, y1: number, x2: number, y2: number];

/** Five points as the camera sees them: the eye on the left of the picture, the other eye, nose tip, both mouth corners. */
export type Landmarks = readonly [Point, Point, Point, Point, Point];

/** x' = a x - b y + tx, y' = b x + a y + ty: rotation, uniform scale and translation. */
export interface SimilarityTransform {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/** The five landmarks, each moved alike. */
export function mapLandmarks(landmarks: Landmarks, move: (point: Point) => Point): Landmarks {
  const [leftEye, rightEye, nose, mouthLeft, mouthRight] = landmarks;
  return [move(leftEye), move(rightEye), move(nose), move(mouthLeft), move(mouthRight)];
}

export function boxWidth(box: PixelBox): number {
  return box[2] - box[0];
}

export function boxHeight(box: PixelBox): number {
  return box[3] - box[1];
}

/** Intersection over union of two boxes, 0 (apart) to 1 (the same). */
export function iou(a: PixelBox, b: PixelBox): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / (boxWidth(a) * boxHeight(a) + boxWidth(b) * boxHeight(b) - intersection);
}

export function applyTransform(t: SimilarityTransform, [x, y]: Point): Point {
  return [t.a * x - t.b * y + t.tx, t.b * x + t.a * y + t.ty];
}

/** @throws RangeError when the transform has scale zero */
export function invertTransform(t: SimilarityTransform): SimilarityTransform {
  const scaleSquared = t.a * t.a + t.b * t.b;
  if (scaleSquared === 0) throw new RangeError("a transform of scale zero has no inverse");
  const a = t.a / scaleSquared;
  const b = -t.b / scaleSquared;
  return { a, b, tx: -(a * t.tx - b * t.ty), ty: -(b * t.tx + a * t.ty) };
}

/**
 * The similarity transform that moves `from` onto `to` with the least squared error.
 *
 * Umeyama, "Least-squares estimation of transformation parameters between two point patterns" (1991), in the
 * closed form that holds in two dimensions when reflections are not allowed.
 *
 * @throws RangeError when the points of `from` all coincide
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): SimilarityTransform {
  if (from.length !== to.length || from.length < 2) {
    throw new RangeError(`a similarity needs two or more pairs of points, got ${from.length} and ${to.length}`);
  }
  const fromMean = meanPoint(from);
  const toMean = meanPoint(to);
  let dot = 0;
  let cross = 0;
  let spread = 0;
  for (const [i, p] of from.entries()) {
    const q = to[i] ?? p;
    const px = p[0] - fromMean[0];
    const py = p[1] - fromMean[1];
    const qx = q[0] - toMean[0];
    const qy = q[1] - toMean[1];
    dot += px * qx + py * qy;
    cross += px * qy - py * qx;
    spread += px * px + py * py;
  }
  if (spread === 0) throw new RangeError("a similarity needs points that do not all coincide");
  const a = dot / spread;
  const b = cross / spread;
  return {
    a,
    b,
    tx: toMean[0] - (a * fromMean[0] - b * fromMean[1]),
    ty: toMean[1] - (b * fromMean[0] + a * fromMean[1]),
  };
}

function meanPoint(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const p of points) {
    x += p[0];
    y += p[1];
  }
  return [x / points.length, y / points.length];
}
