import { FaceError } from "./errors.ts";

/**
 * Raised whenever the same picture would give other vectors: resampling, alignment, the choice of landmarks, or what a face's
 * quality is made of.
 */
export const PREPROCESSING_REVISION = 6;

/** In `mtcnn-<hash>+mobilefacenet-<hash>+...`, as the engine makes it: detector, embedder, what else moves vectors. */
const pipelineIdPattern = /^[^+]+\+(?<embedder>[^+]+)-[0-9a-f]{16}\+/u;

/**
 * The name of the embedder that all these embeddings come from.
 *
 * @param faces at least one
 * @throws FaceError OPTION_INVALID when one does not say, EMBEDDINGS_INCOMPATIBLE when they do not all say the same
 */
export function embedderOf(faces: readonly { readonly id: string; readonly pipelineId?: string }[]): string {
  const common = faces[0]?.pipelineId;
  let embedder = "";
  for (const { id, pipelineId = "" } of faces) {
    const named = pipelineIdPattern.exec(pipelineId)?.groups?.embedder;
    if (named === undefined) {
      throw new FaceError(
        "OPTION_INVALID",
        `It is not known which model the face ${id} was found with, so its similarities mean nothing. Give every face the ` +
          "`pipelineId` that `findFaces` gave with it, or give `groupFaces` the calibration of its embedder.",
      );
    }
    if (pipelineId !== common) {
      throw new FaceError(
        "EMBEDDINGS_INCOMPATIBLE",
        `The faces were found with different models or settings (${common} and ${pipelineId}), so they cannot be ` +
          "grouped together. Find the faces of all photos with the same engine.",
      );
    }
    embedder = named;
  }
  return embedder;
}
