import type { CalibrationTable } from "./calibration.ts";

// Written by `npm run eval -- calibrate`; the figures are explained at `CalibrationTable`.
export const calibrationTables: readonly CalibrationTable[] = [
  {
    embedder: "mobilefacenet",
    provenance:
      "LFW (deep-funneled), 2086 people of the folds 1 to 5 of View 2, 8882 faces, half of them scaled to 24 to 95 pixels, blurred and compressed; 29136 pairs of one person, 39402732 of different people; mtcnn-e6d829eeb50c7cc1+mobilefacenet-a96bed54b32be03d+mirror+r1",
    strangers: 0.0133,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.53, resemblance: 0.29 },
      { quality: 0.82, resemblance: 0.5771 },
      { quality: 0.92, resemblance: 0.6578 },
      { quality: 0.96, resemblance: 0.6999 },
      { quality: 0.99, resemblance: 0.7178 },
      { quality: 1, resemblance: 0.7675 },
    ],
    curves: [
      { expected: 0.4038, offset: -8.418, low: 1.174, high: 9.98 },
      { expected: 0.5391, offset: -17.085, low: -2.39, high: 16.045 },
      { expected: 0.6384, offset: -24.146, low: -6.925, high: 19.813 },
      { expected: 0.7306, offset: -29.275, low: -10.274, high: 22.071 },
      { expected: 0.78, offset: -21.322, low: -1.767, high: 17.785 },
      { expected: 0.8395, offset: -35.314, low: -15.412, high: 23.936 },
    ],
    doubleRate: 9.4e-7,
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
