import { type CalibrationTable, calibrationTables, type LikelihoodCurve } from "./calibration-table.ts";
import { FaceError } from "./errors.ts";

/** Turns similarities of one embedder into probabilities. */
export interface Calibration {
  readonly embedder: string;
  /**
   * Natural logarithm of how many times more often two faces of one person than faces of two people have this
   * similarity. Never falls as the similarity rises.
   *
   * @param similarity cosine, -1 to 1
   * @param quality of the worse of both faces, 0 to 1; default: 1, good faces
   */
  logLikelihoodRatio(similarity: number, quality?: number): number;
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
}

export interface ConfidenceContext {
  /**
   * How many people the face could be mistaken for: 1 when two given faces are compared, the number of people of
   * the event in a search. Before looking, each of them and "somebody else" count as equally likely, so the prior
   * of one of them is 1 / (people + 1).
   */
  readonly people: number;
  /** Of the worse of both faces, 0 to 1; default: 1. */
  readonly quality?: number;
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
        `a confidence. Use one of: ${known}.`,
    );
  }
  return calibrationFromTable(table);
}

/**
 * Faces of one person in one event share light, camera and pose, so each further one tells less than the sum says.
 * Beyond the evidence of about eight good faces nothing is added.
 */
const maxEvidence = 6;

/** For an embedder of one's own: `eval` prints such a table. */
export function calibrationFromTable(table: CalibrationTable): Calibration {
  const evidence = (quality: number) => {
    const agreement = interpolate(
      table.agreement,
      (knot) => knot.quality,
      (knot) => knot.similarity,
      quality,
    );
    return agreement / (1 - agreement);
  };
  const atExpected = (similarity: number, expected: number) =>
    interpolate(
      table.curves,
      (curve) => curve.expected,
      (curve) => evaluate(table, curve, similarity),
      expected,
    );
  const between = (similarity: number, evidenceA: number, evidenceB: number) =>
    atExpected(similarity, Math.sqrt(reliability(evidenceA) * reliability(evidenceB)));
  const logLikelihoodRatio = (similarity: number, quality = 1) => {
    const each = evidence(quality);
    return between(similarity, each, each);
  };
  return {
    embedder: table.embedder,
    logLikelihoodRatio,
    confidence: (similarity, { people, quality }) =>
      probability(logLikelihoodRatio(similarity, quality) + priorLogOdds(people)),
    evidence,
    logLikelihoodRatioBetween: between,
  };
}

/** Log odds of the prior 1 / (people + 1). @throws FaceError OPTION_INVALID when it is below 1 or not a number */
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

/** Mean squared cosine between a mean of faces and what it is an estimate of, from its evidence. */
function reliability(evidence: number): number {
  const bounded = Math.min(evidence, maxEvidence);
  return bounded / (1 + bounded);
}

/** Keeps the logarithms finite; no two pictures reach it. */
const highestSimilarity = 0.999;

function evaluate(table: CalibrationTable, { offset, low, high }: LikelihoodCurve, similarity: number): number {
  // A curve with a negative `low` turns upwards again left of here, where there are next to no pairs.
  const turn = low < 0 ? (low + high) / (low - high) : -highestSimilarity;
  const s = Math.min(highestSimilarity, Math.max(turn, similarity));
  const ratio = Math.exp(offset + low * Math.log((1 + s) / 2) - high * Math.log((1 - s) / 2));
  return Math.log((ratio + table.unlikeRate) / (1 + ratio * table.doubleRate));
}

/** Piecewise linear between knots that ascend; constant outside them. */
function interpolate<Knot>(
  knots: readonly Knot[],
  position: (knot: Knot) => number,
  value: (knot: Knot) => number,
  at: number,
): number {
  const next = knots.findIndex((knot) => position(knot) >= at);
  const above = knots[next === -1 ? knots.length - 1 : next];
  const below = knots[next - 1];
  if (!above) return 0;
  if (next === -1 || !below) return value(above);
  const fraction = (at - position(below)) / (position(above) - position(below));
  return value(below) + (value(above) - value(below)) * fraction;
}
