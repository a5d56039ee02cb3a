import type { Calibration, Qualities } from "./calibration.ts";
import { FaceError } from "./errors.ts";
import { dot, euclideanFromCosine } from "./vector.ts";

/** How alike two faces are. */
export interface Comparison {
  /** Probability, 0 to 1, that both are of one person. */
  readonly confidence: number;
  /** Cosine of the embeddings, -1 to 1. */
  readonly similarity: number;
  /** Euclidean distance of the embeddings at unit length, 0 to 2. */
  readonly distance: number;
}

/**
 * Compares two embeddings of unit length, taking "one person" and "two people" as equally likely beforehand.
 *
 * @param qualities of both faces; default: good faces
 * @throws FaceError EMBEDDINGS_INCOMPATIBLE when their lengths differ
 */
export function compareEmbeddings(
  a: Float32Array,
  b: Float32Array,
  calibration: Calibration,
  qualities: Qualities = [1, 1],
): Comparison {
  if (a.length !== b.length) {
    throw new FaceError(
      "EMBEDDINGS_INCOMPATIBLE",
      `The embeddings have ${a.length} and ${b.length} numbers, so they come from different models and comparing ` +
        "them means nothing. Find the faces of both pictures with the same embedder.",
    );
  }
  const similarity = Math.min(1, Math.max(-1, dot(a, b)));
  return {
    confidence: calibration.confidence(similarity, { people: 1, qualities }),
    similarity,
    distance: euclideanFromCosine(similarity),
  };
}
