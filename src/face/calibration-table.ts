import type { CalibrationTable } from "./calibration.ts";

// Written by `npm run eval -- calibrate`; the figures are explained at `CalibrationTable`.
export const calibrationTables: readonly CalibrationTable[] = [
  {
    embedder: "mobilefacenet",
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
