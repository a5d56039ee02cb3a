import { expect, onTestFinished, test } from "vitest";
import { leastConfidence, suggestMerges } from "../src/domain/suggestions.ts";
import { openCalibration, priorLogOdds, probability } from "../src/face/calibration.ts";
import { adapters, eventWith, face, facesOf, pipeline } from "./contract/fixtures.ts";

const embedder = "mobilefacenet";
const quality = 0.8;
const people = 4;
const box = [10, 10, 60, 60] as const;

/** The cosine at which two people with a face each are one with that probability. */
function cosineFor(confidence: number): number {
  const calibration = openCalibration(embedder);
  const evidence = calibration.evidence(quality);
  let [low, high] = [0, 1];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    const ratio = calibration.logLikelihoodRatioBetween(middle, evidence, evidence);
    if (probability(ratio + priorLogOdds(people)) < confidence) low = middle;
    else high = middle;
  }
  return low;
}

/** Two pairs of people who are alike in so far, and have nothing to do with the other pair. */
async function eventOfPairs(first: number, second: number) {
  const [adapter] = adapters;
  if (!adapter) throw new Error("no database to test with");
  const { stores, close } = await adapter.open();
  onTestFinished(close);
  const in2 = (cosine: number) => Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine), 0, 0);
  const in4 = (cosine: number) => Float32Array.of(0, 0, cosine, Math.sqrt(1 - cosine * cosine));
  const looks = [in2(1), in2(cosineFor(first)), in4(1), in4(cosineFor(second))];
  const photos = looks.map((look, i) => [`${i}.jpg`, [face(box, look, quality)]] as const);
  const eventId = await eventWith(stores, Object.fromEntries(photos));
  const state = await facesOf(stores, eventId);
  const { ids, photoIds } = state;
  const assignments = ids.map((faceId, i) => ({ faceId, personId: `of-${photoIds[i]}` }));
  await stores.faces.assign(eventId, { state, grouping: "by hand" }, assignments);
  return { stores, eventId };
}

test("asks about the likelier pair, and not about one that is hardly likely at all", async () => {
  const { stores, eventId } = await eventOfPairs(0.7, leastConfidence - 0.05);
  const { suggestions } = await suggestMerges(stores, eventId, { pipelineId: pipeline, embedder }, 20);
  expect(suggestions.map(({ confidence }) => confidence.toFixed(2))).toEqual(["0.70"]);
});

test("asks first what settles most, which is the least certain", async () => {
  const { stores, eventId } = await eventOfPairs(0.93, 0.6);
  const { suggestions } = await suggestMerges(stores, eventId, { pipelineId: pipeline, embedder }, 20);
  expect(suggestions.map(({ confidence }) => confidence.toFixed(2))).toEqual(["0.60", "0.93"]);
});

test("asks nothing that a human answered", async () => {
  const { stores, eventId } = await eventOfPairs(0.7, 0.6);
  const { suggestions } = await suggestMerges(stores, eventId, { pipelineId: pipeline, embedder }, 1);
  const [first] = suggestions;
  const [a, b] = first?.people ?? [];
  const faces = [
    ...(await stores.faces.ofPerson(eventId, a ?? "")),
    ...(await stores.faces.ofPerson(eventId, b ?? "")),
  ];
  await stores.people.decide(eventId, {
    kind: "keep-apart",
    decisions: faces.map((face) => ({ face, verdict: "is", personId: face.personId })),
    assignments: [],
    names: new Map(),
    people: first?.people ?? [],
  });
  const { suggestions: left } = await suggestMerges(stores, eventId, { pipelineId: pipeline, embedder }, 20);
  expect(left).toHaveLength(1);
  expect(left[0]?.people).not.toEqual(first?.people);
});

test("answers at once with what it knows while faces come in, and says when there is something new", async () => {
  const { stores, eventId } = await eventOfPairs(0.7, leastConfidence - 0.05);
  const ask = () => suggestMerges(stores, eventId, { pipelineId: pipeline, embedder }, 20);
  const { suggestions: before, later: none } = await ask();
  expect(none).toBeUndefined();
  const state = await facesOf(stores, eventId);
  const [person] = before[0]?.people ?? [];
  const other = state.photoIds.map((id) => `of-${id}`).find((id) => !before[0]?.people.includes(id));
  const assignments = state.ids.map((faceId, i) => {
    const before = `of-${state.photoIds[i]}`;
    return { faceId, personId: before === person ? (other ?? "") : before };
  });
  await stores.faces.assign(eventId, { state, grouping: "by hand" }, assignments);
  const { suggestions, later } = await ask();
  expect(suggestions).toEqual([]);
  expect(await later).toBe(true);
  const { later: noMore } = await ask();
  expect(noMore).toBeUndefined();
});
