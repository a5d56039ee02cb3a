import { boxWidth, fitSimilarity, invertTransform, type Landmarks, type PixelBox, type Point } from "./geometry.ts";
import { arcFaceTemplate } from "./models/templates.ts";
import type { RgbImage } from "./rgb-image.ts";

/** What can be read off a face without knowing whose it is. `assessQuality` turns it into a judgement. */
export interface FaceMeasures {
  /** Width of the detector's box, in pixels of the picture that was searched. */
  readonly width: number;
  /**
   * Detail that is left of the face at the resolution embedders see: mean squared difference of brightness over a short
   * distance, divided by that over a long one. 0.07 for a blur without any detail, 0.19 in the median of LFW, 1 for pure
   * noise. Independent of contrast and brightness.
   */
  readonly detail: number;
  /** Estimated turn of the head to either side in degrees, 0 (frontal) to 90 (profile). */
  readonly yaw: number;
  /** Where the nose tip lies between the line of the eyes (0) and that of the mouth (1); tilting the head moves it. */
  readonly noseHeight: number;
  /** Mean brightness of the face, 0 to 255. */
  readonly brightness: number;
  /** Standard deviation of its brightness. */
  readonly contrast: number;
  /** Share of it, 0 to 1, that is burnt out to white. */
  readonly burntOut: number;
  /** The detector's score, 0 to 1. */
  readonly score: number;
}

/** What a detector says about a face, in pixels of the picture that was searched. */
interface DetectedFace {
  readonly box: PixelBox;
  readonly landmarks: Landmarks;
  readonly score: number;
}

/**
 * Measures a face where it is: no copy of it is made, and the work does not grow with its size (0.1 ms).
 *
 * @param image the picture that was searched
 */
export function measureFace(image: RgbImage, { box, landmarks, score }: DetectedFace): FaceMeasures {
  const grid = sampleFace(image, landmarks);
  return { width: boxWidth(box), ...measurePose(landmarks), ...measureTones(grid), detail: measureDetail(grid), score };
}

/**
 * Where samples are taken, in the coordinates of the 112 x 112 crop that most embedders see: every second pixel from the
 * forehead to the chin, without hair and background.
 */
const sampled = { left: 16, top: 28, side: 40, spacing: 2 } as const;

/** Brightness, 0 to 255, at side x side points. */
function sampleFace(image: RgbImage, landmarks: Landmarks): Float32Array {
  const { left, top, side, spacing } = sampled;
  const { a, b, tx, ty } = invertTransform(fitSimilarity(landmarks, arcFaceTemplate));
  // Less than 1.5 pixels per sample: the face is enlarged, as the embedder's crop enlarges it. Else four pixels each.
  const enlarges = Math.hypot(a, b) * spacing < 1.5;
  const grid = new Float32Array(side * side);
  for (let row = 0, at = 0; row < side; row++) {
    const v = top + (row + 0.5) * spacing;
    for (let column = 0; column < side; column++, at++) {
      const u = left + (column + 0.5) * spacing;
      const x = a * u - b * v + tx;
      const y = b * u + a * v + ty;
      grid[at] = enlarges ? interpolated(image, x, y) : meanOfFour(image, x, y, (a * spacing) / 4, (b * spacing) / 4);
    }
  }
  return grid;
}

/** The mean of the pixels at the centres of the sample's four quarters; (dx, dy) is half a quarter's side. */
function meanOfFour(image: RgbImage, x: number, y: number, dx: number, dy: number): number {
  return (
    (brightnessAt(image, x - dx + dy, y - dy - dx) +
      brightnessAt(image, x + dx + dy, y + dy - dx) +
      brightnessAt(image, x - dx - dy, y - dy + dx) +
      brightnessAt(image, x + dx - dy, y + dy + dx)) /
    4
  );
}

