import type { CalibrationTable } from "./calibration.ts";

// Written by `npm run eval -- calibrate`; the figures are explained at `CalibrationTable`.
export const calibrationTables: readonly CalibrationTable[] = [
  {
    embedder: "mobilefacenet",
    provenance:
      "LFW (deep-funneled), 2086 people of the folds 1 to 5 of View 2, 8880 faces, half of them scaled to 24 to 95 pixels, blurred and compressed; 29130 pairs of one person, 39384979 of different people; mtcnn-5fd228f108dc5b31+mobilefacenet-34383253e64fccae+mirror+steady-40190e6e+r3",
    strangers: 0.0141,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.5, resemblance: 0.3127 },
      { quality: 0.77, resemblance: 0.5415 },
      { quality: 0.89, resemblance: 0.6459 },
      { quality: 0.95, resemblance: 0.6975 },
      { quality: 0.97, resemblance: 0.7072 },
      { quality: 0.99, resemblance: 0.7553 },
      { quality: 1, resemblance: 0.7823 },
    ],
    curves: [
      { expected: 0.4217, offset: -15.293, low: -4.343, high: 14.069 },
      { expected: 0.5495, offset: -20.125, low: -4.979, high: 17.572 },
      { expected: 0.6374, offset: -24.225, low: -7.312, high: 19.734 },
      { expected: 0.7369, offset: -27.835, low: -7.257, high: 21.583 },
      { expected: 0.7863, offset: -30.695, low: -11.466, high: 22.236 },
      { expected: 0.8443, offset: -34.384, low: -15.057, high: 23.169 },
    ],
    doubleRate: 1e-6,
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
