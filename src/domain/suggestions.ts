import { setImmediate } from "node:timers/promises";
import { type Calibration, openCalibration, priorLogOdds, probability } from "../face/calibration.ts";
import { FaceIndex } from "../face/search-index.ts";
import { Look } from "./look.ts";
import type { EventFaces, Stores } from "./ports.ts";

/** Two people who may be one. */
export interface Suggestion {
  readonly people: readonly [string, string];
  /** Probability that they are, 0 to 1. */
  readonly confidence: number;
}

/** People looked at: those in most photos, whose answers settle most. All pairs of them take a tenth of a second. */
const mostPeople = 1500;

const neighbours = 6;

/**
 * Less likely pairs are not asked about: whoever answers "no" all the time stops reading. On 747 photos of 260 people of
 * LFW, half of them made small and blurred, 12 of the 15 suggestions above this were right, and 3 of the 10 below.
 */
export const leastConfidence = 0.3;

/**
 * Pairs of people who may be one, those first whose answer settles most: undecided, and in many photos. They are judged as
 * grouping judges them, by all faces of both. Pairs that share a photo are left out, and those that a human spoke about.
 */
export async function suggestMerges(
  stores: Pick<Stores, "faces" | "people">,
  eventId: string,
  { pipelineId, embedder }: { readonly pipelineId: string; readonly embedder: string },
  limit: number,
): Promise<readonly Suggestion[]> {
  const faces = await stores.faces.load(eventId, pipelineId);
  const suggestions = remembered.get(faces) ?? (await compareAll(stores, eventId, faces, embedder));
  remembered.set(faces, suggestions);
  return suggestions.slice(0, limit);
}

/** Of faces that were not loaded anew since, so nothing has changed about them or what humans said of them. */
const remembered = new WeakMap<EventFaces, readonly Suggestion[]>();

/** People compared before other work gets its turn. */
const peopleAtOnce = 50;

async function compareAll(
  stores: Pick<Stores, "people">,
  eventId: string,
  faces: EventFaces,
  embedder: string,
): Promise<readonly Suggestion[]> {
  if (faces.ids.length === 0) return [];
  const calibration = openCalibration(embedder);
  const wanted = new Set((await stores.people.list(eventId, mostPeople)).map(({ id }) => id));
  const people = appearancesOf(faces, wanted, calibration);
  const spokenFor = new Set(
    (await stores.people.decisions(eventId)).flatMap(({ verdict, personId }) =>
      verdict === "is" ? (personId ?? []) : [],
    ),
  );
  const index = new FaceIndex(faces.dimension);
  index.add([...people].map(([id, { look }]) => ({ id, embedding: look.mean() })));
  const prior = priorLogOdds(Math.max(1, people.size));
  const found = new Map<string, Suggestion & { readonly weight: number }>();
  let compared = 0;
  for (const [id, { look, photos }] of people) {
    if (compared++ % peopleAtOnce === 0) await setImmediate();
    for (const hit of index.search(look.mean(), neighbours)) {
      const other = people.get(hit.id);
      if (!other || hit.id === id || (spokenFor.has(id) && spokenFor.has(hit.id))) continue;
      if ([...photos].some((photo) => other.photos.has(photo))) continue;
      const ratio = calibration.logLikelihoodRatioBetween(hit.similarity, look.evidence, other.look.evidence);
      const confidence = probability(ratio + prior);
      if (confidence < leastConfidence) continue;
      const pair: [string, string] = id < hit.id ? [id, hit.id] : [hit.id, id];
      const weight = confidence * (1 - confidence) * 4 * Math.min(photos.size, other.photos.size) + confidence;
      found.set(pair.join(" "), { people: pair, confidence, weight });
    }
  }
  return [...found.values()]
    .sort((a, b) => b.weight - a.weight || (a.people[0] < b.people[0] ? -1 : 1))
    .map(({ people: pair, confidence }) => ({ people: pair, confidence }));
}

interface Appearance {
  readonly look: Look;
  readonly photos: Set<string>;
}

function appearancesOf(
  { ids, photoIds, personIds, qualities, vectors, dimension }: EventFaces,
  wanted: ReadonlySet<string>,
  calibration: Calibration,
): Map<string, Appearance> {
  const people = new Map<string, Appearance>();
  for (let row = 0; row < ids.length; row++) {
    const id = personIds[row];
    if (id === null || id === undefined || !wanted.has(id)) continue;
    const person = people.get(id) ?? { look: new Look(dimension), photos: new Set() };
    const embedding = vectors.subarray(row * dimension, (row + 1) * dimension);
    person.look.add(embedding, calibration.evidence(qualities[row] ?? 0));
    person.photos.add(photoIds[row] ?? "");
    people.set(id, person);
  }
  return people;
}
