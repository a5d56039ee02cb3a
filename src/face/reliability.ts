import { type Curve, valueAt } from "./quality.ts";

/**
 * What is left of the similarity to other pictures of the same person, by the length of the network's vector before it is
 * scaled to 1, for embedders where it tells. A network trained with a margin puts what it can recognise far from the origin
 * and what it cannot near to it (Meng et al., "MagFace", 2021, made use of that). Measured on pictures of LFW as they are
 * (median length 70), scaled down, blurred and compressed (62) and half hidden (53); strangers in the background have 48,
 * noise 25 to 29.
 */
const curves: Readonly<Record<string, Curve>> = {
  mobilefacenet: [
    [25, 0.05],
    [35, 0.25],
    [40, 0.45],
    [45, 0.58],
    [50, 0.65],
    [55, 0.78],
    [60, 0.85],
    [65, 0.94],
    [70, 0.98],
    [75, 1],
  ],
};

/**
 * How far the embedding of a face can be relied on, 0 to 1; undefined where that cannot be told, as for dlib.
 *
 * @param length of the network's vector, from 0
 */
export function reliabilityOf(embedder: string, length: number): number | undefined {
  const curve = curves[embedder];
  return curve && valueAt(curve, length);
}
