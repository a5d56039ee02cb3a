import { basename } from "node:path";
import { type Calibration, openCalibration } from "../face/calibration.ts";
import type { FaceEngine } from "../face/engine.ts";
import type { Face } from "../face/face.ts";
import { boxHeight, boxWidth } from "../face/geometry.ts";
import { answerSearch, type SearchHit, type SearchMatch } from "../face/search.ts";
import { codedError, RollcallError } from "./errors.ts";
import type { EventIndex } from "./event-index.ts";
import { openEvent } from "./events.ts";
import type { PhotoMatch, QueryFace, SearchAnswer } from "./model.ts";
import { describeFace, personName } from "./people.ts";
import { photosPending } from "./photos.ts";
import type { Stores } from "./ports.ts";
import { thresholdOf } from "./threshold.ts";

export interface SearchRequest {
  readonly event: string;
  /** Path of a picture, or its bytes. */
  readonly picture: string | Uint8Array;
  /** Least confidence of a match, 0 to 1; default: as the event's settings say. */
  readonly threshold?: number;
  /** Photos down to this confidence are listed, too, 0 to 1. The outcome is the same. */
  readonly least?: number;
  /** Which face of the picture, the largest first, from 0; default 0. */
  readonly faceIndex?: number;
  /** Somebody large in front of the camera is looked for; only where there is nobody, those in the background are. */
  readonly selfie?: boolean;
  readonly signal?: AbortSignal;
}

/** Faces ranked at first; the number grows fourfold while the last one could still be the person. */
const firstHits = 64;

/** Faces that are surely somebody else are of no interest: below this confidence a ranking ends. */
const leastConfidence = 0.01;

const mostCandidates = 10;

/** Of the picture's longer side: at arm's length a face is a quarter of it. */
const leastShareOfSelfie = 1 / 12;

/** Ids in one question to a store. */
const idsAtOnce = 1000;

/**
 * Says in which photos of the event the person of a picture is.
 *
 * @throws RollcallError EVENT_UNKNOWN, FACE_INDEX_INVALID, OPTION_INVALID; FaceError IMAGE_... about the picture
 */
export async function searchEvent(stores: Stores, engine: FaceEngine, request: SearchRequest): Promise<SearchAnswer> {
  const { faceIndex = 0, least, picture, selfie = false, signal } = request;
  const event = await openEvent(stores, request.event);
  const threshold = request.threshold ?? (await thresholdOf(stores, event));
  checkConfidence("threshold", threshold);
  if (least !== undefined) checkConfidence("least confidence", least);
  const { faces } = await engine.findFaces(picture, {
    urgent: true,
    ...(selfie ? { leastShare: leastShareOfSelfie } : {}),
    ...(signal ? { signal } : {}),
  });
  const face = chooseFace(faces, faceIndex);
  const pending = await photosPending(stores, event.id);

  const started = performance.now();
  const index = await stores.faces.index(event.id, engine.pipelineId);
  const base = () => ({
    event: event.name,
    threshold,
    pictureFaces: faces.toSorted(largestFirst).map(({ box, quality }) => ({ box, quality: quality.score })),
    facesCompared: face ? index.size : 0,
    photosPending: pending,
    retrievalMs: performance.now() - started,
  });
  if (!face) {
    return {
      ...base(),
      outcome: "not-enough-evidence",
      reasons: ["There is no face in the picture. Use one that shows the face large and from the front."],
      candidates: [],
    };
  }
  const query = describeQuery(picture, face, faceIndex, faces.length);
  const incomparable = await whyIncomparable(stores, event.id, index);
  if (incomparable)
    return { ...base(), outcome: "not-enough-evidence", query, reasons: [incomparable], candidates: [] };

  const calibration = openCalibration(engine.embedder);
  const answer = answerSearch({
    queryQuality: face.quality.score,
    hits: nearestPeople(index, { embedding: face.embedding, quality: face.quality.score }, calibration),
    people: Math.max(1, index.members.size),
    calibration,
    threshold,
    ...(least === undefined ? {} : { least }),
  });
  const best = bestInEachPhoto(index, answer.matches);
  const retrieval = base();
  await record(stores, event.id, retrieval);

  if (answer.kind === "not-found") {
    const { bestConfidence } = answer;
    const candidates = await describeMatches(stores, event.id, best);
    return {
      ...retrieval,
      outcome: "not-found",
      query,
      ...(bestConfidence === undefined ? {} : { bestConfidence }),
      candidates,
    };
  }
  if (answer.kind === "not-enough-evidence") {
    const candidates = await describeMatches(
      stores,
      event.id,
      best.slice(0, least === undefined ? mostCandidates : undefined),
    );
    return { ...retrieval, outcome: "not-enough-evidence", query, reasons: [answer.reason.message], candidates };
  }
  const matches = await describeMatches(stores, event.id, best);
  const [first] = matches;
  return {
    ...retrieval,
    outcome: "found",
    query,
    ...(first?.person ? { person: first.person } : {}),
    ...(first?.margin === undefined ? {} : { margin: first.margin }),
    matches,
  };
}

function checkConfidence(what: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new RollcallError("OPTION_INVALID", `The ${what} is ${value}, but must be a number from 0 to 1.`);
}

/**
 * An answer is worth more than the figures about it, which a full disk or a busy database cannot take.
 *
 * @throws RollcallError EVENT_UNKNOWN when the event was deleted meanwhile
 */
