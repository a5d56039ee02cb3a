import { mapLandmarks } from "./geometry.ts";
import type { RgbImage } from "./image.ts";
import { type Detection, detectFaces, type MtcnnNets, STANDARD_PYRAMID_FACTOR, STANDARD_THRESHOLDS } from "./mtcnn.ts";
import { suppressNonMaxima } from "./nms.ts";
import { averageDown } from "./reduce.ts";

export type DetectionPreset = "fast" | "balanced" | "thorough";

export interface DetectionSettings {
  /** The picture is decoded to at most this many pixels on its longer side. */
  readonly maxSide: number;
  /**
   * Side of the smallest face looked for in a picture of `maxSide` pixels. In smaller pictures it is smaller in proportion,
   * but not below 20 pixels: a small picture is often a large one scaled down, and costs less to search.
   */
  readonly minFace: number;
  /**
   * From the finest level of MTCNN's pyramid to the next; all others are `STANDARD_PYRAMID_FACTOR` apart. The finest costs as
   * much as all others together, so one that stands farther off finds smaller faces in the same time.
   */
  readonly finestFactor: number;
  /** What a box must score to pass P-Net, R-Net and O-Net. */
  readonly thresholds: readonly [pnet: number, rnet: number, onet: number];
}

/** Recall and time of each are in docs/detection.md; `npm run eval -- detection` measures them. */
export const detectionPresets: Readonly<Record<DetectionPreset, DetectionSettings>> = {
  fast: { maxSide: 1280, minFace: 32, finestFactor: STANDARD_PYRAMID_FACTOR, thresholds: [0.9, 0.7, 0.7] },
  balanced: { maxSide: 1920, minFace: 24, finestFactor: 0.5, thresholds: [0.7, 0.7, 0.7] },
  thorough: {
    maxSide: Number.POSITIVE_INFINITY,
    minFace: 20,
    finestFactor: STANDARD_PYRAMID_FACTOR,
    thresholds: STANDARD_THRESHOLDS,
  },
};

/** Smaller ones tell nothing about who they are. */
const LEAST_FACE = 20;

/** A larger picture is searched for small faces tile by tile, so that memory does not grow with the picture. */
const TILE = 2048;
/** Tiles overlap by twice the largest face looked for in them, so that each such face is whole in one of them. */
const TILE_MAX_FACE = 128;
/**
 * Of the smaller of two boxes from different views, the share that is in the other from which on both are one face. Less than
 * MTCNN asks of its last boxes within one view (0.7), because what a tile cuts off or another scale moves overlaps less.
 */
const SAME_FACE = 0.6;

/**
 * Finds the faces of a picture of any size, best first.
 *
 * @param leastShare of the picture's longer side, 0 to 1: narrower faces are looked for only where there is no wider one
 * @returns boxes and landmarks in pixels of `image`
 */
export async function detect(
  nets: MtcnnNets,
  image: RgbImage,
  settings: DetectionSettings,
  leastShare = 0,
): Promise<Detection[]> {
  const { finestFactor, thresholds } = settings;
  const longSide = Math.max(image.width, image.height);
  const minFace = smallestFace(settings, longSide);
  const options = { minFace, pyramidFactor: STANDARD_PYRAMID_FACTOR, finestFactor, thresholds, steady: true };
  if (leastShare * longSide > minFace) {
    const wide = { ...options, ...closeScales(leastShare * longSide) };
    const faces = await detectFaces(nets, image, wide);
    if (faces.length > 0) return faces;
  }
  if (longSide <= TILE * 1.5) {
    const faces = await detectFaces(nets, image, options);
    return faces.length > 0 ? faces : await detectFaces(nets, image, betweenScales(options));
  }

  const found: Detection[] = [];
  for (const tile of tiles(image)) {
    const part = averageDown(image, tile, 1);
    const faces = await detectFaces(nets, part, { ...options, maxFace: TILE_MAX_FACE });
    found.push(...faces.map((face) => moved(face, tile.left, tile.top, 1)));
  }
  const everything = { left: 0, top: 0, width: image.width, height: image.height };
  const scale = Math.ceil(longSide / TILE);
  const whole = await detectFaces(nets, averageDown(image, everything, scale), {
    ...options,
    minFace: TILE_MAX_FACE / (2 * scale),
  });
  found.push(...whole.map((face) => moved(face, 0, 0, scale)));
  return withoutDuplicates(found);
}

// MTCNN sees a face at a few sizes only, and even a large one from the front can be missed at those. The two that follow add
// more of them, and let through of P-Net what it does by default.

/** For large faces alone: there are few sizes to look at, so twice as many cost little. */
function closeScales(minFace: number) {
  const factor = Math.sqrt(STANDARD_PYRAMID_FACTOR);
  return { minFace, pyramidFactor: factor, finestFactor: factor, thresholds: STANDARD_THRESHOLDS };
}

/** For a second look where the first found nobody: the sizes lie halfway between, and none is left out. */
function betweenScales<Options extends { readonly minFace: number; readonly pyramidFactor: number }>(options: Options) {
  return {
    ...options,
    minFace: options.minFace / Math.sqrt(options.pyramidFactor),
    finestFactor: options.pyramidFactor,
    thresholds: STANDARD_THRESHOLDS,
  };
}

function smallestFace({ minFace, maxSide }: DetectionSettings, longSide: number): number {
  if (!Number.isFinite(maxSide)) return minFace;
  return Math.max(LEAST_FACE, Math.min(minFace, (minFace * longSide) / maxSide));
}

function* tiles(image: RgbImage) {
  const step = TILE - 2 * TILE_MAX_FACE;
  for (let top = 0; top === 0 || top + 2 * TILE_MAX_FACE < image.height; top += step) {
    for (let left = 0; left === 0 || left + 2 * TILE_MAX_FACE < image.width; left += step) {
      yield { left, top, width: Math.min(TILE, image.width - left), height: Math.min(TILE, image.height - top) };
    }
  }
}

function moved(face: Detection, left: number, top: number, scale: number): Detection {
  const x = (value: number) => value * scale + left;
  const y = (value: number) => value * scale + top;
  const [x1, y1, x2, y2] = face.box;
  return {
    box: [x(x1), y(y1), x(x2), y(y2)],
    landmarks: mapLandmarks(face.landmarks, (point) => [x(point[0]), y(point[1])]),
    score: face.score,
  };
}

function withoutDuplicates(faces: readonly Detection[]): Detection[] {
  const boxes = faces.map((face) => {
    const [x1, y1, x2, y2] = face.box;
    return { x1, y1, x2, y2, score: face.score, face };
  });
  return suppressNonMaxima(boxes, SAME_FACE, "smaller").map(({ face }) => face);
}