/** Between the centres of four pixels. */
function interpolated(image: RgbImage, x: number, y: number): number {
  const right = x - 0.5 - Math.floor(x - 0.5);
  const lower = y - 0.5 - Math.floor(y - 0.5);
  const upperRow = brightnessAt(image, x - 0.5, y - 0.5) * (1 - right) + brightnessAt(image, x + 0.5, y - 0.5) * right;
  const lowerRow = brightnessAt(image, x - 0.5, y + 0.5) * (1 - right) + brightnessAt(image, x + 0.5, y + 0.5) * right;
  return upperRow + (lowerRow - upperRow) * lower;
}

/** Of the pixel that holds the point. Beyond the edge of the picture its last pixels go on. */
function brightnessAt({ width, height, data }: RgbImage, x: number, y: number): number {
  const column = x < 0 ? 0 : x >= width ? width - 1 : x | 0;
  const row = y < 0 ? 0 : y >= height ? height - 1 : y | 0;
  const at = (row * width + column) * 3;
  return ((data[at] ?? 0) + 2 * (data[at + 1] ?? 0) + (data[at + 2] ?? 0)) / 4;
}

/** Distances in samples: 2 and 8 pixels of the 112 x 112 crop. */
const shortDistance = 1;
const longDistance = 4;

/** Variance of rounding to whole numbers: keeps a face of one colour from dividing nothing by nothing. */
const roundingNoise = 1 / 6;

function measureDetail(grid: Float32Array): number {
  return meanSquaredStep(grid, shortDistance) / (meanSquaredStep(grid, longDistance) + roundingNoise);
}

/** Of points `distance` apart, along rows and along columns. */
function meanSquaredStep(grid: Float32Array, distance: number): number {
  const { side } = sampled;
  let sum = 0;
  for (let i = 0; i < side; i++) {
    for (let j = distance; j < side; j++) {
      const along = (grid[i * side + j] ?? 0) - (grid[i * side + j - distance] ?? 0);
      const across = (grid[j * side + i] ?? 0) - (grid[(j - distance) * side + i] ?? 0);
      sum += along * along + across * across;
    }
  }
  return sum / (2 * side * (side - distance));
}

/** From here on a pixel has no shade left. */
const white = 248;

function measureTones(grid: Float32Array): Pick<FaceMeasures, "brightness" | "contrast" | "burntOut"> {
  let sum = 0;
  let squares = 0;
  let burnt = 0;
  for (const value of grid) {
    sum += value;
    squares += value * value;
    if (value >= white) burnt++;
  }
  const brightness = sum / grid.length;
  const contrast = Math.sqrt(Math.max(0, squares / grid.length - brightness * brightness));
  return { brightness, contrast, burntOut: burnt / grid.length };
}

/**
 * Of an average head, in units of the distance from the line of the eyes to the mouth: between the eyes (ArcFace's
 * template has 0.87; the median of LFW is 0.90), and from the plane of the eyes to the tip of the nose.
 */
const head = { betweenEyes: 0.9, noseDepth: 0.45 } as const;

/**
 * Turning a head by an angle moves the nose sideways by its depth times the sine and shortens the distance of the eyes by
 * the cosine, both measured across the axis from between the eyes to the mouth, so that the roll of the head cancels out.
 */
function measurePose([leftEye, rightEye, nose, mouthLeft, mouthRight]: Landmarks) {
  const eyes = middle(leftEye, rightEye);
  const mouth = middle(mouthLeft, mouthRight);
  const axis = [mouth[0] - eyes[0], mouth[1] - eyes[1]] as const;
  const lengthSquared = axis[0] ** 2 + axis[1] ** 2 || 1;
  const along = (x: number, y: number) => (x * axis[0] + y * axis[1]) / lengthSquared;
  const across = (x: number, y: number) => (x * axis[1] - y * axis[0]) / lengthSquared;
  const noseShift = Math.abs(across(nose[0] - eyes[0], nose[1] - eyes[1]));
  const eyeDistance = Math.max(0, across(rightEye[0] - leftEye[0], rightEye[1] - leftEye[1]));
  const yaw = Math.atan2(noseShift / head.noseDepth, eyeDistance / head.betweenEyes);
  return { yaw: (yaw * 180) / Math.PI, noseHeight: along(nose[0] - eyes[0], nose[1] - eyes[1]) };
}

function middle(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}
