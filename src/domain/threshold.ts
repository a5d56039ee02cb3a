import { openCalibration } from "../face/calibration.ts";
import type { FaceEngine } from "../face/engine.ts";
import { answerSearch } from "../face/search.ts";
import type { RollcallEvent } from "./model.ts";
import type { Stores } from "./ports.ts";
import { bestInEachPhoto, nearestPeople } from "./search.ts";

/** Steps that a threshold is chosen in: hundredths. */
const steps = 100;

/** People whose searches are tried: those in most photos. A hundred take about a second among 25,000 faces. */
const mostPeople = 100;

/** What thresholds would do, in photos by the hundredth that their confidence is in: at index 70, from 0.70 to 0.71. */
export interface ThresholdPreview {
  /** Photos found for guests so far. What was below the threshold of their searches is not kept. */
  readonly guests: readonly number[];
  /** People who were looked for by their best face, leaving out the photo it is in. */
  readonly people: number;
  /** Other photos that they are in. */
  readonly photos: number;
  /** Of those, found. */
  readonly own: readonly number[];
  /** Photos that they are not in, found nevertheless. */
  readonly others: readonly number[];
}

/** Least confidence at which a match of the event counts, 0 to 1. */
export async function thresholdOf(
  { settings }: Pick<Stores, "settings">,
  { threshold }: Pick<RollcallEvent, "threshold">,
): Promise<number> {
  return threshold ?? (await settings.read()).threshold;
}

/**
 * Tries searches on the faces of the event, to show what a threshold would let in and keep out. Who is in which photo is
 * taken from the people of the event as they are grouped and corrected now.
 */
export async function previewThreshold(
  stores: Stores,
  eventId: string,
  { pipelineId, embedder }: Pick<FaceEngine, "pipelineId" | "embedder">,
): Promise<ThresholdPreview> {
  const guests = await stores.charts.matchConfidences(eventId, steps);
  const index = await stores.faces.index(eventId, pipelineId);
  const calibration = openCalibration(embedder);
  const people = Math.max(1, index.members.size);
  const own = new Array<number>(steps).fill(0);
  const others = new Array<number>(steps).fill(0);
  let [tried, photos] = [0, 0];
  for (const person of await stores.people.list(eventId, mostPeople)) {
    const face = index.face(person.bestFaceId);
    const query = index.embeddings.get(person.bestFaceId);
    if (!face || !query || person.photos < 2) continue;
    tried++;
    photos += person.photos - 1;
    const hits = nearestPeople(index, { embedding: query, quality: face.quality }, calibration).filter(
      (hit) => index.face(hit.faceId)?.photoId !== face.photoId,
    );
    const { matches } = answerSearch({ queryQuality: face.quality, hits, people, calibration, threshold: 0 });
    for (const { personId, confidence } of bestInEachPhoto(index, matches)) {
      const counts = personId === person.id ? own : others;
      const step = Math.min(steps - 1, Math.floor(confidence * steps));
      counts[step] = (counts[step] ?? 0) + 1;
    }
  }
  return { guests, people: tried, photos, own, others };
}
