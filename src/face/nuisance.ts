import { nuisanceTables } from "./nuisance-table.ts";
import { dot, normalise } from "./vector.ts";

/** What `npm run eval -- nuisance` measures for one embedder. */
export interface NuisanceTable {
  readonly embedder: string;
  /** What was measured on what. */
  readonly provenance: string;
  /** Of unit length, as long as the embedder's vectors. */
  readonly direction: readonly number[];
}

/** The direction in which blur, noise and small size move the embeddings of an embedder; undefined when not measured. */
export function nuisanceOf(embedder: string): Float32Array | undefined {
  const table = nuisanceTables.find((candidate) => candidate.embedder === embedder);
  return table && Float32Array.from(table.direction);
}

/** From this quality down a face loses all that lies in the nuisance direction; at 1 it keeps it. */
const POOR = 0.9;

/**
 * The embedding without what lies in the nuisance direction, at unit length.
 *
 * Poor pictures move all faces the same way, so that two poor pictures of strangers resemble each other for being poor. Known
 * from speaker recognition as nuisance attribute projection (Solomonoff, Campbell and Boardman, 2005). In good pictures the
 * same direction tells people apart, so they keep it: in the comparison that decided this, LFW's ten-fold accuracy was 99.48 %,
 * and 99.37 % when every face lost it, while degraded pictures were told apart equally well.
 *
 * @param embedding of unit length
 * @param direction of unit length
 * @param quality of the face, 0 to 1
 * @throws RangeError when the lengths of both differ
 */
export function projectOut(embedding: Float32Array, direction: Float32Array, quality: number): Float32Array {
  const share = Math.min(1, Math.max(0, (1 - quality) / (1 - POOR)));
  const along = share * dot(embedding, direction);
  return normalise(embedding.map((value, i) => value - along * (direction[i] ?? 0)));
}
