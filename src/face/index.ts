export type { Calibration } from "./calibration.ts";
export { openCalibration } from "./calibration.ts";
export { FaceGrouper, type GroupableFace, type Grouping, groupFaces } from "./cluster.ts";
export type { Comparison } from "./compare.ts";
export type { DetectionPreset } from "./detect.ts";
export { type EngineOptions, type FaceEngine, openFaceEngine } from "./engine.ts";
export { FaceError, type FaceErrorCode, faceErrors } from "./errors.ts";
export type { Face, FacesInImage, Quality } from "./face.ts";
export type { Landmarks, PixelBox, Point } from "./geometry.ts";
