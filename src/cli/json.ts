import type { FaceInPhoto, PersonSummary, PhotoMatch, QueryFace, SearchAnswer } from "../domain/model.ts";
import type { PixelBox } from "../face/geometry.ts";
import { round } from "./text.ts";

/** Where a face is and how well it can be recognised, as every `--json` shows it. */
export interface FaceJson {
  /** Left, top, right, bottom; pixels of the upright picture. */
  readonly box: PixelBox;
  readonly quality: number;
  /** What lowers the quality, worst first. */
  readonly reasons: readonly string[];
}

export interface PersonNameJson {
  readonly id: string;
  readonly name?: string;
}

export interface PersonJson extends PersonNameJson {
  readonly photos: number;
  readonly faces: number;
  readonly cover: FaceJson & { readonly file: string };
}

export interface MatchJson extends FaceJson {
  /** The first of `files`. */
  readonly file: string;
  readonly files: readonly string[];
  readonly person?: PersonNameJson;
  readonly confidence: number;
  readonly similarity: number;
  readonly distance: number;
  readonly margin?: number;
}

export interface SearchJson {
  readonly event: string;
  readonly outcome: SearchAnswer["outcome"];
  readonly threshold: number;
  readonly query?: FaceJson & Pick<QueryFace, "file" | "faceIndex" | "facesInPicture">;
  readonly person?: PersonNameJson;
  readonly margin?: number;
  readonly matches: readonly MatchJson[];
  readonly bestConfidence?: number;
  readonly reasons?: readonly string[];
  readonly candidates?: readonly MatchJson[];
  readonly facesCompared: number;
  readonly photosPending: number;
  readonly retrievalMs: number;
}

/** Hundredths of a pixel, ten-thousandths of a probability: what is beyond is noise. */
const pixels = (value: number) => round(value, 2);
export const fraction = (value: number) => round(value, 4);
export const milliseconds = (value: number) => round(value, 2);

export function boxJson([x1, y1, x2, y2]: PixelBox): PixelBox {
  return [pixels(x1), pixels(y1), pixels(x2), pixels(y2)];
}

export function pointJson([x, y]: readonly [number, number]): readonly [number, number] {
  return [pixels(x), pixels(y)];
}

function faceInPhotoJson(face: Pick<FaceInPhoto, "box" | "quality" | "qualityReasons">): FaceJson {
  return { box: boxJson(face.box), quality: fraction(face.quality), reasons: face.qualityReasons };
}

export function personJson({ id, name, photos, faces, cover }: PersonSummary): PersonJson {
  return { ...personNameJson({ id, name }), photos, faces, cover: { file: cover.file, ...faceInPhotoJson(cover) } };
}

function personNameJson({ id, name }: { readonly id: string; readonly name?: string | undefined }): PersonNameJson {
  return name === undefined ? { id } : { id, name };
}

function matchJson({ photo, face, person, confidence, similarity, distance, margin }: PhotoMatch): MatchJson {
  return {
    file: photo.files[0] ?? "",
    files: photo.files,
    ...faceInPhotoJson(face),
    ...(person === undefined ? {} : { person: personNameJson(person) }),
    confidence: fraction(confidence),
    similarity: fraction(similarity),
    distance: fraction(distance),
    ...(margin === undefined ? {} : { margin: fraction(margin) }),
  };
}

function queryJson(query: QueryFace): NonNullable<SearchJson["query"]> {
  const { file, faceIndex, facesInPicture } = query;
  return { file, faceIndex, facesInPicture, ...faceInPhotoJson(query) };
}

export function searchJson(answer: SearchAnswer): SearchJson {
  const { event, outcome, threshold, query } = answer;
  const effort = {
    facesCompared: answer.facesCompared,
    photosPending: answer.photosPending,
    retrievalMs: milliseconds(answer.retrievalMs),
  };
  const head = { event, outcome, threshold, ...(query === undefined ? {} : { query: queryJson(query) }) };
  switch (answer.outcome) {
    case "found":
      return {
        ...head,
        ...(answer.person === undefined ? {} : { person: personNameJson(answer.person) }),
        ...(answer.margin === undefined ? {} : { margin: fraction(answer.margin) }),
        matches: answer.matches.map(matchJson),
        ...effort,
      };
    case "not-found":
      return {
        ...head,
        matches: [],
        ...(answer.bestConfidence === undefined ? {} : { bestConfidence: fraction(answer.bestConfidence) }),
        ...effort,
      };
    case "not-enough-evidence":
      return { ...head, matches: [], reasons: answer.reasons, candidates: answer.candidates.map(matchJson), ...effort };
  }
}
