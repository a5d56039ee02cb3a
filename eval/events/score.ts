import { iou } from "../../src/face/geometry.ts";
import type { Face, FacesInImage } from "../../src/face/index.ts";
import {
  averagePrecision,
  bcubedOfEach,
  type Clustering,
  falsePositiveIdentificationRate,
  meanAndStd,
  meanBcubed,
  type Reliability,
  ratio,
  reliability,
} from "../metrics.ts";
import type { PlannedFace, PlannedPhoto } from "./plan.ts";

/** A face that was found in a photo of the event. */
export interface FoundFace {
  readonly id: string;
  readonly photoId: string;
  readonly face: Face;
  /** Whose it is; undefined for what nobody put there. */
  readonly truth: PlannedFace | undefined;
}

/** A face that was put into a photo. */
export interface TrueFace {
  readonly photoId: string;
  readonly planned: PlannedFace;
  /** Undefined when it was not found. */
  readonly found: FoundFace | undefined;
}

/** A share of some whole, for faces of one range of widths. */
export interface BySize {
  readonly from: number;
  readonly to: number;
  readonly faces: number;
  readonly share: number;
}

/** What a search for somebody returned, photos best first. */
export interface Retrieval {
  readonly person: string;
  /** Above the threshold; what a guest gets to see. */
  readonly returned: readonly string[];
  /** All that the search ranked, whatever its confidence. */
  readonly ranked: readonly string[];
  /** Every face that was weighed, whatever its confidence. */
  readonly matches: readonly { readonly faceId: string; readonly confidence: number }[];
}

/** Whether the confidence of matches is what comes true. */
export interface ConfidenceScore extends Reliability {
  /** Matches with a confidence from 0.7 to 0.9: how many, their mean confidence, and the share of right ones. */
  readonly likely: { readonly matches: number; readonly said: number; readonly right: number };
}

export interface RetrievalScore {
  readonly searches: number;
  /** Mean average precision of the ranking, 0 to 1. */
  readonly map: number;
  /** Over all photos returned to all searches. */
  readonly precision: number;
  /** Over all photos that show the people searched for, faces that were not found included. */
  readonly recall: number;
  readonly recallBySize: readonly BySize[];
}

/** Widths of a face in pixels of the photo. */
const SIZE_EDGES = [30, 40, 60, 100, 200, 401];

/**
 * From this overlap on a face that was found is the one that was put there. The truth is the usual place of the face in
 * a picture of LFW, not this very face's: of 300 the worst overlaps it with an IoU of 0.40, and a turned head with less.
 */
const MATCH_IOU = 0.3;

/** Says whose every found face is. Each true face is found once; the best overlaps are decided first. */
export function assignTruth(photo: PlannedPhoto, found: FacesInImage): FoundFace[] {
  const overlaps = photo.faces
    .flatMap((planned) => found.faces.map((face) => ({ planned, face, overlap: iou(planned.box, face.box) })))
    .filter(({ overlap }) => overlap >= MATCH_IOU)
    .sort((a, b) => b.overlap - a.overlap);
  const truths = new Map<Face, PlannedFace>();
  const taken = new Set<PlannedFace>();
  for (const { planned, face } of overlaps) {
    if (truths.has(face) || taken.has(planned)) continue;
    truths.set(face, planned);
    taken.add(planned);
  }
  return found.faces.map((face, i) => ({
    id: `${photo.id}#${i + 1}`,
    photoId: photo.id,
    face,
    truth: truths.get(face),
  }));
}

export function trueFaces(photos: readonly PlannedPhoto[], found: readonly FoundFace[]): TrueFace[] {
  const byPlanned = new Map(found.map((face) => [face.truth, face]));
  return photos.flatMap((photo) =>
    photo.faces.map((planned) => ({ photoId: photo.id, planned, found: byPlanned.get(planned) })),
  );
}

export function detectionRecall(truth: readonly TrueFace[]): { recall: number; bySize: BySize[] } {
  const isFound = ({ found }: TrueFace) => (found === undefined ? 0 : 1);
  return { recall: meanAndStd(truth.map(isFound)).mean, bySize: shareBySize(truth, isFound) };
}

/**
 * BCubed of the groups. A face that nobody put there spoils the group it is in, without counting itself.
 *
 * @param groups the group of every found face by its id
 * @returns of the faces that were found, and of all: there, one that was not found is a group of its own
 */
