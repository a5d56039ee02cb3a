import { openCalibration, priorLogOdds, probability } from "../face/calibration.ts";
import { dot } from "../face/vector.ts";
import { Look } from "./look.ts";
import type { FaceStore, StoredFace } from "./ports.ts";

/**
 * How sure it is that faces are of the people they were given to, 0 to 1, by face: each is compared with the person's faces
 * of other photos. A face that is all there is of its person has none, as has one that other models found.
 */
export async function faceConfidences(
  store: Pick<FaceStore, "index">,
  eventId: string,
  { pipelineId, embedder }: { readonly pipelineId: string; readonly embedder: string },
  faces: readonly StoredFace[],
): Promise<ReadonlyMap<string, number>> {
  const index = await store.index(eventId, pipelineId);
  const calibration = openCalibration(embedder);
  const prior = priorLogOdds(Math.max(1, index.members.size));
  const evidenceOf = (faceId: string) => calibration.evidence(index.face(faceId)?.quality ?? 0);
  const confidences = new Map<string, number>();
  for (const { id, photoId, personId } of faces) {
    const embedding = index.embeddings.get(id);
    if (!embedding || personId === null) continue;
    const look = new Look(index.embeddings.dimension);
    for (const other of index.members.get(personId) ?? []) {
      const vector = index.embeddings.get(other);
      if (vector && index.face(other)?.photoId !== photoId) look.add(vector, evidenceOf(other));
    }
    if (look.evidence === 0) continue;
    const similarity = dot(embedding, look.mean());
    const ratio = calibration.logLikelihoodRatioBetween(similarity, evidenceOf(id), look.evidence);
    confidences.set(id, probability(ratio + prior));
  }
  return confidences;
}
