import { describe, expect, test } from "vitest";
import { direction, gaussian, near } from "../../test/synthetic-faces.ts";
import { openCalibration } from "./calibration.ts";
import { FaceGrouper, type GroupableFace, type Grouping, type GroupingAlgorithm, groupFaces } from "./cluster.ts";

const calibration = openCalibration("mobilefacenet");

interface KnownFace extends GroupableFace {
  readonly person: string;
}

/** Faces of one person agree by 0.88 x 0.88 = 0.77, strangers by 0 on average. */
function makeEvent(seed: number, sizes: readonly number[], quality = 0.9): KnownFace[] {
  const random = gaussian(seed);
  return sizes.flatMap((size, person) => {
    const centre = direction(random);
    return Array.from({ length: size }, (_, i) => ({
      id: `${person}-${i}`,
      person: `${person}`,
      photoId: `photo ${person}-${i}`,
      embedding: near(centre, 0.88, random),
      quality,
    }));
  });
}

const sizes = [12, 9, 7, 5, 5, 4, 3, 2, 2, 1, 1, 1];

function idsOf(grouping: Grouping): (readonly string[])[] {
  return grouping.people.map((person) => person.faceIds);
}

function personOf(grouping: Grouping, faceId: string): readonly string[] {
  return grouping.people.find((person) => person.faceIds.includes(faceId))?.faceIds ?? [];
}

function reversed<T>(items: readonly T[]): T[] {
  return items.toReversed();
}

describe.each<GroupingAlgorithm>(["default", "dbscan"])("groupFaces with the algorithm %s", (algorithm) => {
  const group = (faces: readonly GroupableFace[], constraints = {}) =>
    groupFaces(faces, { calibration, algorithm, constraints });

  test("groups the faces of each person, the largest group first, and keeps those seen once", () => {
    // DBSCAN has no core among two faces.
    const event = makeEvent(1, algorithm === "default" ? sizes : sizes.filter((size) => size !== 2));
    const people = [...new Set(event.map((face) => face.person))];
    const expected = people.map((person) =>
      event
        .filter((face) => face.person === person)
        .map((face) => face.id)
        .sort(),
    );
    expected.sort((a, b) => b.length - a.length || ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
    expect(idsOf(group(event))).toEqual(expected);
  });

  test("gives the same people whatever order the faces come in", () => {
    const event = makeEvent(2, sizes);
    const random = gaussian(5);
    const shuffled = event.map((face) => ({ face, key: random() })).sort((a, b) => a.key - b.key);
    const expected = group(event);
    expect(group(reversed(event))).toEqual(expected);
    expect(group(shuffled.map(({ face }) => face))).toEqual(expected);
  });

  test("puts every face into exactly one group and shows the best one", () => {
    const event = makeEvent(3, sizes).map((face, i) => ({ ...face, quality: 0.5 + (i % 7) / 20 }));
    const { people } = group(event);
    expect(people.flatMap((person) => person.faceIds).sort()).toEqual(event.map((face) => face.id).sort());
    for (const { faceIds, representative } of people) {
      const qualities = event.filter((face) => faceIds.includes(face.id)).map((face) => face.quality);
      expect(event.find((face) => face.id === representative)?.quality).toBe(Math.max(...qualities));
      expect(faceIds).toContain(representative);
    }
  });

  test("does what people have said, against all resemblance", () => {
    const event = makeEvent(4, sizes);
    const constraints = {
      together: [
        ["0-0", "1-0"],
        ["1-3", "9-0"],
      ] as const,
      apart: [
        ["0-1", "0-2"],
        ["2-0", "0-0"],
        ["3-1", "3-2"],
      ] as const,
      people: [["4-0", "5-0"], ["4-1", "6-0"], ["7-0"]],
    };
    const grouping = group(event, constraints);
    for (const [a, b] of constraints.together) expect(personOf(grouping, a)).toContain(b);
    for (const [a, b] of constraints.apart) expect(personOf(grouping, a)).not.toContain(b);
    const groups = constraints.people.map(([first = ""]) => personOf(grouping, first));
    for (const [i, faces] of constraints.people.entries()) {
      expect(groups[i]).toEqual(expect.arrayContaining(faces));
      for (const other of constraints.people.filter((one) => one !== faces).flat()) {
        expect(groups[i]).not.toContain(other);
      }
    }
  });

  test("has no people when there are no faces", () => {
    expect(group([])).toEqual({ people: [] });
  });

  test("refuses an id that comes twice, embeddings of two models, and decisions that contradict each other", () => {
    const event = makeEvent(5, [2, 2]);
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => group([...event, ...event])).toThrowError(code("OPTION_INVALID"));
    const foreign = { ...makeEvent(6, [1])[0], id: "other", photoId: "p", quality: 1, embedding: new Float32Array(64) };
    expect(() => group([...event, foreign])).toThrowError(code("EMBEDDINGS_INCOMPATIBLE"));
    const together = [
      ["0-0", "0-1"],
      ["0-1", "1-0"],
    ] as const;
    expect(() => group(event, { together, apart: [["1-0", "0-0"]] })).toThrowError(code("OPTION_INVALID"));
    expect(() => group(event, { together, people: [["0-0"], ["1-0"]] })).toThrowError(code("OPTION_INVALID"));
    expect(() => group(event, { apart: [["1-0", "0-0"]], people: [["0-0", "1-0"]] })).toThrowError(
      code("OPTION_INVALID"),
    );
  });

  test("does not let poor faces connect two people", () => {
    const random = gaussian(7);
    const [a, b] = [direction(random), direction(random)];
    const between = a.map((value, i) => (value + (b[i] ?? 0)) / Math.SQRT2);
    const faces = (name: string, centre: Float32Array, count: number, agreement: number, quality: number) =>
      Array.from({ length: count }, (_, i) => ({
        id: `${name}${i}`,
        photoId: `photo ${name}${i}`,
        embedding: near(centre, agreement, random),
        quality,
      }));
    const grouping = group([
      ...faces("a", a, 6, 0.93, 0.9),
      ...faces("b", b, 6, 0.93, 0.9),
      ...faces("blurred", between, 12, 0.99, 0.15),
    ]);
    expect(personOf(grouping, "a0").filter((id) => id.startsWith("b") && !id.startsWith("blurred"))).toEqual([]);
    expect(personOf(grouping, "a0")).toEqual(expect.arrayContaining(["a1", "a2", "a3", "a4", "a5"]));
  });

  test("stops with the reason of its signal", () => {
    const signal = AbortSignal.abort(new Error("enough"));
    expect(() => groupFaces(makeEvent(8, sizes), { calibration, algorithm, signal })).toThrowError("enough");
  });
});

