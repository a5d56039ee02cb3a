import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { openCalibration, priorLogOdds, probability } from "../face/calibration.ts";
import { FaceIndex } from "../face/search-index.ts";
import type { Appearance, EventIndex } from "./event-index.ts";
import type { EventState, Stores } from "./ports.ts";

/** Two people who may be one. */
export interface Suggestion {
  readonly people: readonly [string, string];
  /** Probability that they are, 0 to 1. */
  readonly confidence: number;
}

/** People looked at: those in most photos, whose answers settle most. All pairs of them take a twentieth of a second. */
const mostPeople = 1500;

const neighbours = 6;

/** People whose neighbours are looked for in one turn: a millisecond's work. */
const atOnce = 25;

/**
 * Less likely pairs are not asked about: whoever answers "no" all the time stops reading. On 747 photos of 260 people of
 * LFW, half of them made small and blurred, 12 of the 15 suggestions above this were right, and 3 of the 10 below.
 */
export const leastConfidence = 0.3;

/** What was found, and of which state: as long as the index has it, nothing changed about faces or what humans said of them. */
interface Found {
  readonly state: EventState;
  readonly suggestions: readonly Suggestion[];
}

const remembered = new WeakMap<EventIndex, Found>();
const underWay = new WeakMap<EventIndex, Promise<Found>>();
const planned = new WeakMap<EventIndex, Promise<Found>>();

/** A page that has just opened asks for its pictures first. */
const graceMs = 1000;

/**
 * Pairs of people who may be one, those first whose answer settles most: undecided, and in many photos. They are judged as
 * grouping judges them, by all faces of both. Pairs that share a photo are left out, and those that a human spoke about.
 *
 * While photos come in, comparing everybody again takes longer than a page may wait: then the answer is that of a moment
 * ago, less the people who are gone, and `later` resolves when there is a newer one, a second or two later, to whether it
 * is another.
 */
export async function suggestMerges(
  stores: Pick<Stores, "faces" | "people">,
  eventId: string,
  { pipelineId, embedder }: { readonly pipelineId: string; readonly embedder: string },
  limit: number,
): Promise<{ readonly suggestions: readonly Suggestion[]; readonly later?: Promise<boolean> }> {
  const index = await stores.faces.index(eventId, pipelineId);
  const known = remembered.get(index);
  if (known && sameState(known.state, index.state)) return { suggestions: known.suggestions.slice(0, limit) };
  const compare = () => compareOnce(stores, eventId, index, embedder);
  // What a human has just answered is not asked again.
  if (known?.state.decided !== index.state.decided) {
    const found = await (underWay.get(index) ?? compare());
    const { suggestions } = found.state.decided === index.state.decided ? found : await compare();
    return { suggestions: suggestions.slice(0, limit) };
  }
  const suggestions = known.suggestions.filter(({ people }) => people.every((id) => index.members.has(id)));
  return {
    suggestions: suggestions.slice(0, limit),
    later: compareSoon(index, compare).then((found) => !samePairs(found.suggestions, known.suggestions)),
  };
}

async function compareSoon(index: EventIndex, compare: () => Promise<Found>): Promise<Found> {
  const plan =
    planned.get(index) ??
    sleep(graceMs, undefined, { ref: false }).then(async () => {
      planned.delete(index);
      const known = remembered.get(index);
      return known && sameState(known.state, index.state) ? known : await (underWay.get(index) ?? compare());
    });
  planned.set(index, plan);
  return await plan;
}

async function compareOnce(
  stores: Pick<Stores, "faces" | "people">,
  eventId: string,
  index: EventIndex,
  embedder: string,
): Promise<Found> {
  const { state } = index;
  const comparing = compareAll(stores, eventId, index, embedder).then((suggestions) => ({ state, suggestions }));
  underWay.set(index, comparing);
  try {
    const found = await comparing;
    remembered.set(index, found);
    return found;
  } finally {
    if (underWay.get(index) === comparing) underWay.delete(index);
  }
}

function sameState(a: EventState, b: EventState): boolean {
  return a.revision === b.revision && a.decided === b.decided && a.assigned === b.assigned;
}

function samePairs(some: readonly Suggestion[], others: readonly Suggestion[]): boolean {
  return some.length === others.length && some.every(({ people }, i) => people.join() === others[i]?.people.join());
}

/** Requests that come meanwhile wait so long at most. */
const turnMs = 2;

/** To be awaited every now and then in long work: lets other work have its turn when it is time. */
function takingTurns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < turnMs) return;
    await setImmediate();
    since = performance.now();
  };
}

async function compareAll(
  stores: Pick<Stores, "people">,
  eventId: string,
  faces: EventIndex,
  embedder: string,
): Promise<readonly Suggestion[]> {
  if (faces.size === 0) return [];
  const calibration = openCalibration(embedder);
  const wanted = (await stores.people.list(eventId, mostPeople)).map(({ id }) => id);
  const turn = takingTurns();
  const people = new Map<string, Appearance>();
  for (const id of wanted) {
    await turn();
    const appearance = faces.appearance(id, calibration.evidence);
    if (appearance) people.set(id, appearance);
  }
  const spokenFor = new Set(
    (await stores.people.decisions(eventId)).flatMap(({ verdict, personId }) =>
      verdict === "is" ? (personId ?? []) : [],
    ),
  );
  // So few are compared sooner by one thread than others are woken, least of all while they are busy with photos.
  const index = new FaceIndex(faces.embeddings.dimension, { threads: 1 });
  index.add([...people].map(([id, { mean }]) => ({ id, embedding: mean })));
  const prior = priorLogOdds(Math.max(1, people.size));
  const found = new Map<string, Suggestion & { readonly weight: number }>();
  const everybody = [...people];
  for (let first = 0; first < everybody.length; first += atOnce) {
    await turn();
    const some = everybody.slice(first, first + atOnce);
    const nearest = index.searchEach(
      some.map(([, { mean }]) => mean),
      neighbours,
    );
    for (const [i, [id, person]] of some.entries()) {
      for (const hit of nearest[i] ?? []) {
        const other = people.get(hit.id);
        if (!other || hit.id === id || (spokenFor.has(id) && spokenFor.has(hit.id))) continue;
        const ratio = calibration.logLikelihoodRatioBetween(hit.similarity, person.evidence, other.evidence);
        const confidence = probability(ratio + prior);
        if (confidence < leastConfidence) continue;
        if ([...person.photos].some((photo) => other.photos.has(photo))) continue;
        const pair: [string, string] = id < hit.id ? [id, hit.id] : [hit.id, id];
        const photos = Math.min(person.photos.size, other.photos.size);
        const weight = confidence * (1 - confidence) * 4 * photos + confidence;
        found.set(pair.join(" "), { people: pair, confidence, weight });
      }
    }
  }
  return [...found.values()]
    .sort((a, b) => b.weight - a.weight || (a.people[0] < b.people[0] ? -1 : 1))
    .map(({ people: pair, confidence }) => ({ people: pair, confidence }));
}
