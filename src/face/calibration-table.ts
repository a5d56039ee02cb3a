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
  agreement: [{ quality: 1, similarity: 0.712 }],
  curves: [
    { expected: 0.712, offset: -26.99, low: -11.33, high: 20.25 },
    { expected: 0.767, offset: -30.5, low: -14.32, high: 21.27 },
    { expected: 0.825, offset: -28.76, low: -3.17, high: 21.36 },
    { expected: 0.863, offset: -30.2, low: -5.86, high: 21.3 },
  ],
  unlikeRate: 0.0028,
  doubleRate: 8e-7,
}));
