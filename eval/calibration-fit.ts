import { evaluate, type LikelihoodCurve } from "../src/face/calibration.ts";
import { minimise } from "./minimise.ts";

const BINS = 2000;

/** How often each resemblance occurs, in bins from -1 to 1. */
export class ResemblanceHistogram {
  readonly counts = new Float64Array(BINS);
  total = 0;
  #sum = 0;

  add(resemblance: number, weight = 1): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((resemblance + 1) / 2) * BINS)));
    this.counts[bin] = (this.counts[bin] ?? 0) + weight;
    this.total += weight;
    this.#sum += resemblance * weight;
  }

  get mean(): number {
    return this.#sum / this.total;
  }
}

/** Resemblances of pairs that tell about equally much. */
export interface PairSamples {
  readonly same: ResemblanceHistogram;
  readonly different: ResemblanceHistogram;
}

export interface Fit {
  readonly curve: LikelihoodCurve;
  readonly doubleRate: number;
}

/**
 * The log odds before looking at which a curve must be right: from two given faces (1 : 1) to one person among ten thousand.
 * A fit at even odds alone would leave the far tail, which decides searches, to chance.
 */
const PRIOR_LOG_ODDS = [0, -2.3, -4.6, -6.9, -9.2];

const FIRST_DOUBLE_RATE = 1e-6;

/**
 * The curve with the least cross-entropy, averaged over the priors.
 *
 * @param doubleRate of all pairs, once it is known; else it is fitted too
 */
export function fitCurve(samples: PairSamples, doubleRate?: number): Fit {
  const unpack = ([offset = 0, low = 0, high = 0, logRate = 0]: readonly number[]): Fit => ({
    curve: { expected: samples.same.mean, offset, low, high },
    doubleRate: doubleRate ?? Math.exp(logRate),
  });
  const loss = (at: readonly number[]) => crossEntropy(samples, unpack(at));
  // Starts at zero for the middle between strangers and friends, rising steeply.
  const start = [-14, 0, 20];
  const step = [2, 4, 4];
  if (doubleRate === undefined) {
    start.push(Math.log(FIRST_DOUBLE_RATE));
    step.push(1);
  }
  // Started again from where it ended: a simplex that has collapsed too early gets a second chance.
  return unpack(minimise(loss, minimise(loss, start, step), step));
}

function crossEntropy({ same, different }: PairSamples, { curve, doubleRate }: Fit): number {
  let loss = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const ofSame = (same.counts[bin] ?? 0) / same.total;
    const ofDifferent = (different.counts[bin] ?? 0) / different.total;
    if (ofSame === 0 && ofDifferent === 0) continue;
    const logRatio = evaluate(curve, binCentre(bin), doubleRate);
    for (const prior of PRIOR_LOG_ODDS) {
      loss += ofSame * softplus(-(logRatio + prior)) + ofDifferent * Math.exp(-prior) * softplus(logRatio + prior);
    }
  }
  return loss / PRIOR_LOG_ODDS.length;
}

/**
 * How far the probabilities are from what comes true: expected calibration error, 0 to 1, among the pairs that are given a
 * probability of one percent or more. Without that bound, the countless sure strangers of a large event would hide any error.
 *
 * @param people what the prior is made of, as in a search
 */
export function calibrationError(samples: PairSamples, fit: Fit, people: number): number {
  const bins = Array.from({ length: 10 }, () => ({ said: 0, true: 0 }));
  let weight = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const ofSame = (samples.same.counts[bin] ?? 0) / samples.same.total;
    const ofDifferent = ((samples.different.counts[bin] ?? 0) / samples.different.total) * people;
    const probability = 1 / (1 + Math.exp(Math.log(people) - evaluate(fit.curve, binCentre(bin), fit.doubleRate)));
    const entry = bins[Math.min(9, Math.floor(probability * 10))];
    if (probability < 0.01 || !entry) continue;
    entry.said += probability * (ofSame + ofDifferent);
    entry.true += ofSame;
    weight += ofSame + ofDifferent;
  }
  return bins.reduce((sum, entry) => sum + Math.abs(entry.said - entry.true), 0) / weight;
}

function binCentre(bin: number): number {
  return ((bin + 0.5) / BINS) * 2 - 1;
}

function softplus(x: number): number {
  return x > 30 ? x : Math.log1p(Math.exp(x));
}
