import { iou } from "../../src/face/geometry.ts";
import type { Face, FacesInImage, PixelBox } from "../../src/face/index.ts";
import type { PlannedFace, PlannedPhoto } from "../events/plan.ts";
import { assignTruth } from "../events/score.ts";
import { ratio } from "../metrics.ts";

/** Faces of one range of widths in the photo. */
export interface WidthScore {
  readonly from: number;
  readonly to: number;
  readonly faces: number;
  /** Shares of them, 0 to 1. */
  readonly found: number;
  /** Found, and taken for the same person as a good picture at the confidence from which a face counts as found. */
  readonly recognised: number;
}

export interface PhotoScore {
  readonly found: number;
  readonly recognised: number;
  readonly strays: number;
  readonly byWidth: readonly WidthScore[];
}

export const widthEdges = [20, 30, 40, 60, 100, 200, 400] as const;

/** @param isRecognised whether the face is taken for the person it is */
export function scorePhotos(
  photos: readonly PlannedPhoto[],
  results: readonly FacesInImage[],
  isRecognised: (planned: PlannedFace, face: Face) => boolean,
): PhotoScore {
  let strays = 0;
  const faceOf = new Map<PlannedFace, Face>();
  for (const [i, photo] of photos.entries()) {
    const result = results[i];
    if (result === undefined) continue;
    for (const { face, truth } of assignTruth(photo, result)) {
      if (truth === undefined) strays++;
      else faceOf.set(truth, face);
    }
  }
  const score = (faces: readonly PlannedFace[]) => {
    const found = faces.filter((face) => faceOf.has(face));
    const recognised = found.filter((planned) => {
      const face = faceOf.get(planned);
      return face !== undefined && isRecognised(planned, face);
    });
    return { found: ratio(found.length, faces.length), recognised: ratio(recognised.length, faces.length) };
  };
  const all = photos.flatMap(({ faces }) => faces);
  const byWidth = widthEdges.slice(0, -1).map((from, i): WidthScore => {
    const to = widthEdges[i + 1] ?? from;
    const isLast = i === widthEdges.length - 2;
    const faces = all.filter(({ width }) => width >= from && (width < to || (isLast && width === to)));
    return { from, to, faces: faces.length, ...score(faces) };
  });
  return { ...score(all), strays, byWidth };
}

/** As the parity with the reference has it: the same face if their boxes overlap this much. */
const SAME_FACE = 0.5;

/** Faces of the reference that are found, and faces that are found without being in it. */
export function againstReference(reference: readonly PixelBox[], found: readonly PixelBox[]) {
  const isIn = (boxes: readonly PixelBox[]) => (box: PixelBox) => boxes.some((other) => iou(box, other) >= SAME_FACE);
  return {
    reference: reference.length,
    found: reference.filter(isIn(found)).length,
    more: found.filter((box) => !isIn(reference)(box)).length,
  };
}
