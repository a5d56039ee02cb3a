import type { Calibration } from "./calibration.ts";
import { groupByDensity } from "./dbscan.ts";
import type { PixelBox } from "./geometry.ts";
import { applyConstraints } from "./grouping/constraints.ts";
import { groupByEvidence } from "./grouping/evidence.ts";
import { emptyLists, enterNeighbours } from "./grouping/neighbours.ts";

export interface GroupableFace {
  readonly id: string;
  readonly photoId: string;
  /** Unit length. */
  readonly embedding: Float32Array;
  /** Overall quality, 0 to 1. */
  readonly quality: number;
  readonly box?: PixelBox;
}

/** What people have said about faces. Every grouping satisfies it. */
export interface GroupingConstraints {
  /** Pairs of faces that are one person. */
  readonly together?: readonly (readonly [faceId: string, faceId: string])[];
  /** Pairs of faces that are different people. */
  readonly apart?: readonly (readonly [faceId: string, faceId: string])[];
}

export type GroupingAlgorithm = "default" | "dbscan";

export interface GroupingOptions {
  readonly calibration: Calibration;
  readonly algorithm?: GroupingAlgorithm;
  readonly constraints?: GroupingConstraints;
  /** Called with the part done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Checked often; the grouping then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface Person {
  /** Ascending; one id for somebody seen once. */
  readonly faceIds: readonly string[];
  /** The face to show for this person. */
  readonly representative: string;
}

export interface Grouping {
  /** Most faces first; of equals the one with the smallest face id. Every face is in exactly one. */
  readonly people: readonly Person[];
}

/**
 * Groups the faces of one event into people. The order of the faces makes no difference.
 *
 * @throws FaceError OPTION_INVALID when the constraints contradict each other or an id comes twice
 */
export function groupFaces(faces: readonly GroupableFace[], options: GroupingOptions): Grouping {
  const grouper = new FaceGrouper(options);
  grouper.add(faces);
  return grouper.group(options.constraints);
}

/** Neighbours kept per face. Ten more changed no grouping of the evaluation; ten fewer did. */
const neighboursPerFace = 32;

/** Groups the faces of an event that grows: faces come and go, and each grouping is what a rebuild would give. */
export class FaceGrouper {
  readonly #options: Omit<GroupingOptions, "constraints">;
  readonly #faces = new Map<string, GroupableFace>();

  constructor(options: Omit<GroupingOptions, "constraints">) {
    this.#options = options;
  }

  add(faces: readonly GroupableFace[]): void {
    for (const face of faces) this.#faces.set(face.id, face);
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) this.#faces.delete(id);
  }

  group(constraints: GroupingConstraints = {}): Grouping {
    const { calibration, onProgress, signal } = this.#options;
    const faces = [...this.#faces.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const ids = faces.map((face) => face.id);
    const partition = applyConstraints(ids, constraints);
    const dimension = faces[0]?.embedding.length ?? 0;
    const matrix = new Float32Array(faces.length * dimension);
    for (const [i, face] of faces.entries()) matrix.set(face.embedding, i * dimension);
    const neighbours = emptyLists(faces.length, neighboursPerFace);
    enterNeighbours(neighbours, matrix, matrix, { dimension, k: neighboursPerFace, onProgress, signal });
    const group = this.#options.algorithm === "dbscan" ? groupByDensity : groupByEvidence;
    group({ faces, neighbours, partition, calibration, onProgress, signal });
    const people = partition
      .sets()
      .map((set) => set.flatMap((item) => faces[item] ?? []))
      .filter((members) => members.length > 0)
      .map((members) => ({
        faceIds: members.map((face) => face.id),
        representative: members.reduce((best, face) => (face.quality > best.quality ? face : best)).id,
      }))
      .sort((a, b) => b.faceIds.length - a.faceIds.length || ((a.faceIds[0] ?? "") < (b.faceIds[0] ?? "") ? -1 : 1));
    return { people };
  }
}
