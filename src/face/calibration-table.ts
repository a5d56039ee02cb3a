/** What was measured for one embedder; `calibrationFromTable` says how it is used. */
export interface CalibrationTable {
  readonly embedder: string;
  /** What was measured on what. */
  readonly provenance: string;
  /** Mean cosine of two faces of one person that both have the quality; qualities ascending from 0 to 1. */
  readonly agreement: readonly { readonly quality: number; readonly similarity: number }[];
  /** The likelihood ratio by the cosine that two faces (or means of faces) of one person have on average, ascending. */
  readonly curves: readonly LikelihoodCurve[];
  /** Part of the pairs of one person that are no more alike than strangers: wrong labels, profiles, sunglasses. */
  readonly unlikeRate: number;
  /** Part of the pairs of strangers that are as alike as one person: doubles, twins, wrong labels. */
  readonly doubleRate: number;
}

/** log LR = offset + low log((1 + s) / 2) - high log((1 - s) / 2): "beta calibration" (Kull et al., 2017) of (1 + s) / 2. */
export interface LikelihoodCurve {
  readonly expected: number;
  readonly offset: number;
  readonly low: number;
  readonly high: number;
}

export const calibrationTables: readonly CalibrationTable[] = ["mobilefacenet", "dlib", "facenet"].map((embedder) => ({
  embedder,
  provenance: "a first estimate",
  agreement: [{ quality: 1, similarity: 0.7525 }],
  curves: [
    { expected: 0.7525, offset: -33.015, low: -13.65, high: 23.637 },
    { expected: 0.7985, offset: -24.065, low: -0.318, high: 19.008 },
    { expected: 0.8526, offset: -31.356, low: -3.453, high: 21.718 },
    { expected: 0.8852, offset: -8.809, low: 69.55, high: 15.38 },
    { expected: 0.9202, offset: -6.292, low: 110.78, high: 14.825 },
    { expected: 0.9618, offset: 13.743, low: 418.3, high: 11.124 },
  ],
  unlikeRate: 1e-6,
  doubleRate: 8e-7,
}));
