import { type CalibrationTable, calibrationTables } from "./calibration-table.ts";
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

/** For an embedder of one's own; `eval` prints such a table. @throws FaceError OPTION_INVALID */
export function calibrationFromTable(table: CalibrationTable): Calibration {
  const logLikelihoodRatio = (similarity: number, quality = 1) => interpolate(table, similarity, quality);
  return {
    embedder: table.embedder,
    logLikelihoodRatio,
    confidence: (similarity, { people, quality }) =>
      probability(logLikelihoodRatio(similarity, quality) + priorLogOdds(people)),
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

function interpolate(table: CalibrationTable, similarity: number, quality: number): number {
  const row = locate(table.qualities, quality);
  const column = locate(table.similarities, similarity);
  const at = (r: number, c: number) => table.logLikelihoodRatios[r]?.[c] ?? 0;
  const low = mix(at(row.index, column.index), at(row.index, column.next), column.fraction);
  const high = mix(at(row.next, column.index), at(row.next, column.next), column.fraction);
  return mix(low, high, row.fraction);
}

/** Where a value lies between ascending knots; outside them, at the nearest one. */
function locate(knots: readonly number[], value: number): { index: number; next: number; fraction: number } {
  const last = knots.length - 1;
  let next = knots.findIndex((knot) => knot >= value);
  if (next === -1) next = last;
  const index = Math.max(0, next - 1);
  const from = knots[index] ?? 0;
  const to = knots[next] ?? 0;
  if (to === from || value >= to) return { index: next, next, fraction: 0 };
  return { index, next, fraction: (value - from) / (to - from) };
}

function mix(a: number, b: number, fraction: number): number {
  return a + (b - a) * fraction;
}
