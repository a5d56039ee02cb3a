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
      "LFW (deep-funneled), 2078 people of the folds 1 to 5 of View 2, 8857 faces: every picture as it is, and scaled to 24 to 95 pixels, blurred and compressed; 29114 pairs of one person, 39181042 of different people; mtcnn-5fd228f108dc5b31+dlib-803ca956e2858e35+mirror+r5",
    strangers: 0.8506,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.57, resemblance: 0.4337 },
      { quality: 0.83, resemblance: 0.5995 },
      { quality: 0.93, resemblance: 0.6595 },
      { quality: 0.97, resemblance: 0.6899 },
      { quality: 0.99, resemblance: 0.6934 },
      { quality: 1, resemblance: 0.7288 },
    ],
    curves: [
      { expected: 0.5612, offset: -12.387, low: -1.231, high: 10.477 },
      { expected: 0.6344, offset: -14.645, low: 0.855, high: 12.73 },
      { expected: 0.7125, offset: -6.205, low: 14.699, high: 9.287 },
      { expected: 0.8043, offset: -10.68, low: 11.834, high: 10.312 },
      { expected: 0.8688, offset: -14.927, low: 9.499, high: 11.16 },
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
