import { describe, expect, test } from "vitest";
import type { PixelBox } from "../../src/face/geometry.ts";
import type { Face, FacesInImage } from "../../src/face/index.ts";
import type { PlannedFace, PlannedPhoto } from "./plan.ts";
import {
  assignTruth,
  detectionRecall,
  scoreConfidence,
  scoreGrouping,
  scoreRetrieval,
  scoreStrangers,
  trueFaces,
} from "./score.ts";

function planned(person: string, box: PixelBox): PlannedFace {
  const centre = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] as const;
  return { image: { person, number: 1 }, centre, width: box[2] - box[0], roll: 0, gain: 1, box };
}

function photo(id: string, faces: PlannedFace[]): PlannedPhoto {
  const backdrop = { person: "Wall", number: 1 };
  return { id, width: 1000, height: 800, faces, backdrop, blur: 0, gain: 1, noise: 0, jpegQuality: 90 };
}

function face(box: PixelBox): Face {
  return {
    box,
    landmarks: [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    score: 1,
    quality: { score: 1, sharpness: 1, pose: 1, size: 1, exposure: 1, detection: 1, reliability: 1, reasons: [] },
    embedding: new Float32Array(1),
  };
}

function finds(...boxes: PixelBox[]): FacesInImage {
  return { width: 1000, height: 800, damaged: false, takenAt: null, pipelineId: "p", faces: boxes.map(face) };
}

const ann: PixelBox = [100, 100, 150, 150];
const bob: PixelBox = [300, 100, 420, 220];
const first = photo("1", [planned("Ann", ann), planned("Bob", bob)]);
const second = photo("2", [planned("Ann", ann)]);
const photos = [first, second];

/** Ann twice, Bob, and something on the wall. */
const found = [...assignTruth(first, finds([600, 600, 640, 640], ann, bob)), ...assignTruth(second, finds(ann))];
const truth = trueFaces(photos, found);

describe("assignTruth", () => {
  test("gives each face that was found to the one that was put there", () => {
    expect(found.map(({ id, truth: t }) => [id, t?.image.person])).toEqual([
      ["1#1", undefined],
      ["1#2", "Ann"],
      ["1#3", "Bob"],
      ["2#1", "Ann"],
    ]);
  });

  test("gives a face that is found twice to the better box", () => {
    const twice = assignTruth(second, finds([110, 110, 160, 160], [101, 101, 151, 151]));
    expect(twice.map(({ truth: t }) => t?.image.person)).toEqual([undefined, "Ann"]);
  });

  test("does not count a box beside the face", () => {
    expect(assignTruth(second, finds([135, 100, 185, 150]))[0]?.truth).toBeUndefined();
  });
});

test("detection recall is told for each range of widths", () => {
  const seen = trueFaces(photos, [...assignTruth(first, finds(bob)), ...assignTruth(second, finds(ann))]);
  const { recall, bySize } = detectionRecall(seen);
  expect(recall).toBeCloseTo(2 / 3);
  expect(bySize.filter(({ faces }) => faces > 0)).toEqual([
    { from: 40, to: 60, faces: 2, share: 0.5 },
    { from: 100, to: 200, faces: 1, share: 1 },
  ]);
});

describe("scoreGrouping", () => {
  test("is perfect when everyone has a group and strays have their own", () => {
    const groups = new Map([
      ["1#1", "wall"],
      ["1#2", "a"],
      ["1#3", "b"],
      ["2#1", "a"],
    ]);
    const score = scoreGrouping(truth, found, groups);
    expect(score.found).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(score.all).toEqual(score.found);
  });

  test("a stray spoils the group it is in", () => {
    const groups = new Map([
      ["1#1", "b"],
      ["1#2", "a"],
      ["1#3", "b"],
      ["2#1", "a"],
    ]);
    const { precision, recall } = scoreGrouping(truth, found, groups).found;
    expect(precision).toBeCloseTo((1 + 1 + 0.5) / 3);
    expect(recall).toBe(1);
  });

  test("a face that was not found costs recall among all, not among the found", () => {
    const some = assignTruth(first, finds(ann, bob));
    const groups = new Map([
      ["1#1", "a"],
      ["1#2", "b"],
    ]);
    const score = scoreGrouping(trueFaces(photos, some), some, groups);
    expect(score.found).toEqual({ precision: 1, recall: 1, f1: 1 });
    expect(score.all.precision).toBe(1);
    expect(score.all.recall).toBeCloseTo((0.5 + 1 + 0.5) / 3);
    expect(score.recallBySize[1]).toEqual({ from: 40, to: 60, faces: 2, share: 0.5 });
  });
});

describe("scoreRetrieval", () => {
  test("counts photos that were returned wrongly and those that are missing", () => {
    const score = scoreRetrieval(truth, [
      { person: "Ann", returned: ["1"], ranked: ["1", "2"], matches: [] },
      { person: "Bob", returned: ["2", "1"], ranked: ["2", "1"], matches: [] },
    ]);
    expect(score.precision).toBeCloseTo(2 / 3);
    expect(score.recall).toBeCloseTo(2 / 3);
    expect(score.map).toBeCloseTo((1 + 0.5) / 2);
    expect(score.recallBySize.map(({ share }) => share)).toEqual([0, 0.5, 0, 1, 0]);
  });

  test("holds only the people who were searched for against the recall", () => {
    const score = scoreRetrieval(truth, [{ person: "Bob", returned: ["1"], ranked: ["1"], matches: [] }]);
    expect(score.recall).toBe(1);
  });
});

test("a stranger who is taken for a guest counts once, however many photos come back", () => {
  const none = { person: "Cleo", returned: [], ranked: ["1"], matches: [] };
  const some = { person: "Dan", returned: ["1", "2"], ranked: ["1", "2"], matches: [] };
  expect(scoreStrangers([none, some])).toEqual({ searches: 2, fpir: 0.5 });
});

describe("scoreConfidence", () => {
  const [stray, annsFace, bobsFace] = found.map(({ id }) => id);
  const searchFor = (person: string, matches: [string | undefined, number][]) => ({
    person,
    returned: [],
    ranked: [],
    matches: matches.map(([faceId = "", confidence]) => ({ faceId, confidence })),
  });
  const guests = [
    searchFor("Ann", [
      [annsFace, 0.8],
      [annsFace, 0.5],
      [bobsFace, 0.01],
    ]),
  ];

  test("counts each person that a search found once, by the best match", () => {
    const score = scoreConfidence(found, { guests, strangers: [] });
    expect(score.likely).toEqual({ matches: 1, said: 0.8, right: 1 });
    expect(score.bins.map(({ count }) => count)).toEqual([1]);
    expect(score.ece).toBeCloseTo(0.2, 6);
  });

  test("lets every other search be by a stranger", () => {
    const strangers = [searchFor("Nobody", [[stray, 0.75]]), searchFor("Nobody else", [])];
    const score = scoreConfidence(found, { guests, strangers });
    expect(score.likely.matches).toBe(2);
    expect(score.likely.right).toBeCloseTo(1 / 1.5, 6);
    expect(score.likely.said).toBeCloseTo((0.8 + 0.5 * 0.75) / 1.5, 6);
  });
});
