import { type Curve, valueAt } from "./quality.ts";

/**
 * What is left of the similarity to other pictures of the same person, by the similarity of the face to its own mirror image,
 * for embedders where that was measured. Noise and compression, which look like detail, disturb it: on pictures of LFW
 * with noise, scaled down, blurred and compressed, the rank correlation of quality with what is left rises from 0.44 to 0.52 by it.
 */
const curves: Readonly<Record<string, Curve>> = {
  mobilefacenet: [
    [0.92, 0.7],
    [0.95, 0.88],
    [0.965, 0.96],
    [0.975, 1],
  ],
};

/**
 * How far the embedding of a face can be relied on, 0 to 1; 1 where it cannot be told.
 *
 * @param mirrorSimilarity cosine, -1 to 1, of the embeddings of the face and of its mirror image
 */
export function steadinessOf(embedder: string, mirrorSimilarity: number | undefined): number {
  const curve = curves[embedder];
  return curve === undefined || mirrorSimilarity === undefined ? 1 : valueAt(curve, mirrorSimilarity);
}