describe("groupFaces", () => {
  test("takes poor faces in when it is clear whose they are", () => {
    const random = gaussian(11);
    const centre = direction(random);
    const face = (id: string, agreement: number, quality: number) => ({
      id,
      photoId: `photo of ${id}`,
      embedding: near(centre, agreement, random),
      quality,
    });
    const good = Array.from({ length: 8 }, (_, i) => face(`good${i}`, 0.9, 0.95));
    const grouping = groupFaces([...good, face("poor", 0.75, 0.3), ...makeEvent(12, [4, 4, 1])], { calibration });
    expect(personOf(grouping, "poor")).toHaveLength(9);
  });

  test.each([
    { photographed: 30, joins: true },
    { photographed: 2, joins: false },
  ])("asks a left-over face for less resemblance to somebody in $photographed photos", ({ photographed, joins }) => {
    const random = gaussian(31);
    const centre = direction(random);
    const face = (id: string, agreement: number) => ({
      id,
      photoId: `photo of ${id}`,
      embedding: near(centre, agreement, random),
      quality: 0.95,
    });
    const regular = Array.from({ length: photographed }, (_, i) => face(`regular${i}`, 0.99));
    const grouping = groupFaces([...regular, face("turned", 0.44), ...makeEvent(32, [9, 7, 1, 1, 1, 1])], {
      calibration,
    });
    expect(personOf(grouping, "regular0")).toHaveLength(photographed + (joins ? 1 : 0));
  });

  test("leaves a face alone that two people resemble equally", () => {
    const random = gaussian(33);
    const [a, b] = [direction(random), direction(random)];
    const between = a.map((value, i) => (value + (b[i] ?? 0)) / Math.SQRT2);
    const faces = (name: string, centre: Float32Array) =>
      Array.from({ length: 8 }, (_, i) => ({
        id: `${name}${i}`,
        photoId: `photo ${name}${i}`,
        embedding: near(centre, 0.95, random),
        quality: 0.95,
      }));
    const torn = { id: "torn", photoId: "photo torn", embedding: near(between, 0.62, random), quality: 0.95 };
    expect(personOf(groupFaces([...faces("a", a), ...faces("b", b), torn], { calibration }), "torn")).toEqual(["torn"]);
  });

  test("keeps two faces of one photo apart even when they resemble each other", () => {
    const random = gaussian(13);
    const centre = direction(random);
    // Siblings: as alike as two photos of one person are.
    const siblings = ["a", "b"].map((id) => ({
      id,
      photoId: "family",
      embedding: near(centre, 0.86, random),
      quality: 0.9,
    }));
    const grouping = groupFaces([...siblings, ...makeEvent(14, [5, 5])], { calibration });
    expect(personOf(grouping, "a")).toEqual(["a"]);
    const elsewhere = siblings.map((face) => ({ ...face, photoId: face.id }));
    expect(personOf(groupFaces(elsewhere, { calibration }), "a")).toEqual(["a", "b"]);
  });

  test("lets a photo show somebody twice when both faces are almost the same, as in a mirror or collage", () => {
    const random = gaussian(15);
    const centre = direction(random);
    const twice = ["a", "b"].map((id) => ({
      id,
      photoId: "collage",
      embedding: near(centre, 0.99, random),
      quality: 0.9,
    }));
    expect(personOf(groupFaces([...twice, ...makeEvent(16, [5])], { calibration }), "a")).toEqual(["a", "b"]);
  });

  test("keeps decisions about faces that have gone since", () => {
    const event = makeEvent(17, [3, 3]);
    const together = [
      ["0-0", "erased"],
      ["erased", "1-0"],
    ] as const;
    const grouping = groupFaces(event, { calibration, constraints: { together } });
    expect(personOf(grouping, "0-0")).toContain("1-0");
  });

  test("reports its progress up to the end", () => {
    const seen: number[] = [];
    groupFaces(makeEvent(18, sizes), { calibration, onProgress: (fraction) => seen.push(fraction) });
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });
});

