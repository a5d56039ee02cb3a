import type { CalibrationTable } from "./calibration.ts";

// Written by `npm run eval -- calibrate`; the figures are explained at `CalibrationTable`.
export const calibrationTables: readonly CalibrationTable[] = [
  {
    embedder: "mobilefacenet",
    provenance:
      "LFW (deep-funneled), 2086 people of the folds 1 to 5 of View 2, 8882 faces, half of them scaled to 24 to 95 pixels, blurred and compressed; 29136 pairs of one person, 39402732 of different people; mtcnn-5fd228f108dc5b31+mobilefacenet-34383253e64fccae+mirror+steady-f1b6fd6d+r2",
    strangers: 0.0132,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.53, resemblance: 0.3292 },
      { quality: 0.82, resemblance: 0.5795 },
      { quality: 0.92, resemblance: 0.6589 },
      { quality: 0.96, resemblance: 0.6999 },
      { quality: 0.99, resemblance: 0.7199 },
      { quality: 1, resemblance: 0.7695 },
    ],
    curves: [
      { expected: 0.4238, offset: -16.593, low: -5.642, high: 14.724 },
      { expected: 0.5428, offset: -16.665, low: -1.582, high: 15.809 },
      { expected: 0.6385, offset: -23.878, low: -6.667, high: 19.601 },
      { expected: 0.7295, offset: -29.936, low: -11.141, high: 22.357 },
      { expected: 0.7823, offset: -23.549, low: -3.965, high: 18.865 },
      { expected: 0.8415, offset: -38.189, low: -18.31, high: 25.347 },
    ],
    doubleRate: 9.7e-7,
  },
  {
    embedder: "dlib",
    provenance:
      "LFW (deep-funneled), 700 of the people of the folds 1 to 5 of View 2, 2851 faces, half of them scaled to 24 to 95 pixels, blurred and compressed; 8308 pairs of one person, 4051901 of different people; not yet checked on folds 6 to 10; mtcnn-5fd228f108dc5b31+dlib-8bfa335e4c27064d+mirror+r1",
    strangers: 0.8477,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.54, resemblance: 0.4573 },
      { quality: 0.81, resemblance: 0.6065 },
      { quality: 0.92, resemblance: 0.6565 },
      { quality: 0.96, resemblance: 0.6759 },
      { quality: 0.98, resemblance: 0.6788 },
      { quality: 1, resemblance: 0.7161 },
    ],
    curves: [
      { expected: 0.6402, offset: -15.533, low: 0.084, high: 13.191 },
      { expected: 0.7048, offset: -18.444, low: -2.188, high: 14.536 },
      { expected: 0.7854, offset: -19.895, low: -3.425, high: 13.755 },
      { expected: 0.851, offset: -28.687, low: -15.094, high: 16.139 },
    ],
    doubleRate: 0.0000052,
  },
  {
    embedder: "facenet",
    provenance:
      "an estimate: nothing was measured with this embedder. The shape is that of other embedders on LFW; every likelihood ratio is lowered by e^2, and the share of doubles is raised, so that it errs towards not being sure",
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