async function record(
  { searches, events }: Stores,
  eventId: string,
  { retrievalMs, facesCompared }: Pick<SearchAnswer, "retrievalMs" | "facesCompared">,
): Promise<void> {
  try {
    await searches.record(eventId, { retrievalMs, faces: facesCompared });
  } catch (error) {
    const code = codedError(error)?.code;
    if (code === "DISK_FULL" || code === "DATABASE_BUSY") return;
    if (await events.get(eventId)) throw error;
    throw new RollcallError("EVENT_UNKNOWN", "The event was deleted while its photos were searched.");
  }
}

function chooseFace(faces: readonly Face[], faceIndex: number): Face | undefined {
  if (faces.length === 0 && faceIndex === 0) return undefined;
  const face = Number.isInteger(faceIndex) ? faces.toSorted(largestFirst)[faceIndex] : undefined;
  if (face && faceIndex >= 0) return face;
  const numbers = faces.length === 0 ? "no face" : `the faces 0 to ${faces.length - 1}, the largest first`;
  throw new RollcallError("FACE_INDEX_INVALID", `The picture has ${numbers}; there is no face ${faceIndex}.`);
}

function largestFirst(a: Face, b: Face): number {
  return boxWidth(b.box) * boxHeight(b.box) - boxWidth(a.box) * boxHeight(a.box);
}

function describeQuery(picture: string | Uint8Array, face: Face, faceIndex: number, facesInPicture: number): QueryFace {
  return {
    file: typeof picture === "string" ? picture : "",
    faceIndex,
    facesInPicture,
    box: face.box,
    quality: face.quality.score,
    qualityReasons: face.quality.reasons,
  };
}

/** Faces that another model found cannot be compared, and saying "not found" would be a lie. */
async function whyIncomparable(stores: Stores, eventId: string, index: EventIndex): Promise<string | undefined> {
  const { faces } = await stores.faces.counts(eventId);
  const others = faces - index.size;
  if (others <= index.size) return undefined;
  return `Most faces of the event were found with other models or settings, so they cannot be compared. Index its folders again, or search with the settings it was indexed with.`;
}

/** Whoever's likeliest face is less likely than this to be the one looked for changes no answer: all faces together say little more. */
const negligible = 1e-4;

/**
 * All faces of everybody who may be the person, of whom one of the nearest faces is; of the two nearest people in any case, so
 * that it can be told how far apart they are. In a large event that is a handful, where the nearest faces are of dozens.
 *
 * @param query its embedding of unit length, its quality 0 to 1
 */
export function nearestPeople(
  index: EventIndex,
  { embedding, quality }: { readonly embedding: Float32Array; readonly quality: number },
  calibration: Calibration,
): SearchHit[] {
  if (index.size === 0) return [];
  const people = Math.max(1, index.members.size);
  const confidence = (similarity: number, other: number) =>
    calibration.confidence(similarity, { people, qualities: [quality, other] });
  let nearest = index.embeddings.search(embedding, firstHits);
  for (let limit = firstHits; nearest.length === limit; limit *= 4) {
    if (confidence(nearest.at(-1)?.similarity ?? 0, 1) < leastConfidence) break;
    nearest = index.embeddings.search(embedding, limit * 4);
  }
  const candidates = new Set<string>();
  for (const { id, similarity } of nearest) {
    const may = candidates.size < 2 || confidence(similarity, index.face(id)?.quality ?? 0) >= negligible;
    if (may) candidates.add(index.personOf(id));
  }
  return [...candidates].flatMap((personId) =>
    index.embeddings.compare(embedding, index.members.get(personId) ?? []).map((hit) => ({
      faceId: hit.id,
      personId,
      similarity: hit.similarity,
      quality: index.face(hit.id)?.quality ?? 0,
    })),
  );
}

/** Of matches in this order, the first in each photo. */
export function bestInEachPhoto(index: EventIndex, matches: readonly SearchMatch[]): SearchMatch[] {
  const best = new Map<string, SearchMatch>();
  for (const match of matches) {
    const photoId = index.face(match.faceId)?.photoId;
    if (photoId !== undefined && !best.has(photoId)) best.set(photoId, match);
  }
  return [...best.values()];
}

async function describeMatches(
  stores: Stores,
  eventId: string,
  matches: readonly SearchMatch[],
): Promise<PhotoMatch[]> {
  const names = await stores.people.names(eventId);
  const described: PhotoMatch[] = [];
  for (let i = 0; i < matches.length; i += idsAtOnce) {
    const page = matches.slice(i, i + idsAtOnce);
    const faces = await stores.faces.get(
      eventId,
      page.map((match) => match.faceId),
    );
    const photos = await stores.photos.get(
      eventId,
      faces.map((face) => face.photoId),
    );
    const faceById = new Map(faces.map((face) => [face.id, face]));
    const photoById = new Map(photos.map((photo) => [photo.id, photo]));
    for (const { faceId, confidence, similarity, distance, margin } of page) {
      const face = faceById.get(faceId);
      const photo = face && photoById.get(face.photoId);
      // Gone since the faces were read.
      if (!face || !photo) continue;
      described.push({
        photo: { ...photo, name: basename(photo.files[0] ?? photo.id) },
        face: describeFace(face),
        ...(face.personId === null ? {} : { person: personName(face.personId, names.get(face.personId)) }),
        confidence,
        similarity,
        distance,
        ...(margin === undefined ? {} : { margin }),
      });
    }
  }
  return described;
}