describe("FaceGrouper", () => {
  test("gives what a rebuild gives after faces have come and gone", () => {
    const event = makeEvent(21, [40, 30, 20, 12, 9, 7, 5, 3, 2, 2, 1, 1, 1]);
    const grouper = new FaceGrouper({ calibration });
    const here = new Map<string, GroupableFace>();
    for (let i = 0; i < event.length; i += 11) {
      const arriving = event.slice(i, i + 11);
      grouper.add(arriving);
      for (const face of arriving) here.set(face.id, face);
      const leaving = arriving.filter((_, j) => (i + j) % 5 === 0).map((face) => face.id);
      if (i > 0) leaving.push(...[...here.keys()].slice(0, 2));
      grouper.remove(leaving);
      for (const id of leaving) here.delete(id);
      expect(grouper.group()).toEqual(groupFaces([...here.values()], { calibration }));
    }
  });

  test("takes faces in again that were removed, and changes nothing when an addition is refused", () => {
    const event = makeEvent(22, [4, 3]);
    const grouper = new FaceGrouper({ calibration });
    grouper.add(event);
    const before = grouper.group();
    expect(() => grouper.add([...makeEvent(23, [1]), ...event])).toThrowError();
    expect(grouper.group()).toEqual(before);
    grouper.remove(event.map((face) => face.id));
    expect(grouper.group()).toEqual({ people: [] });
    grouper.add(event);
    expect(grouper.group()).toEqual(before);
  });

  test("satisfies other decisions without starting anew", () => {
    const grouper = new FaceGrouper({ calibration });
    grouper.add(makeEvent(24, [4, 3]));
    expect(grouper.group({ apart: [["0-0", "0-1"]] }).people).toHaveLength(3);
    expect(personOf(grouper.group({ together: [["0-0", "1-0"]] }), "0-0")).toContain("1-0");
    expect(grouper.group().people).toHaveLength(2);
  });
});

test("refuses faces without usable numbers, and an algorithm that there is not", () => {
  const [face] = makeEvent(8, [1]);
  if (face === undefined) throw new Error("no face");
  const grouper = new FaceGrouper({ calibration });
  const wrong: GroupableFace[] = [
    { ...face, embedding: face.embedding.map(() => Number.NaN) },
    JSON.parse(JSON.stringify(face)),
    { ...face, quality: Number.NaN },
    JSON.parse(JSON.stringify({ ...face, quality: { score: 0.9 } })),
  ];
  const refused = expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining("the face 0-0") });
  for (const one of wrong) expect(() => grouper.add([one])).toThrowError(refused);
  const noSuch = { calibration, algorithm: "nope" };
  expect(() => Reflect.apply(groupFaces, undefined, [[face], noSuch])).toThrowError(/"default" or "dbscan"/u);
});

test.each<[string, readonly unknown[], RegExp]>([
  ["no faces", [], /The faces are undefined/u],
  ["a face that is null", [[null], { calibration }], /index 0 is null/u],
  ["options that are null", [makeEvent(9, [1]), null], /options of `groupFaces` are null/u],
  [
    "what is no calibration",
    [makeEvent(9, [1]), { calibration: {} }],
    /`calibration` of `groupFaces` is of the type Object/u,
  ],
  ["a misspelt option", [[], { calibraton: calibration }], /has no option `calibraton`/u],
  ["constraints that are null", [[], { calibration, constraints: null }], /`constraints` of `groupFaces` is null/u],
  [
    "constraints that are no pairs",
    [makeEvent(9, [1]), { calibration, constraints: { apart: [["0-0"]] } }],
    /`apart` of `constraints`/u,
  ],
  [
    "a box of three numbers",
    [makeEvent(9, [1]).map((face) => ({ ...face, box: [1, 2, 3] })), { calibration }],
    /The box of the face 0-0/u,
  ],
  [
    "a box that is not of numbers",
    [makeEvent(9, [1]).map((face) => ({ ...face, box: [1, 2, 3, Number.NaN] })), { calibration }],
    /The box of the face 0-0/u,
  ],
])("groupFaces says of %s that it is wrong", (_, args, message) => {
  expect(() => Reflect.apply(groupFaces, undefined, args)).toThrowError(
    expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringMatching(message) }),
  );
});

test("a grouper refuses to be made without a calibration", () => {
  expect(() => Reflect.construct(FaceGrouper, [{}])).toThrowError(expect.objectContaining({ code: "OPTION_INVALID" }));
});
