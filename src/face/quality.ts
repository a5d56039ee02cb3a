import type { Quality } from "./face.ts";
import { type FaceMeasures, measureFace } from "./face-measures.ts";
import type { Landmarks, PixelBox } from "./geometry.ts";
import type { RgbImage } from "./rgb-image.ts";

/**
 * How far a face can be trusted for recognition.
 *
 * Every factor, and the score made of them, is a prediction: the similarity that the face has to others of the same
 * person, as a share of what it would be if the face were good. A score of 0.5 says that half of it is lost.
 *
 * @param image the picture the face was found in
 * @param face as detected, in pixels of `image`
 * @param scale pixels of the original per pixel of `image`; only the words of the reasons depend on it
 */
export function assessQuality(
  image: RgbImage,
  face: {
    readonly box: PixelBox;
    readonly landmarks: Landmarks;
    readonly score: number;
    /** What the embedder made of it, 0 to 1 (`reliabilityOf`); undefined where that cannot be told. */
    readonly reliability?: number | undefined;
  },
  scale: number,
): Quality {
  return judge(measureFace(image, face), scale, face.reliability);
}

/** Piecewise linear, constant beyond its ends: [measure, share of the similarity that is kept]. */
export type Curve = readonly (readonly [measure: number, kept: number])[];

/**
 * What each measure predicts, from LFW: faces blurred, scaled down, darkened and burnt out step by step, each compared
 * with another picture of its person, on people of folds 1 to 5. `npm run eval -- quality` checks them on the people of folds
 * 6 to 10; docs/quality.md shows the result.
 *
 * LFW ends at a yaw of about 50 degrees; from there on the curve goes down straight to 0.2 for a profile.
 */
export const qualityCurves = {
  detail: curve([0.07, 0.16], [0.08, 0.37], [0.09, 0.65], [0.1, 0.7], [0.12, 0.84], [0.14, 0.94], [0.17, 1]),
  width: curve([14, 0.56], [17, 0.73], [20, 0.81], [24, 0.88], [30, 0.95], [40, 0.98], [60, 1]),
  yaw: curve([15, 1], [30, 0.99], [45, 0.93], [90, 0.2]),
  noseHeight: curve([0, 0.3], [0.3, 0.88], [0.4, 1], [0.72, 1], [0.8, 0.88], [1, 0.3]),
  contrast: curve([0, 0], [4, 0.55], [6, 0.78], [9, 0.91], [13, 0.96], [20, 1]),
  burntOut: curve([0.02, 1], [0.1, 0.96], [0.25, 0.93], [0.5, 0.87], [1, 0.5]),
  score: curve([0.8, 0.52], [0.95, 0.7], [0.99, 0.85], [0.998, 1]),
} satisfies Record<keyof Omit<FaceMeasures, "brightness">, Curve>;

function curve(...points: Curve): Curve {
  return points;
}

/**
 * @param scale pixels of the original per pixel of the picture that was measured
 * @param reliability as for `assessQuality`
 */
export function judge(measures: FaceMeasures, scale: number, reliability?: number): Quality {
  const kept = (name: keyof typeof qualityCurves) => valueAt(qualityCurves[name], measures[name]);
  const visible = {
    sharpness: kept("detail"),
    pose: kept("yaw") * kept("noseHeight"),
    size: kept("width"),
    exposure: kept("contrast") * kept("burntOut"),
    detection: kept("score"),
  };
  const factors = { ...visible, reliability: reliability ?? 1 };
  const seen = visibleQuality(visible);
  // The embedder, too, saw what can be seen, so that it is in both; taken whole, it would count twice.
  const score = reliability === undefined ? seen : Math.sqrt(seen) * reliability;
  return { score, ...factors, reasons: reasonsFor(factors, measures, scale) };
}

/** What the picture shows of the face, 0 to 1, whatever the embedder made of it. */
export function visibleQuality({ sharpness, size, pose, exposure, detection }: VisibleFactors): number {
  // Blur and smallness take the same detail away: what is left is decided by whichever takes more.
  return Math.min(sharpness, size) * pose * exposure * detection;
}

type Factors = Omit<Quality, "score" | "reasons">;
type VisibleFactors = Omit<Factors, "reliability">;

/** A factor that takes more than this share of the similarity away is worth a word. */
const worthAWord = 0.15;

/** Of the factors that count, worst first. */
function reasonsFor(factors: Factors, measures: FaceMeasures, scale: number): string[] {
  const words: Record<keyof Factors, string> = {
    sharpness: "too blurred",
    pose: "turned away",
    size: `only ${Math.round(measures.width * scale)} px wide`,
    exposure: exposureInWords(measures),
    detection: "may not be a face",
    reliability: "hard to make out",
  };
  const names = ["sharpness", "pose", "size", "exposure", "detection", "reliability"] as const;
  return (
    names
      .filter((name) => factors[name] < 1 - worthAWord)
      // A small face lacks detail because it is small; it is blurred only if it lacks still more.
      .filter((name) => name !== "sharpness" || factors.sharpness < factors.size - worthAWord / 2)
      .sort((a, b) => factors[a] - factors[b])
      .map((name) => words[name])
  );
}

/** Middle of the range of a picture: a face of little contrast below it is too dark, above it too bright. */
const middleGrey = 128;

function exposureInWords({ brightness, burntOut }: FaceMeasures): string {
  if (burntOut > 0.1 || brightness > middleGrey * 1.4) return "too bright";
  return brightness < middleGrey * 0.6 ? "too dark" : "too little contrast";
}

/** The curve's value at `measure`. */
export function valueAt(curve: Curve, measure: number): number {
  let [lastMeasure, lastKept] = curve[0] ?? [0, 1];
  for (const [nextMeasure, nextKept] of curve) {
    if (measure <= nextMeasure) {
      const span = nextMeasure - lastMeasure;
      const share = span === 0 ? 1 : Math.max(0, measure - lastMeasure) / span;
      return lastKept + (nextKept - lastKept) * share;
    }
    lastMeasure = nextMeasure;
    lastKept = nextKept;
  }
  return lastKept;
}
