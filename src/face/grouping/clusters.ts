import type { Calibration } from "../calibration.ts";
import type { GroupableFace } from "../cluster.ts";
import { dot } from "../vector.ts";
import type { Partition } from "./partition.ts";

/**
 * Two faces in one photo are one person (a mirror, a poster, a collage) only if they resemble each other this much. Of the pairs
 * of one person on LFW one in six does, and of strangers none save wrong labels; siblings and twins, who like to be
 * photographed together, may resemble each other as two photos of one person do.
 */
const mirrorResemblance = 0.85;

/** The growing clusters of an event. Items are the positions of the faces; a cluster goes by the item that stands for it. */
export class Clusters {
  readonly partition: Partition;
  /** Numbers per embedding. */
  readonly dimension: number;
  readonly #faces: readonly GroupableFace[];
  readonly #calibration: Calibration;
  /** One row per item: the sum of the cluster's embeddings weighted by their evidence. */
  readonly #sums: Float32Array;
  readonly #lengths: Float64Array;
  readonly #evidence: Float64Array;
  readonly #stamps: Int32Array;
  /** Which of a cluster's faces are in which photo. */
  readonly #photos = new Map<number, Map<string, number[]>>();

  /** @param partition the clusters to begin with; changed by merging */
  constructor(faces: readonly GroupableFace[], partition: Partition, calibration: Calibration) {
    this.partition = partition;
    this.#faces = faces;
    this.#calibration = calibration;
    this.dimension = faces[0]?.embedding.length ?? 0;
    this.#sums = new Float32Array(partition.count * this.dimension);
    this.#lengths = new Float64Array(partition.count);
    this.#evidence = new Float64Array(partition.count);
    this.#stamps = new Int32Array(partition.count);
    for (const [item, face] of faces.entries()) this.#enter(partition.find(item), item, face);
    for (const root of this.#photos.keys()) this.#lengths[root] = this.#length(root);
  }

  /** The clusters, by the items that stand for them. */
  roots(): number[] {
    return [...this.#photos.keys()];
  }

  /** Changes with every merge of the cluster. */
  stamp(root: number): number {
    return this.#stamps[root] ?? 0;
  }

  /** The mean embeddings of clusters at unit length, one row each. */
  centroids(roots: readonly number[]): Float32Array {
    const matrix = new Float32Array(roots.length * this.dimension);
    for (const [i, root] of roots.entries()) {
      const length = this.#lengths[root] || 1;
      const row = this.#row(root);
      for (let j = 0; j < row.length; j++) matrix[i * this.dimension + j] = (row[j] ?? 0) / length;
    }
    return matrix;
  }

  /** Log likelihood ratio of two clusters being one person to their being two. */
  logLikelihoodRatio(a: number, b: number): number {
    const dimension = this.dimension;
    const sums = this.#sums;
    let product = 0;
    for (let i = a * dimension, j = b * dimension, end = i + dimension; i < end; i++, j++) {
      product += (sums[i] ?? 0) * (sums[j] ?? 0);
    }
    const lengths = (this.#lengths[a] ?? 0) * (this.#lengths[b] ?? 0);
    const similarity = lengths > 0 ? product / lengths : 0;
    return this.#calibration.logLikelihoodRatioBetween(similarity, this.#evidence[a] ?? 0, this.#evidence[b] ?? 0);
  }

  /**
   * False when human decisions forbid to merge the clusters, or a photo shows both and the two faces in it are not so much
   * alike that one must be the mirror image of the other.
   */
  mayMerge(a: number, b: number): boolean {
    if (!this.partition.mayJoin(a, b)) return false;
    const [few, many] = [this.#photos.get(a), this.#photos.get(b)].sort((x, y) => (x?.size ?? 0) - (y?.size ?? 0));
    for (const [photoId, items] of few ?? []) {
      for (const other of many?.get(photoId) ?? []) {
        if (items.some((item) => this.#resemblance(item, other) < mirrorResemblance)) return false;
      }
    }
    return true;
  }

  /** Makes one cluster of two; returns the item that stands for it, or undefined when human decisions forbid it. */
  merge(a: number, b: number): number | undefined {
    const kept = this.partition.join(a, b);
    if (kept === undefined || a === b) return kept;
    const gone = kept === a ? b : a;
    const dimension = this.dimension;
    for (let i = 0; i < dimension; i++) {
      const at = kept * dimension + i;
      this.#sums[at] = (this.#sums[at] ?? 0) + (this.#sums[gone * dimension + i] ?? 0);
    }
    this.#evidence[kept] = (this.#evidence[kept] ?? 0) + (this.#evidence[gone] ?? 0);
    this.#lengths[kept] = this.#length(kept);
    this.#stamps[kept] = (this.#stamps[kept] ?? 0) + 1;
    const photos = this.#photos.get(kept) ?? new Map<string, number[]>();
    for (const [photoId, items] of this.#photos.get(gone) ?? []) {
      photos.set(photoId, [...(photos.get(photoId) ?? []), ...items]);
    }
    this.#photos.set(kept, photos);
    this.#photos.delete(gone);
    return kept;
  }

  #enter(root: number, item: number, { embedding, quality, photoId }: GroupableFace): void {
    const evidence = this.#calibration.evidence(quality);
    this.#evidence[root] = (this.#evidence[root] ?? 0) + evidence;
    const row = this.#row(root);
    for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) + (embedding[i] ?? 0) * evidence;
    const photos = this.#photos.get(root) ?? new Map<string, number[]>();
    photos.set(photoId, [...(photos.get(photoId) ?? []), item]);
    this.#photos.set(root, photos);
  }

  #row(root: number): Float32Array {
    return this.#sums.subarray(root * this.dimension, (root + 1) * this.dimension);
  }

  #length(root: number): number {
    let squares = 0;
    for (const value of this.#row(root)) squares += value * value;
    return Math.sqrt(squares);
  }

  #resemblance(itemA: number, itemB: number): number {
    const a = this.#faces[itemA]?.embedding;
    const b = this.#faces[itemB]?.embedding;
    return a && b ? this.#calibration.resemblance(dot(a, b)) : 0;
  }
}
