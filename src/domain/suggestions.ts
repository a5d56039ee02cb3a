import { setImmediate } from "node:timers/promises";
import { openCalibration } from "../face/calibration.ts";
import { FaceIndex } from "../face/search-index.ts";
import type { EventFaces, StoredPerson, Stores } from "./ports.ts";

/** Two people who may be one. */
export interface Suggestion {
  readonly people: readonly [string, string];
  /** Probability that they are, 0 to 1. */
  readonly confidence: number;
}

/** People looked at: those in most photos, whose answers settle most. All pairs of them take a tenth of a second. */
const mostPeople = 1500;

const neighbours = 6;

/** Below this nobody would hesitate; above the grouping would have joined them, had nothing spoken against it. */
const leastConfidence = 0.03;

/**
 * Pairs of people who may be one, those first whose answer settles most: undecided, and in many photos. Pairs that share a
 * photo are left out, and those that a human spoke about.
 */
export async function suggestMerges(
  stores: Pick<Stores, "faces" | "people">,
  eventId: string,
  { pipelineId, embedder }: { readonly pipelineId: string; readonly embedder: string },
  limit: number,
): Promise<readonly Suggestion[]> {
  const faces = await stores.faces.load(eventId, pipelineId);
  // After the faces: what is newer than they are is not remembered with them.
  const people = await stores.people.list(eventId, mostPeople);
  const known = remembered.get(faces);
  const suggestions = known ?? (await compareCovers(stores, eventId, people, faces, embedder));
  remembered.set(faces, suggestions);
  return suggestions.slice(0, limit);
}

/** Of faces that were not loaded anew since, so nothing has changed about them or what humans said of them. */
const remembered = new WeakMap<EventFaces, readonly Suggestion[]>();

/** People compared before other work gets its turn. */
const peopleAtOnce = 50;

async function compareCovers(
  stores: Pick<Stores, "people">,
  eventId: string,
  people: readonly StoredPerson[],
  { ids, photoIds, personIds, vectors, dimension }: EventFaces,
  embedder: string,
): Promise<readonly Suggestion[]> {
  if (ids.length === 0) return [];
  const rows = new Map(ids.map((id, i) => [id, i]));
  const photosOf = new Map<string, Set<string>>();
  for (const [i, personId] of personIds.entries()) {
    if (personId !== null) photosOf.set(personId, (photosOf.get(personId) ?? new Set()).add(photoIds[i] ?? ""));
  }
  const spokenFor = new Set(
    (await stores.people.decisions(eventId)).flatMap(({ verdict, personId }) =>
      verdict === "is" ? (personId ?? []) : [],
    ),
  );
  const calibration = openCalibration(embedder);
  const index = new FaceIndex(dimension);
  const coverOf = (faceId: string) => {
    const row = rows.get(faceId);
    return row === undefined ? undefined : vectors.subarray(row * dimension, (row + 1) * dimension);
  };
  for (const { id, coverFaceId } of people) {
    const embedding = coverOf(coverFaceId);
    if (embedding) index.add([{ id, embedding }]);
  }
  const found = new Map<string, Suggestion & { readonly weight: number }>();
  for (const [i, { id, coverFaceId }] of people.entries()) {
    if (i % peopleAtOnce === 0) await setImmediate();
    const embedding = coverOf(coverFaceId);
    if (!embedding) continue;
    for (const hit of index.search(embedding, neighbours)) {
      if (hit.id === id || (spokenFor.has(id) && spokenFor.has(hit.id))) continue;
      const [mine, other] = [photosOf.get(id) ?? new Set(), photosOf.get(hit.id) ?? new Set()];
      if ([...mine].some((photo) => other.has(photo))) continue;
      const confidence = calibration.confidence(hit.similarity, { people: people.length });
      if (confidence < leastConfidence) continue;
      const pair: [string, string] = id < hit.id ? [id, hit.id] : [hit.id, id];
      const weight = confidence * (1 - confidence) * 4 * Math.min(mine.size, other.size) + confidence;
      found.set(pair.join(" "), { people: pair, confidence, weight });
    }
  }
  return [...found.values()]
    .sort((a, b) => b.weight - a.weight || (a.people[0] < b.people[0] ? -1 : 1))
    .map(({ people: pair, confidence }) => ({ people: pair, confidence }));
}
