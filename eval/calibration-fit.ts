import type { LikelihoodCurve } from "../src/face/calibration-table.ts";
import { minimise } from "./minimise.ts";

/** How often each similarity occurs; the bins cover -1 to 1. */
export class SimilarityHistogram {
  static readonly bins = 1000;
  readonly counts = new Float64Array(SimilarityHistogram.bins);
  total = 0;
  #sum = 0;

  add(similarity: number, weight = 1): void {
    const bin = Math.min(
      SimilarityHistogram.bins - 1,
      Math.max(0, Math.floor(((similarity + 1) / 2) * SimilarityHistogram.bins)),
    );
    this.counts[bin] = (this.counts[bin] ?? 0) + weight;
    this.total += weight;
    this.#sum += similarity * weight;
  }

  get mean(): number {
    return this.#sum / this.total;
  }
}

/** Similarities of pairs whose two sides are equally informative. */
export interface PairSamples {
  readonly same: SimilarityHistogram;
  readonly different: SimilarityHistogram;
}

/**
 * The odds before looking at which a curve must be right: from two given faces (1 : 1) to one person among ten thousand.
 * A fit at even odds alone would leave the far tail, which decides searches, to chance.
 */
const priorLogOdds = [0, -2.3, -4.6, -6.9, -9.2];

interface Rates {
  readonly unlikeRate: number;
  readonly doubleRate: number;
}

/** Fits the curve with the least cross-entropy, averaged over the priors. */
export function fitCurve(samples: PairSamples, rates?: Rates): { curve: LikelihoodCurve; rates: Rates; loss: number } {
  const unpack = ([offset = 0, low = 0, high = 0, unlike = 0, double = 0]: readonly number[]) => ({
    curve: { expected: samples.same.mean, offset, low, high },
    rates: rates ?? { unlikeRate: Math.exp(unlike), doubleRate: Math.exp(double) },
  });
  const loss = (at: readonly number[]) => {
    const { curve, rates: current } = unpack(at);
    return crossEntropy(samples, curve, current);
  };
  const { offset, low, high } = fitCurveByMoments(samples);
  const start = [offset, low, high];
  const step = [1, 2, 2];
  if (!rates) {
    start.push(Math.log(0.003), Math.log(1e-6));
    step.push(0.5, 0.5);
  }
  // Started again from where it ended: a simplex that has collapsed too early gets a second chance.
  let at = minimise(loss, start, step);
  at = minimise(loss, at, step);
  return { ...unpack(at), loss: loss(at) };
}

/**
 * The curve of two beta distributions with the mean and spread of the samples: for means of many faces, where both kinds of
 * pairs do not overlap any more and a fit by cross-entropy has no bound.
 */
export function fitCurveByMoments({ same, different }: PairSamples): LikelihoodCurve {
  const s = betaShape(same);
  const d = betaShape(different);
  return {
    expected: same.mean,
    offset: logNormaliser(d) - logNormaliser(s),
    low: s.alpha - d.alpha,
    high: d.beta - s.beta,
  };
}

interface BetaShape {
  readonly alpha: number;
  readonly beta: number;
}

function betaShape(histogram: SimilarityHistogram): BetaShape {
  let squares = 0;
  for (const [bin, count] of histogram.counts.entries()) squares += count * (binCentre(bin) - histogram.mean) ** 2;
  const mean = (1 + histogram.mean) / 2;
  const variance = squares / histogram.total / 4;
  const sum = (mean * (1 - mean)) / variance - 1;
  return { alpha: mean * sum, beta: (1 - mean) * sum };
}

/** Logarithm of the integral of x^(alpha-1) (1-x)^(beta-1) from 0 to 1, up to a constant that is the same for all shapes. */
function logNormaliser({ alpha, beta }: BetaShape): number {
  const logs = Array.from({ length: SimilarityHistogram.bins }, (_, bin) => {
    const x = (1 + binCentre(bin)) / 2;
    return (alpha - 1) * Math.log(x) + (beta - 1) * Math.log(1 - x);
  });
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
}

function binCentre(bin: number): number {
  return ((bin + 0.5) / SimilarityHistogram.bins) * 2 - 1;
}

function crossEntropy({ same, different }: PairSamples, curve: LikelihoodCurve, rates: Rates): number {
  let loss = 0;
  for (let bin = 0; bin < SimilarityHistogram.bins; bin++) {
    const weightSame = (same.counts[bin] ?? 0) / same.total;
    const weightDifferent = (different.counts[bin] ?? 0) / different.total;
    if (weightSame === 0 && weightDifferent === 0) continue;
    const s = binCentre(bin);
    const logRatio = logLikelihoodRatio(curve, rates, s);
    for (const prior of priorLogOdds) {
      loss += weightSame * softplus(-(logRatio + prior));
      loss += weightDifferent * Math.exp(-prior) * softplus(logRatio + prior);
    }
  }
  return loss / priorLogOdds.length;
}

export function logLikelihoodRatio(curve: LikelihoodCurve, rates: Rates, s: number): number {
  const ratio = Math.exp(curve.offset + curve.low * Math.log((1 + s) / 2) - curve.high * Math.log((1 - s) / 2));
  return Math.log((ratio + rates.unlikeRate) / (1 + ratio * rates.doubleRate));
}

function softplus(x: number): number {
  return x > 30 ? x : Math.log1p(Math.exp(x));
}
