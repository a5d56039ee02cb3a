import type { CalibrationTable } from "./calibration.ts";

// Written by `npm run eval -- calibrate`; the figures are explained at `CalibrationTable`.
export const calibrationTables: readonly CalibrationTable[] = [
  {
    embedder: "mobilefacenet",
    provenance:
      "LFW (deep-funneled), 2086 people of the folds 1 to 5 of View 2, 12607 faces: every picture as it is, scaled to 24 to 95 pixels, blurred and compressed, and half hidden; 41473 pairs of one person, 79382742 of different people; mtcnn-5fd228f108dc5b31+mobilefacenet-34383253e64fccae+mirror+steady-f595127d+r5",
    strangers: 0.0142,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.45, resemblance: 0.1943 },
      { quality: 0.65, resemblance: 0.396 },
      { quality: 0.77, resemblance: 0.5102 },
      { quality: 0.84, resemblance: 0.5933 },
      { quality: 0.91, resemblance: 0.6582 },
      { quality: 0.95, resemblance: 0.6918 },
      { quality: 0.98, resemblance: 0.7333 },
      { quality: 1, resemblance: 0.7924 },
    ],
    curves: [
      { expected: 0.2843, offset: -7.009, low: 0.231, high: 8.413 },
      { expected: 0.4326, offset: -8.9, low: 2.776, high: 11.02 },
      { expected: 0.5462, offset: -16.554, low: -1.721, high: 15.67 },
      { expected: 0.6295, offset: -22.107, low: -4.343, high: 18.878 },
      { expected: 0.7385, offset: -22.339, low: -1.837, high: 18.715 },
      { expected: 0.8234, offset: -31.493, low: -10.824, high: 22.468 },
      { expected: 0.8593, offset: -31.929, low: -8.891, high: 22.1 },
    ],
    doubleRate: 0.0000014,
  },
  {
    embedder: "dlib",
    provenance:
      "LFW (deep-funneled), 2086 people of the folds 1 to 5 of View 2, 8881 faces: every picture as it is, and scaled to 24 to 95 pixels, blurred and compressed; 29130 pairs of one person, 39393858 of different people; mtcnn-5fd228f108dc5b31+dlib-18cc11b5d4a76240+mirror+r5",
    strangers: 0.8481,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.57, resemblance: 0.4279 },
      { quality: 0.83, resemblance: 0.5965 },
      { quality: 0.93, resemblance: 0.6489 },
      { quality: 0.97, resemblance: 0.6813 },
      { quality: 0.99, resemblance: 0.6866 },
      { quality: 1, resemblance: 0.7222 },
    ],
    curves: [
      { expected: 0.56, offset: -12.475, low: -0.927, high: 10.709 },
      { expected: 0.6391, offset: -14.479, low: 1.453, high: 12.801 },
      { expected: 0.71, offset: -5.495, low: 15.42, high: 8.995 },
      { expected: 0.8017, offset: -2.852, low: 24.562, high: 7.368 },
      { expected: 0.8638, offset: -8.554, low: 20.325, high: 8.824 },
    ],
    doubleRate: 0.0000015,
  },
  {
    embedder: "facenet",
    provenance:
      "an estimate: nothing was measured with this embedder. The shape is that of other embedders on LFW; every likelihood ratio is lowered by e^2, and the share of doubles is raised, so that it errs towards not being sure",
    estimated: true,
    strangers: 0,
    agreement: [{ quality: 1, resemblance: 0.7525 }],
    curves: [
      { expected: 0.7525, offset: -35.015, low: -13.65, high: 23.637 },
      { expected: 0.7985, offset: -26.065, low: -0.318, high: 19.008 },
      { expected: 0.8526, offset: -33.356, low: -3.453, high: 21.718 },
    ],
    doubleRate: 0.00001,
  },
];
