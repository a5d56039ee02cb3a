import { createHash } from "node:crypto";
import type { Insertable, Transaction } from "kysely";
import type { ClaimedPhoto } from "../domain/ports.ts";
import { findSameFace } from "../domain/same-face.ts";
import type { FacesInImage } from "../face/face.ts";
import type { PixelBox } from "../face/geometry.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { moveMatches } from "./guest-matches.ts";
import type { Schema } from "./schema.ts";

/** Of the photo's new faces, those that were there before stay with their person, until faces are grouped again, and with the guests who were found by them. */
export async function replaceFaces(
  tx: Transaction<Schema>,
  cipher: EmbeddingCipher,
  photo: ClaimedPhoto,
  found: FacesInImage,
): Promise<void> {
  const before = await tx
    .deleteFrom("faces")
    .where("event_id", "=", photo.eventId)
    .where("photo_id", "=", photo.photoId)
    .returning(["id", "x1", "y1", "x2", "y2", "person_id"])
    .execute();
  for (const row of await newFaces(tx, cipher, photo, found, found.pipelineId)) {
    const same = findSameFace(boxOf(row), before, boxOf);
    await tx
      .insertInto("faces")
      .values({ ...row, person_id: same?.person_id ?? null })
      .execute();
    if (same && same.id !== row.id) await moveMatches(tx, photo.eventId, { from: same.id, to: row.id });
  }
}

/**
 * Rows of faces of nobody yet, without those of people who were erased.
 *
 * @param scope within which the faces of a photo are numbered
 */
export async function newFaces(
  tx: Transaction<Schema>,
  cipher: EmbeddingCipher,
  { eventId, photoId }: Pick<ClaimedPhoto, "eventId" | "photoId">,
  { faces, pipelineId }: FacesInImage,
  scope: string,
): Promise<Insertable<Schema["next_faces"]>[]> {
  const erased = await tx
    .selectFrom("erased_faces")
    .select(["x1", "y1", "x2", "y2"])
    .where("event_id", "=", eventId)
    .where("photo_id", "=", photoId)
    .execute();
  return faces.flatMap((face, ordinal) => {
    if (findSameFace(face.box, erased, boxOf)) return [];
    const id = faceId(photoId, scope, ordinal);
    const [x1, y1, x2, y2] = face.box;
    return {
      event_id: eventId,
      id,
      photo_id: photoId,
      x1,
      y1,
      x2,
      y2,
      landmarks: JSON.stringify(face.landmarks),
      score: face.score,
      quality: face.quality.score,
      quality_details: JSON.stringify(face.quality),
      pipeline_id: pipelineId,
      embedding: cipher.encrypt(face.embedding, { eventId, faceId: id, pipelineId }),
    };
  });
}

/** The same for the same bytes in every run, so that people come out the same however the work was interrupted. */
function faceId(photoId: string, scope: string, ordinal: number): string {
  return createHash("sha256").update(`${photoId}\n${scope}\n${ordinal}`).digest("hex").slice(0, 24);
}

interface BoxColumns {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

export function boxOf({ x1, y1, x2, y2 }: BoxColumns): PixelBox {
  return [x1, y1, x2, y2];
}
