import type { CalibrationTable } from "./calibration.ts";

// Written by `npm run eval -- calibrate`; the figures are explained at `CalibrationTable`.
export const calibrationTables: readonly CalibrationTable[] = [
  {
    embedder: "mobilefacenet",
    provenance:
      "LFW (deep-funneled), 2086 people of the folds 1 to 5 of View 2, 12607 faces: every picture as it is, scaled to 24 to 95 pixels, blurred and compressed, and half hidden; 41473 pairs of one person, 79382742 of different people; mtcnn-5fd228f108dc5b31+mobilefacenet-34383253e64fccae+mirror+steady-f595127d+r5",
    strangers: 0.013,
    agreement: [
      { quality: 0, resemblance: 0.01 },
      { quality: 0.45, resemblance: 0.1918 },
      { quality: 0.65, resemblance: 0.3924 },
      { quality: 0.77, resemblance: 0.5095 },
      { quality: 0.84, resemblance: 0.5929 },
      { quality: 0.91, resemblance: 0.659 },
      { quality: 0.95, resemblance: 0.6924 },
      { quality: 0.98, resemblance: 0.7342 },
      { quality: 1, resemblance: 0.7934 },
    ],
    curves: [
      { expected: 0.2842, offset: -7.394, low: -0.067, high: 8.671 },
      { expected: 0.4315, offset: -9.867, low: 1.876, high: 11.598 },
      { expected: 0.5467, offset: -16.515, low: -1.687, high: 15.653 },
      { expected: 0.6303, offset: -22.398, low: -4.665, high: 19.003 },
      { expected: 0.7381, offset: -21.799, low: -1.144, high: 18.468 },
      { expected: 0.8237, offset: -31.51, low: -10.831, high: 22.463 },
      { expected: 0.8595, offset: -31.944, low: -8.913, high: 22.091 },
    ],
    doubleRate: 0.0000014,
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
