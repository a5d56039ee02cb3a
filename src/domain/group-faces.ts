import { openCalibration } from "../face/calibration.ts";
import { type Grouping, type GroupingConstraints, groupFaces } from "../face/cluster.ts";
import type { PixelBox } from "../face/geometry.ts";
import type { EventFaces } from "./ports.ts";

/** All that a grouping depends on; it can be sent to another thread. */
export interface GroupingJob {
  readonly faces: Pick<EventFaces, "ids" | "photoIds" | "qualities" | "boxes" | "dimension" | "vectors">;
  readonly embedder: string;
  readonly constraints: GroupingConstraints;
  /** Faces to leave out. */
  readonly ignored: ReadonlySet<string>;
}

/** Groups the faces, on the spot. @throws FaceError CALIBRATION_MISSING */
export function runGroupingJob({ faces, embedder, constraints, ignored }: GroupingJob): Grouping {
  const { ids, photoIds, qualities, dimension, vectors } = faces;
  const groupable = ids.flatMap((id, i) => {
    if (ignored.has(id)) return [];
    return {
      id,
      photoId: photoIds[i] ?? "",
      embedding: vectors.subarray(i * dimension, (i + 1) * dimension),
      quality: qualities[i] ?? 0,
      box: boxOfFace(faces, i),
    };
  });
  return groupFaces(groupable, { calibration: openCalibration(embedder), constraints });
}

/** The box of the face at an index. */
export function boxOfFace({ boxes }: Pick<EventFaces, "boxes">, i: number): PixelBox {
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.subarray(i * 4, i * 4 + 4);
  return [x1, y1, x2, y2];
}
