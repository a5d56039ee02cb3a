import {
  callback,
  checkMeasures,
  invalid,
  isFunction,
  isObject,
  isText,
  type OptionKind,
  type OptionKinds,
  oneOf,
  shown,
  signal,
} from "../arguments.ts";
import type { Calibration } from "../calibration.ts";
import type { GroupableFace, GrouperOptions, GroupingConstraints, GroupingOptions } from "../cluster.ts";

const calibrationParts: readonly (keyof Calibration)[] = [
  "logLikelihoodRatio",
  "confidence",
  "evidence",
  "logLikelihoodRatioBetween",
  "resemblance",
  "similarity",
  "expectedResemblance",
];

const calibrationKind: OptionKind = {
  words: "what `openCalibration` or `calibrationFromTable` gives",
  fits: (value) => isObject(value) && calibrationParts.every((part) => isFunction(Reflect.get(value, part))),
};

export const grouperOptionKinds: OptionKinds<GrouperOptions> = {
  calibration: { ...calibrationKind, required: true },
  algorithm: oneOf(["default", "dbscan"]),
  onProgress: callback,
  signal,
};

export const groupingOptionKinds: OptionKinds<GroupingOptions> = {
  ...grouperOptionKinds,
  calibration: calibrationKind,
  constraints: { words: "an object", fits: isObject },
};

const setsOfIds: OptionKind = {
  words: "an array of arrays of the ids of faces",
  fits: (value) => Array.isArray(value) && value.every((ids) => Array.isArray(ids) && ids.every(isText)),
};

const pairsOfIds: OptionKind = {
  words: "an array of pairs of the ids of faces",
  fits: (value) => setsOfIds.fits(value) && Array.isArray(value) && value.every((ids) => ids.length === 2),
};

export const constraintKinds: OptionKinds<GroupingConstraints> = {
  together: pairsOfIds,
  apart: pairsOfIds,
  people: setsOfIds,
};

/** @throws FaceError OPTION_INVALID */
export function checkFaces(faces: readonly Partial<GroupableFace>[]): void {
  if (!Array.isArray(faces)) throw invalid(`The faces are ${shown(faces)}; they must be an array.`);
  for (const [i, face] of faces.entries()) {
    if (!isObject(face)) throw invalid(`The face at the index ${i} is ${shown(face)}; it must be an object.`);
    checkGroupable(face, i);
  }
}

function checkGroupable({ id, photoId, embedding, quality, box }: Partial<GroupableFace>, index: number): void {
  if (!isText(id)) throw invalid(`The id of the face at the index ${index} is ${shown(id)}; it must be a string.`);
  if (!isText(photoId)) throw invalid(`The photoId of the face ${id} is ${shown(photoId)}; it must be a string.`);
  checkMeasures(embedding, quality, `the face ${id}`);
  if (box !== undefined && !isBox(box)) {
    throw invalid(`The box of the face ${id} is ${JSON.stringify(box)}; it must be an array of four finite numbers.`);
  }
}

function isBox(value: unknown): boolean {
  return Array.isArray(value) && value.length === 4 && value.every(Number.isFinite);
}