export function scoreGrouping(
  truth: readonly TrueFace[],
  found: readonly FoundFace[],
  groups: ReadonlyMap<string, string>,
): { found: Clustering; all: Clustering; recallBySize: BySize[] } {
  const strays = found
    .filter((face) => face.truth === undefined)
    .map((face) => ({ person: `stray ${face.id}`, group: groups.get(face.id) ?? face.id }));
  const score = (faces: readonly TrueFace[]) => {
    const items = faces.map(({ planned, found: face }, i) => ({
      person: planned.image.person,
      group: face === undefined ? `missed ${i}` : (groups.get(face.id) ?? face.id),
    }));
    return bcubedOfEach([...items, ...strays]).slice(0, items.length);
  };
  const all = score(truth);
  const recalls = new Map(truth.map((face, i) => [face, all[i]?.recall ?? 0]));
  return {
    found: meanBcubed(score(truth.filter((face) => face.found !== undefined))),
    all: meanBcubed(all),
    recallBySize: shareBySize(truth, (face) => recalls.get(face) ?? 0),
  };
}

export function scoreRetrieval(truth: readonly TrueFace[], retrievals: readonly Retrieval[]): RetrievalScore {
  const photosOf = new Map<string, Set<string>>();
  for (const { planned, photoId } of truth) {
    const photos = photosOf.get(planned.image.person) ?? new Set();
    photosOf.set(planned.image.person, photos.add(photoId));
  }
  let returned = 0;
  let right = 0;
  const averages: number[] = [];
  const hits = new Set<string>();
  for (const retrieval of retrievals) {
    const relevant = photosOf.get(retrieval.person) ?? new Set();
    returned += retrieval.returned.length;
    for (const photoId of retrieval.returned) {
      if (!relevant.has(photoId)) continue;
      right++;
      hits.add(`${retrieval.person} ${photoId}`);
    }
    const ranking = retrieval.ranked.map((photoId) => relevant.has(photoId));
    averages.push(averagePrecision(ranking, relevant.size));
  }
  const searched = new Set(retrievals.map((retrieval) => retrieval.person));
  const wanted = truth.filter(({ planned }) => searched.has(planned.image.person));
  return {
    searches: retrievals.length,
    map: meanAndStd(averages).mean,
    precision: ratio(right, returned),
    recall: ratio(right, wanted.length),
    recallBySize: shareBySize(wanted, ({ planned, photoId }) =>
      hits.has(`${planned.image.person} ${photoId}`) ? 1 : 0,
    ),
  };
}

/** Below this a match isn't shown; the countless sure strangers there would hide any error. */
const SHOWN_FROM = 0.05;

/** Searches by people who are in no photo, for each by one who is: as the prior of a search has it (`weighPeople`). */
const STRANGERS_PER_GUEST = 1;

/**
 * Each search counts every person it found once, by the best match: a person's many photos stand or fall together.
 *
 * @param searches for people who are in photos, and for people who are in none: their matches are all wrong
 */
export function scoreConfidence(
  found: readonly FoundFace[],
  searches: { readonly guests: readonly Retrieval[]; readonly strangers: readonly Retrieval[] },
): ConfidenceScore {
  const persons = new Map(found.map(({ id, truth }) => [id, truth?.image.person ?? id]));
  const bestMatches = ({ person, matches }: Retrieval, weight: number) => {
    const best = new Map<string, number>();
    for (const { faceId, confidence } of matches) {
      const whose = persons.get(faceId) ?? faceId;
      best.set(whose, Math.max(confidence, best.get(whose) ?? 0));
    }
    return [...best].map(([whose, confidence]) => ({ confidence, same: whose === person, weight }));
  };
  const weight = (STRANGERS_PER_GUEST * searches.guests.length) / Math.max(1, searches.strangers.length);
  const trials = [
    ...searches.guests.flatMap((search) => bestMatches(search, 1)),
    ...searches.strangers.flatMap((search) => bestMatches(search, weight)),
  ].filter(({ confidence }) => confidence >= SHOWN_FROM);
  const likely = trials.filter(({ confidence }) => confidence >= 0.7 && confidence < 0.9);
  const sum = (value: (trial: (typeof trials)[number]) => number) =>
    likely.reduce((total, trial) => total + trial.weight * value(trial), 0);
  return {
    ...reliability(trials),
    likely: {
      matches: likely.length,
      said: ratio(
        sum(({ confidence }) => confidence),
        sum(() => 1),
      ),
      right: ratio(
        sum(({ same }) => (same ? 1 : 0)),
        sum(() => 1),
      ),
    },
  };
}

/** @param retrievals searches for people who are in no photo */
export function scoreStrangers(retrievals: readonly Retrieval[]): { searches: number; fpir: number } {
  return {
    searches: retrievals.length,
    fpir: falsePositiveIdentificationRate(retrievals.map((retrieval) => retrieval.returned.length)),
  };
}

function shareBySize(faces: readonly TrueFace[], value: (face: TrueFace) => number): BySize[] {
  return SIZE_EDGES.slice(0, -1).map((from, i) => {
    const to = SIZE_EDGES[i + 1] ?? Number.POSITIVE_INFINITY;
    const inside = faces.filter(({ planned }) => planned.width >= from && planned.width < to);
    return { from, to, faces: inside.length, share: meanAndStd(inside.map(value)).mean };
  });
}
