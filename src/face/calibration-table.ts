/** Logarithms of likelihood ratios by similarity and quality; bilinear between the knots, constant outside them. */
export interface CalibrationTable {
  readonly embedder: string;
  /** What was measured on what. */
  readonly provenance: string;
  /** Cosines, ascending. */
  readonly similarities: readonly number[];
  /** Quality of the worse face, ascending; one row below for each. */
  readonly qualities: readonly number[];
  readonly logLikelihoodRatios: readonly (readonly number[])[];
}

const similarities = Array.from({ length: 26 }, (_, i) => Math.round(i * 5 - 30) / 100);
const mobilefacenet = [
  -6.0, -6.0, -6.0, -5.9, -5.9, -5.44, -4.69, -4.33, -3.93, -3.13, -2.4, -1.81, -0.91, 0.1, 1.24, 2.49, 4.02, 5.67,
  7.48, 9.33, 11.19, 13.0, 13.0, 13.0, 13.0, 13.0,
];

export const calibrationTables: readonly CalibrationTable[] = ["mobilefacenet", "dlib", "facenet"].map((embedder) => ({
  embedder,
  provenance: "a first estimate",
  similarities,
  qualities: [1],
  logLikelihoodRatios: [mobilefacenet],
}));
