import type { CalibrationTable } from "./calibration.ts";

// Written by `npm run eval -- calibrate`; the figures are explained at `CalibrationTable`.
export const calibrationTables: readonly CalibrationTable[] = [
  {
    embedder: "mobilefacenet",
    provenance:
      "LFW (deep-funneled), 2086 people of the folds 1 to 5 of View 2, 8882 faces, half of them scaled to 24 to 95 pixels, blurred and compressed; 29136 pairs of one person, 39402732 of different people; mtcnn-e6d829eeb50c7cc1+mobilefacenet-a96bed54b32be03d+mirror+r1",
    strangers: 0.0133,
    agreement: [
      { quality: 0.535, resemblance: 0.29 },
      { quality: 0.816, resemblance: 0.5771 },
      { quality: 0.924, resemblance: 0.6578 },
      { quality: 0.964, resemblance: 0.6999 },
      { quality: 0.986, resemblance: 0.7178 },
      { quality: 0.997, resemblance: 0.7542 },
      { quality: 1, resemblance: 0.7542 },
      { quality: 1, resemblance: 0.7675 },
    ],
    curves: [
      { expected: 0.3553, offset: -6.497, low: 1.609, high: 8.412 },
      { expected: 0.5401, offset: -16.974, low: -2.286, high: 15.982 },
      { expected: 0.6417, offset: -24.921, low: -7.65, high: 20.214 },
      { expected: 0.731, offset: -29.038, low: -10.019, high: 21.943 },
      { expected: 0.78, offset: -21.291, low: -1.732, high: 17.77 },
      { expected: 0.8395, offset: -35.248, low: -15.339, high: 23.904 },
    ],
    doubleRate: 8.8e-7,
  },
  {
    embedder: "dlib",
    provenance: "a first estimate",
    strangers: 0.8,
    agreement: [{ quality: 1, resemblance: 0.7525 }],
    curves: [
      { expected: 0.7525, offset: -33.015, low: -13.65, high: 23.637 },
      { expected: 0.7985, offset: -24.065, low: -0.318, high: 19.008 },
      { expected: 0.8526, offset: -31.356, low: -3.453, high: 21.718 },
    ],
    doubleRate: 8e-7,
  },
  {
    embedder: "facenet",
    provenance: "a first estimate",
    strangers: 0,
    agreement: [{ quality: 1, resemblance: 0.7525 }],
    curves: [
      { expected: 0.7525, offset: -33.015, low: -13.65, high: 23.637 },
      { expected: 0.7985, offset: -24.065, low: -0.318, high: 19.008 },
      { expected: 0.8526, offset: -31.356, low: -3.453, high: 21.718 },
    ],
    doubleRate: 8e-7,
  },
];
