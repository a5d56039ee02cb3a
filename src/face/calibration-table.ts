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
      "LFW (deep-funneled), 2086 people of the folds 1 to 5 of View 2, 12607 faces: every picture as it is, scaled to 24 to 95 pixels, blurred and compressed, and half hidden; 41473 pairs of one person, 79382742 of different people; mtcnn-5fd228f108dc5b31+dlib-18cc11b5d4a76240+mirror+r5",
    strangers: 0.8515,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.58, resemblance: 0.362 },
      { quality: 0.81, resemblance: 0.4999 },
      { quality: 0.92, resemblance: 0.5843 },
      { quality: 0.96, resemblance: 0.6088 },
      { quality: 0.98, resemblance: 0.6088 },
      { quality: 0.99, resemblance: 0.6335 },
      { quality: 1, resemblance: 0.6713 },
    ],
    curves: [
      { expected: 0.4508, offset: -4.491, low: 3.472, high: 5.795 },
      { expected: 0.5417, offset: -10.252, low: 0.709, high: 9.813 },
      { expected: 0.6349, offset: -9.585, low: 4.901, high: 10.353 },
      { expected: 0.7885, offset: -18.931, low: -2.232, high: 13.722 },
      { expected: 0.8316, offset: -18.238, low: 3.232, high: 12.526 },
    ],
    doubleRate: 0.0000029,
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
