import { checkDimension, checkOptions } from "./arguments.ts";
import { type Calibration, openCalibration } from "./calibration.ts";
import { groupByDensity } from "./dbscan.ts";
import { FaceError } from "./errors.ts";
import type { PixelBox } from "./geometry.ts";
import { checkFaces, constraintKinds, grouperOptionKinds, groupingOptionKinds } from "./grouping/arguments.ts";
import { applyConstraints } from "./grouping/constraints.ts";
import { groupByEvidence } from "./grouping/evidence.ts";
import type { GroupingInput } from "./grouping/input.ts";
import { NeighbourGraph } from "./grouping/neighbour-graph.ts";
import { emptyLists } from "./grouping/neighbours.ts";
import { manifest } from "./models/manifest.ts";
import { embedderOf } from "./pipeline-id.ts";

export interface GroupableFace {
  readonly id: string;
  readonly photoId: string;
  /** Unit length. */
  readonly embedding: Float32Array;
  /** Overall quality, 0 to 1. */
  readonly quality: number;
  readonly box?: PixelBox;
  /** As `findFaces` gave it; without it, `groupFaces` has to be given the calibration. */
  readonly pipelineId?: string;
}

/** What people have said about faces. Every grouping satisfies it. */
export interface GroupingConstraints {
  /** Pairs of faces that are one person. */
  readonly together?: readonly (readonly [faceId: string, faceId: string])[];
  /** Pairs of faces that are different people. */
  readonly apart?: readonly (readonly [faceId: string, faceId: string])[];
  /** All faces that are surely of each of some people, who are different people. */
  readonly people?: readonly (readonly string[])[];
}

export type GroupingAlgorithm = "default" | "dbscan";

export interface GrouperOptions {
  readonly calibration: Calibration;
  readonly algorithm?: GroupingAlgorithm;
  /** Called with the part done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Checked often; the grouping then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface GroupingOptions extends Omit<GrouperOptions, "calibration"> {
  /** Default: the one measured for the embedder that the `pipelineId` of the faces names. */
  readonly calibration?: Calibration;
  readonly constraints?: GroupingConstraints;
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
 * @throws FaceError OPTION_INVALID when the constraints contradict each other, an id comes twice, a face does not say what
 *   found it or has no usable numbers, or there is no such algorithm; EMBEDDINGS_INCOMPATIBLE, CALIBRATION_MISSING
 */
export function groupFaces(faces: readonly GroupableFace[], options: GroupingOptions = {}): Grouping {
  checkOptions(options, groupingOptionKinds, "groupFaces");
  if (Array.isArray(faces) && faces.length === 0) return { people: [] };
  const { constraints, calibration = calibrationFor(faces), ...others } = options;
  const grouper = new FaceGrouper({ ...others, calibration });
  grouper.add(faces);
  return grouper.group(constraints);
}

function calibrationFor(faces: readonly GroupableFace[]): Calibration {
  checkFaces(faces);
  const embedder = embedderOf(faces);
  const dimension = manifest.find(({ name }) => name === embedder)?.embedder?.dimension;
  if (dimension !== undefined) {
    for (const { id, embedding } of faces) checkDimension(embedding, embedder, dimension, `the face ${id}`);
  }
  return openCalibration(embedder);
}

/** Neighbours kept per face. Ten more changed no grouping of the evaluation; ten fewer did. */
const neighboursPerFace = 32;

const algorithms: Readonly<Record<GroupingAlgorithm, (input: GroupingInput) => void>> = {
  default: groupByEvidence,
  dbscan: groupByDensity,
};

/**
 * Groups the faces of an event that grows and shrinks, exactly as a rebuild would: what takes long, comparing all faces with
 * all, is kept, and only new faces are compared. (Where the last of the neighbours that are kept is equally near as one
 * that is not, which of them is kept may differ.)
 */
export class FaceGrouper {
  readonly #options: GrouperOptions;
  readonly #faces = new Map<string, GroupableFace>();
  #graph: NeighbourGraph | undefined;

  /** @throws FaceError OPTION_INVALID */
  constructor(options: GrouperOptions) {
    checkOptions(options, grouperOptionKinds, "FaceGrouper");
    this.#options = options;
  }

  /**
   * @throws FaceError OPTION_INVALID when an id is there already or a face has no usable numbers, EMBEDDINGS_INCOMPATIBLE when
   *   lengths differ; the signal's reason. Nothing is added then.
   */
  add(faces: readonly GroupableFace[]): void {
    checkFaces(faces);
    const [first] = faces;
    if (!first) return;
    const { onProgress, signal } = this.#options;
    const graph =
      this.#graph ?? new NeighbourGraph(first.embedding.length, { k: neighboursPerFace, onProgress, signal });
    const ids = new Set<string>();
    for (const { id, embedding } of faces) {
      if (ids.has(id) || this.#faces.has(id)) {
        throw new FaceError("OPTION_INVALID", `The face ${id} is there twice; every face must have an id of its own.`);
      }
      ids.add(id);
      checkLength(id, embedding, graph.dimension);
    }
    graph.add(faces);
    this.#graph = graph;
    for (const face of faces) this.#faces.set(face.id, face);
  }

  /** Ids that are not there are ignored. */
  remove(ids: Iterable<string>): void {
    const gone = new Set(ids);
    this.#graph?.remove(gone);
    for (const id of gone) this.#faces.delete(id);
  }

  /** @throws FaceError OPTION_INVALID when the constraints contradict each other; the signal's reason */
  group(constraints: GroupingConstraints = {}): Grouping {
    checkOptions(constraints, constraintKinds, "constraints");
    const { calibration, algorithm = "default", signal } = this.#options;
    const faces = [...this.#faces.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const ids = faces.map((face) => face.id);
    const partition = applyConstraints(ids, constraints);
    const neighbours = this.#graph?.listsBy(ids) ?? emptyLists(0, neighboursPerFace);
    algorithms[algorithm]({ faces, neighbours, partition, calibration, signal });
    const people = partition
      .sets()
      .map((set) => set.flatMap((item) => faces[item] ?? []))
      .filter((members) => members.length > 0)
      .map((members) => ({
        faceIds: members.map((face) => face.id),
        representative: members.reduce((best, face) => (face.quality > best.quality ? face : best)).id,
      }));
    // The sets come in the order of their smallest ids, and sorting keeps the order of equals.
    return { people: people.sort((a, b) => b.faceIds.length - a.faceIds.length) };
  }
}

function checkLength(id: string, embedding: Float32Array, dimension: number): void {
  if (embedding.length === dimension) return;
  throw new FaceError(
    "EMBEDDINGS_INCOMPATIBLE",
    `The embedding of the face ${id} has ${embedding.length} numbers, others have ${dimension}: they come from different ` +
      "models. Index the photos again with the model in use.",
  );
}
