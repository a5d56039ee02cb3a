import type { CalibrationTable } from "./calibration.ts";

// Written by `npm run eval -- calibrate`; the figures are explained at `CalibrationTable`.
// Measured with the revision r3, on the deep-funneled pictures. They hold for r4: measured again with it on LFW's folds 6 to 10,
// the expected calibration error of the confidence is 0.81 % (mobilefacenet) and 0.73 % (dlib).
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
      "LFW (deep-funneled), 2086 people of the folds 1 to 5 of View 2, 8881 faces, half of them scaled to 24 to 95 pixels, blurred and compressed; 29130 pairs of one person, 39393858 of different people; mtcnn-5fd228f108dc5b31+dlib-8bfa335e4c27064d+mirror+r3",
    strangers: 0.8487,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.57, resemblance: 0.4276 },
      { quality: 0.83, resemblance: 0.5951 },
      { quality: 0.93, resemblance: 0.6476 },
      { quality: 0.97, resemblance: 0.6815 },
      { quality: 0.99, resemblance: 0.689 },
      { quality: 1, resemblance: 0.7234 },
    ],
    curves: [
      { expected: 0.56, offset: -13.457, low: -2.094, high: 11.162 },
      { expected: 0.638, offset: -15.582, low: 0.094, high: 13.291 },
      { expected: 0.7097, offset: -6.08, low: 14.908, high: 9.269 },
      { expected: 0.7795, offset: -18.695, low: -1.029, high: 13.484 },
      { expected: 0.8527, offset: -21.56, low: -1.919, high: 13.589 },
    ],
    doubleRate: 0.0000018,
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
