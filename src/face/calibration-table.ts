import type { CalibrationTable } from "./calibration.ts";

// Written by `npm run eval -- calibrate`; the figures are explained at `CalibrationTable`.
export const calibrationTables: readonly CalibrationTable[] = [
  {
    embedder: "mobilefacenet",
    provenance:
      "LFW (deep-funneled), 2078 people of the folds 1 to 5 of View 2, 12572 faces: every picture as it is, and scaled to 24 to 95 pixels, blurred and compressed, and half hidden; 41440 pairs of one person, 78942194 of different people; mtcnn-5fd228f108dc5b31+mobilefacenet-34383253e64fccae+mirror+steady-f595127d+r5",
    strangers: 0.0143,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.45, resemblance: 0.1945 },
      { quality: 0.65, resemblance: 0.3943 },
      { quality: 0.77, resemblance: 0.508 },
      { quality: 0.84, resemblance: 0.5972 },
      { quality: 0.91, resemblance: 0.6599 },
      { quality: 0.95, resemblance: 0.6936 },
      { quality: 0.98, resemblance: 0.7352 },
      { quality: 1, resemblance: 0.7931 },
    ],
    curves: [
      { expected: 0.2842, offset: -6.999, low: 0.232, high: 8.401 },
      { expected: 0.4329, offset: -8.777, low: 2.917, high: 10.961 },
      { expected: 0.5455, offset: -16.494, low: -1.672, high: 15.64 },
      { expected: 0.6308, offset: -23.568, low: -5.951, high: 19.576 },
      { expected: 0.739, offset: -24.582, low: -3.976, high: 19.851 },
      { expected: 0.8233, offset: -28.228, low: -5.973, high: 21.247 },
      { expected: 0.8599, offset: -40.909, low: -18.785, high: 26.321 },
    ],
    doubleRate: 4.6e-7,
  },
  {
    embedder: "dlib",
    provenance:
      "LFW (deep-funneled), 2078 people of the folds 1 to 5 of View 2, 8857 faces: every picture as it is, and scaled to 24 to 95 pixels, blurred and compressed; 29114 pairs of one person, 39181042 of different people; mtcnn-5fd228f108dc5b31+dlib-18cc11b5d4a76240+mirror+r5",
    strangers: 0.8481,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.57, resemblance: 0.4297 },
      { quality: 0.83, resemblance: 0.5941 },
      { quality: 0.93, resemblance: 0.6527 },
      { quality: 0.97, resemblance: 0.6817 },
      { quality: 0.99, resemblance: 0.689 },
      { quality: 1, resemblance: 0.7222 },
    ],
    curves: [
      { expected: 0.561, offset: -12.492, low: -0.908, high: 10.721 },
      { expected: 0.6387, offset: -14.947, low: 0.851, high: 13.004 },
      { expected: 0.7096, offset: -5.767, low: 15.085, high: 9.123 },
      { expected: 0.7999, offset: -9.552, low: 13.645, high: 9.95 },
      { expected: 0.8656, offset: -15.984, low: 7.38, high: 11.566 },
    ],
    doubleRate: 4.6e-7,
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
