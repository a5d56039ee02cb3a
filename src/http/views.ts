import type { Static } from "typebox";
import type { GuestPhotoView } from "../domain/guest-photos.ts";
import type { SearchAnswer as Answer, EventSummary, PersonSummary, PhotoMatch } from "../domain/model.ts";
import { photoName } from "../domain/photos.ts";
import type { PhotoRecord, StoredFace } from "../domain/ports.ts";
import type * as schemas from "./schemas.ts";

/** Hundredths of a pixel, ten-thousandths of a probability: what is beyond is noise. */
function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

const fraction = (value: number) => Math.min(1, Math.max(0, round(value, 4)));
export const fractionOrNull = (value: number | undefined) => (value === undefined ? null : fraction(value));
export const iso = (time: Date | null) => time?.toISOString() ?? null;

type BoxView = readonly [number, number, number, number];

function boxView([x1, y1, x2, y2]: BoxView): BoxView {
  return [round(x1, 2), round(y1, 2), round(x2, 2), round(y2, 2)];
}

export function eventView(event: EventSummary, coverPhotoId: string | null): Static<typeof schemas.Event> {
  const { createdAt, expiresAt, ...rest } = event;
  return { ...rest, createdAt: createdAt.toISOString(), expiresAt: iso(expiresAt), coverPhotoId };
}

export function photoView(photo: PhotoRecord): Static<typeof schemas.Photo> {
  const { id, status, error, bytes, width, height, damaged, faces } = photo;
  return {
    id,
    name: photoName(photo),
    status,
    error,
    bytes,
    width,
    height,
    damaged,
    addedAt: photo.addedAt.toISOString(),
    takenAt: iso(photo.takenAt),
    faces,
  };
}

export function faceView(face: StoredFace, names: ReadonlyMap<string, string>): Static<typeof schemas.Face> {
  const { score, sharpness, pose, size, exposure, detection, reliability, reasons } = face.quality;
  return {
    id: face.id,
    photoId: face.photoId,
    personId: face.personId,
    personName: (face.personId === null ? undefined : names.get(face.personId)) ?? null,
    box: boxView(face.box),
    quality: {
      score: fraction(score),
      sharpness: fraction(sharpness),
      pose: fraction(pose),
      size: fraction(size),
      exposure: fraction(exposure),
      detection: fraction(detection),
      reliability: fraction(reliability),
      reasons: [...reasons],
    },
  };
}

export function personView({ id, name, photos, faces, cover }: PersonSummary): Static<typeof schemas.Person> {
  return {
    id,
    name: name ?? null,
    photos,
    faces,
    cover: { id: cover.id, photoId: cover.photoId, box: boxView(cover.box), quality: fraction(cover.quality) },
  };
}

function matchView(match: PhotoMatch): Static<typeof schemas.Match> {
  const { photo, face, person, confidence, similarity, distance, margin } = match;
  return {
    photo: { id: photo.id, name: photo.name, width: photo.width, height: photo.height },
    face: {
      id: face.id,
      box: boxView(face.box),
      quality: fraction(face.quality),
      qualityReasons: [...face.qualityReasons],
    },
    person: person ? { id: person.id, name: person.name ?? null } : null,
    confidence: fraction(confidence),
    similarity: round(similarity, 4),
    distance: round(distance, 4),
    margin: margin === undefined ? null : round(margin, 4),
  };
}

export function searchView(answer: Answer, eventThreshold: number): Static<typeof schemas.SearchAnswer> {
  const { query } = answer;
  const person = answer.outcome === "found" ? answer.person : undefined;
  const unsure = answer.outcome === "not-enough-evidence" ? answer : undefined;
  return {
    outcome: answer.outcome,
    threshold: answer.threshold,
    eventThreshold,
    query: query
      ? {
          faceIndex: query.faceIndex,
          facesInPicture: query.facesInPicture,
          box: boxView(query.box),
          quality: fraction(query.quality),
          qualityReasons: [...query.qualityReasons],
        }
      : null,
    pictureFaces: answer.pictureFaces.map(({ box, quality }) => ({ box: boxView(box), quality: fraction(quality) })),
    person: person ? { id: person.id, name: person.name ?? null } : null,
    matches: answer.outcome === "found" ? answer.matches.map(matchView) : [],
    candidates: answer.outcome === "found" ? [] : answer.candidates.map(matchView),
    reasons: unsure ? [...unsure.reasons] : [],
    facesCompared: answer.facesCompared,
    photosPending: answer.photosPending,
    retrievalMs: round(answer.retrievalMs, 2),
  };
}

export function guestPhotoView({ photo, match, favourite }: GuestPhotoView): Static<typeof schemas.GuestPhoto> {
  return {
    id: photo.id,
    name: photoName(photo),
    width: photo.width,
    height: photo.height,
    confidence: match ? Number(match.confidence.toFixed(4)) : null,
    favourite,
  };
}
