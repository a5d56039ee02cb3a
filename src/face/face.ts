import type { Landmarks, PixelBox } from "./geometry.ts";

/** How far a face can be trusted for recognition. All numbers are 0 (useless) to 1 (ideal). */
export interface Quality {
  /** The overall verdict. */
  readonly score: number;
  readonly sharpness: number;
  /** 1 looks into the camera, 0 is a profile. */
  readonly pose: number;
  /** Of the face in the original picture. */
  readonly size: number;
  readonly exposure: number;
  /** How sure the detector is. */
  readonly detection: number;
  /** How far the embedding can be relied on: what is hidden, noise and compression lower it. 1 where that cannot be told. */
  readonly reliability: number;
  /** What is wrong with it in words, worst first, such as "turned away"; empty for a good face. */
  readonly reasons: readonly string[];
}

/** A face found in a picture; positions are pixels of the upright original. */
export interface Face {
  readonly box: PixelBox;
  readonly landmarks: Landmarks;
  /** Detector score, 0 to 1. */
  readonly score: number;
  readonly quality: Quality;
  /** Unit length; comparable only with embeddings of the same `pipelineId`. */
  readonly embedding: Float32Array;
}

/** What was found in one picture. */
export interface FacesInImage {
  /** Of the upright original, in pixels. */
  readonly width: number;
  readonly height: number;
  /** True when only a part of the file could be decoded. */
  readonly damaged: boolean;
  /** When the photo was taken, by the camera's clock, taken for UTC; null when the file does not say. */
  readonly takenAt: Date | null;
  /** Detector, embedder, hashes of their weights and revision of the preprocessing. */
  readonly pipelineId: string;
  readonly faces: readonly Face[];
}
