import { calibrationTables } from "./calibration-table.ts";
import { FaceError } from "./errors.ts";

/** What `npm run eval -- calibrate` measures for one embedder. Resemblance is explained at `Calibration`. */
export interface CalibrationTable {
  readonly embedder: string;
  /** What was measured on what. */
  readonly provenance: string;
  /** Nobody has measured it. */
  readonly estimated?: true;
  /** Mean cosine of faces of different people. */
  readonly strangers: number;
  /** Mean resemblance of two faces of one person that both have this quality; ascending in both. */
  readonly agreement: readonly { readonly quality: number; readonly resemblance: number }[];
  /** By the resemblance that two faces, or means of faces, of one person have on average; ascending. */
  readonly curves: readonly LikelihoodCurve[];
  /** Share of the pairs of strangers that look like one person: doubles and twins. No ratio exceeds 1 over it. */
  readonly doubleRate: number;
}

/**
 * log LR(r) = offset + low log((1 + r) / 2) - high log((1 - r) / 2) for the resemblance r: the ratio of two beta distributions,
 * known as beta calibration (Kull, Silva Filho and Flach, 2017).
 */
export interface LikelihoodCurve {
  readonly expected: number;
  readonly offset: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Turns similarities of one embedder into probabilities.
 *
 * Embedders differ in how alike they find strangers, so everything rests on the resemblance (s - m) / (1 - m) of a cosine s,
 * with m the mean cosine of strangers: 0 for strangers on average, 1 for the same picture. The more two faces tell about who
 * they are, the more resemblance is expected of them if they are of one person, and the less a middling one counts.
 */
export interface Calibration {
  readonly embedder: string;
  /**
   * Natural logarithm of how many times more often two faces of one person than faces of two people have this
   * similarity. Never falls as the similarity rises.
   *
   * @param similarity cosine, -1 to 1
   * @param qualities of both faces, 0 to 1; default: 1, good faces
   */
  logLikelihoodRatio(similarity: number, qualities?: Qualities): number;
  /** Probability, 0 to 1, that both faces are of one person. */
  confidence(similarity: number, context: ConfidenceContext): number;
  /**
   * How much a face tells about who it is: the ratio of signal to noise of its embedding. That of several faces of one
   * person is the sum of theirs, and belongs to the mean of their embeddings weighted by it.
   *
   * @param quality 0 to 1
   */
  evidence(quality: number): number;
  /** As `logLikelihoodRatio`, between two faces or means of faces of which the evidence is known. */
  logLikelihoodRatioBetween(similarity: number, evidenceA: number, evidenceB: number): number;
  resemblance(similarity: number): number;
  /** The inverse of `resemblance`. */
  similarity(resemblance: number): number;
  /** The resemblance that two faces, or means of faces, of one person have on average. */
  expectedResemblance(evidenceA: number, evidenceB: number): number;
}

export interface ConfidenceContext {
  /**
   * How many people the face could be mistaken for: 1 when two given faces are compared, the number of people of
   * the event in a search. Before looking, it counts as even odds whether it is any of them, and each as likely as the
   * next: the prior odds of one of them against somebody else are 1 to `people`.
   */
  readonly people: number;
  /** Default: good faces. */
  readonly qualities?: Qualities;
}

/** Of both faces, 0 to 1, in any order. */
export type Qualities = readonly [a: number, b: number];

/** What the embedder's similarities are turned into a confidence by; undefined: nothing, they cannot be. */
export function confidenceBasis(embedder: string): "measured" | "estimated" | undefined {
  const table = calibrationTables.find((candidate) => candidate.embedder === embedder);
  return table && (table.estimated ? "estimated" : "measured");
}

/**
 * The calibration measured for an embedder.
 *
 * @throws FaceError CALIBRATION_MISSING when there is none
 */
export function openCalibration(embedder: string): Calibration {
  const table = calibrationTables.find((candidate) => candidate.embedder === embedder);
  if (!table) {
    const known = calibrationTables.map((candidate) => candidate.embedder).join(", ");
    throw new FaceError(
      "CALIBRATION_MISSING",
      `No calibration has been measured for the embedder "${embedder}", so its similarities cannot be turned into ` +
        `a confidence. Use one of: ${known}. docs/models.md tells under "Your own embedder" how another is measured.`,
    );
  }
  return calibrationFromTable(table);
}

/**
 * Faces of one person in one event share light, camera and pose, so each further one tells less than the sum says. Beyond
 * this, the evidence of two good faces, nothing is added: on events of LFW's people grouping then found most (BCubed F1
 * 0.981 to 0.991 for 3,000 to 200 faces; with twice as much 0.979 to 0.990, with half 0.987 to 0.993 but more wrong merges).
 */
const maxEvidence = 6;

/** For an embedder of one's own: `npm run eval -- calibrate` measures such a table. */
export function calibrationFromTable(table: CalibrationTable): Calibration {
  const resemblance = (similarity: number) => (similarity - table.strangers) / (1 - table.strangers);
  const evidence = (quality: number) => {
    const agreement = interpolate(table.agreement, "quality", (knot) => knot.resemblance, quality);
    return agreement / (1 - agreement);
  };
  const leastExpected = table.curves[0]?.expected ?? 0;
  const between = (similarity: number, evidenceA: number, evidenceB: number) => {
    const r = resemblance(similarity);
    const expected = expectedResemblance(evidenceA, evidenceB);
    const ratio = interpolate(table.curves, "expected", (curve) => evaluate(curve, r, table.doubleRate), expected);
    // Faces that hardly resemble others of their own person tell little by resembling one, and the less the ratio, to none.
    return expected < leastExpected ? ratio * (expected / leastExpected) : ratio;
  };
  const logLikelihoodRatio = (similarity: number, [a, b]: Qualities = [1, 1]) =>
    between(similarity, evidence(a), evidence(b));
  return {
    embedder: table.embedder,
    logLikelihoodRatio,
    confidence: (similarity, { people, qualities }) =>
      probability(logLikelihoodRatio(similarity, qualities) + priorLogOdds(people)),
    evidence,
    logLikelihoodRatioBetween: between,
    resemblance,
    similarity: (r) => r * (1 - table.strangers) + table.strangers,
    expectedResemblance,
  };
}

/**
 * Natural logarithm of the prior odds of one person against somebody else, 1 to `people`.
 *
 * @throws FaceError OPTION_INVALID when the number is below 1 or none
 */
export function priorLogOdds(people: number): number {
  if (!(people >= 1)) {
    throw new FaceError("OPTION_INVALID", `The number of people is ${people}; it must be 1 or more.`);
  }
  return -Math.log(people);
}

/** The probability that has these log odds. */
export function probability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** The log odds of a probability; infinite for 0 and 1. */
export function logOdds(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** A face is its person's direction plus noise; the mean of faces keeps the one and averages the other out. */
function expectedResemblance(evidenceA: number, evidenceB: number): number {
  const a = Math.min(evidenceA, maxEvidence);
  const b = Math.min(evidenceB, maxEvidence);
  return Math.sqrt((a / (1 + a)) * (b / (1 + b)));
}

/** Keeps the logarithms finite; no two pictures come so near, or so far. */
const largestResemblance = 0.999;

/** Logarithm of the likelihood ratio at a resemblance. */
export function evaluate({ offset, low, high }: LikelihoodCurve, resemblance: number, doubleRate: number): number {
  // A curve with a negative `low` turns upwards again left of here, where there are next to no pairs.
  const turn = low < 0 && high > 0 ? Math.max(-largestResemblance, (low + high) / (low - high)) : -largestResemblance;
  const r = Math.min(largestResemblance, Math.max(turn, resemblance));
  const logRatio = offset + low * Math.log((1 + r) / 2) - high * Math.log((1 - r) / 2);
  // LR / (1 + LR doubleRate), in logarithms.
  const excess = logRatio + Math.log(doubleRate);
  return logRatio - (excess > 30 ? excess : Math.log1p(Math.exp(excess)));
}

/** Piecewise linear between knots that ascend; constant outside them. */
function interpolate<Position extends string, Knot extends Readonly<Record<Position, number>>>(
  knots: readonly Knot[],
  position: Position,
  value: (knot: Knot) => number,
  at: number,
): number {
  const next = knots.findIndex((knot) => knot[position] >= at);
  const above = knots[next === -1 ? knots.length - 1 : next];
  const below = knots[next - 1];
  if (!above) return 0;
  if (next === -1 || !below) return value(above);
  const fraction = (at - below[position]) / (above[position] - below[position]);
  return value(below) + (value(above) - value(below)) * fraction;
}
