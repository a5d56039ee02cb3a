import { describe, expect, test } from "vitest";
import { openCalibration } from "./calibration.ts";
import { answerSearch, type SearchAnswer, type SearchHit, type SearchInput } from "./search.ts";

const calibration = openCalibration("mobilefacenet");

function hits(personId: string, similarities: readonly number[], quality = 1): SearchHit[] {
  return similarities.map((similarity, i) => ({ faceId: `${personId}${i}`, personId, similarity, quality }));
}

function search(found: readonly SearchHit[], others: Partial<SearchInput> = {}) {
  return answerSearch({ hits: found, queryQuality: 1, people: 200, calibration, ...others });
}

const strangers = [...hits("x", [0.31, 0.22]), ...hits("y", [0.28]), ...hits("z", [0.2, 0.1, 0.05])];

describe("a person who is there", () => {
  const answer = search([...strangers, ...hits("ann", [0.72, 0.81, 0.68])]);

  test("is found, with the surest face first", () => {
    expect(answer.kind).toBe("found");
    expect(answer.matches.map((match) => match.faceId)).toEqual(["ann1", "ann0", "ann2"]);
    for (const match of answer.matches) expect(match.confidence).toBeGreaterThan(0.9);
  });

  test("comes with distance, quality and the margin to the runner-up", () => {
    const [first] = answer.matches;
    expect(first).toMatchObject({ personId: "ann", similarity: 0.81, quality: 1 });
    expect(first?.distance).toBeCloseTo(Math.sqrt(2 - 2 * 0.81), 6);
    expect(first?.margin).toBeCloseTo(0.81 - 0.31, 6);
    expect(search(hits("ann", [0.8])).matches[0]?.margin).toBeUndefined();
  });

  test("is found in photos whose face resembles the one looked for less than a single face must", () => {
    const alone = search([...strangers, ...hits("profile", [0.42])]);
    expect(alone.matches.some((match) => match.personId === "profile" && match.confidence >= 0.7)).toBe(false);
    const grouped = search([...strangers, ...hits("ann", [0.82, 0.8, 0.79, 0.42])]);
    expect(grouped.kind).toBe("found");
    expect(grouped.matches.map((match) => match.faceId)).toContain("ann3");
  });

  test("does not bring along a face that got into the group by mistake", () => {
    const { matches } = search([...strangers, ...hits("ann", [0.82, 0.8, 0.79, -0.1])]);
    expect(matches.map((match) => match.faceId)).toEqual(["ann0", "ann1", "ann2"]);
  });

  test("is found by one face in a group that is mostly somebody else's", () => {
    const { matches } = search([...strangers, ...hits("mixed", [0.85, 0.05, 0.02, -0.03, 0.1])]);
    expect(matches.map((match) => match.faceId)).toEqual(["mixed0"]);
  });

  test("does not bring along a large group that only one face of it speaks for", () => {
    // As measured where somebody's one photo had slipped into a group of 39 and somewhat resembled all of it.
    const others = Array.from({ length: 38 }, (_, i) => 0.39 + i / 500);
    const { matches } = search([...strangers, ...hits("mixed", [0.72, ...others])]);
    expect(matches.map((match) => match.faceId)).toEqual(["mixed0"]);
  });

  test("is found in both groups when grouping has split the photos", () => {
    const { matches } = search([...strangers, ...hits("left", [0.84, 0.8]), ...hits("right", [0.79, 0.77])]);
    expect(new Set(matches.map((match) => match.personId))).toEqual(new Set(["left", "right"]));
  });
});

describe("confidence", () => {
  const best = (similarity: number, others: Partial<SearchInput> = {}) =>
    search([...strangers, ...hits("ann", [similarity])], { threshold: 0, ...others }).matches.find(
      (match) => match.personId === "ann",
    )?.confidence ?? -1;

  test("never falls as the similarity rises", () => {
    const confidences = Array.from({ length: 100 }, (_, i) => best(i / 100));
    // Nothing but the rounding of numbers this close to 1.
    const falls = confidences.filter((confidence, i) => confidence < (confidences[i - 1] ?? 0) - 1e-12);
    expect(falls).toEqual([]);
    expect(confidences.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  test("falls with the number of people it could be", () => {
    const confidences = [2, 20, 200, 2000].map((people) => best(0.6, { people }));
    expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
  });

  test("falls when somebody else explains the face better", () => {
    const alone = best(0.58);
    const rival = search([...strangers, ...hits("ann", [0.58]), ...hits("bob", [0.9, 0.88])], { threshold: 0 });
    const besides = rival.matches.find((match) => match.personId === "ann")?.confidence ?? 1;
    expect(besides).toBeLessThan(alone / 2);
  });

  test("of all people adds up to no more than splitting by mistake allows", () => {
    const doubles = [...hits("a", [0.57]), ...hits("b", [0.57]), ...hits("c", [0.57]), ...hits("d", [0.57])];
    const sum = search(doubles, { threshold: 0 }).matches.reduce((total, match) => total + match.confidence, 0);
    expect(sum).toBeLessThan(1.5);
  });

  test("is a number even for hundreds of faces that are all the same", () => {
    const copies = Array.from({ length: 300 }, (_, i) => hits(`copy${i}`, [1, 1, 1])).flat();
    const { matches } = search(copies, { threshold: 0 });
    expect(matches).toHaveLength(900);
    expect(matches.every((match) => match.confidence > 0.9 && match.confidence <= 1)).toBe(true);
  });
});

describe("nobody found", () => {
  test("means not in these photos when a clear face resembles nobody", () => {
    const answer = search(strangers);
    expect(answer).toEqual({ kind: "not-found", matches: [], bestConfidence: expect.any(Number) });
    expect(answer.kind === "not-found" && answer.bestConfidence).toBeLessThan(0.1);
    expect(search([])).toEqual({ kind: "not-found", matches: [], bestConfidence: undefined });
  });

  test("means too little evidence when the face looked for is too poor to be recognised at all", () => {
    const answer = search(strangers, { queryQuality: 0.2, people: 500 });
    expect(answer).toMatchObject({ kind: "not-enough-evidence", reason: { code: "poor-query" } });
    // Guests read this, too, and are not to learn how many people there are.
    expect(answer.kind === "not-enough-evidence" && answer.reason.message).not.toMatch(/\d/);
  });

  test("is not blamed on the picture when no picture would pass the threshold", () => {
    const answer = search([...strangers, ...hits("ann", [0.95])], { threshold: 1 });
    expect(answer).toMatchObject({ kind: "not-enough-evidence", reason: { code: "strict-threshold" } });
    expect(answer.matches[0]).toMatchObject({ personId: "ann" });
  });

  test("means too little evidence when somebody may be the one, and names the candidates", () => {
    const probable = Array.from({ length: 100 }, (_, i) => 0.4 + i / 400).find((similarity) => {
      const [match] = search([...strangers, ...hits("ann", [similarity])], { threshold: 0 }).matches;
      return (match?.confidence ?? 0) > 0.5;
    });
    const answer = search([...strangers, ...hits("ann", [probable ?? 0])]);
    expect(answer).toMatchObject({ kind: "not-enough-evidence", reason: { code: "undecided" } });
    expect(answer.matches[0]).toMatchObject({ personId: "ann" });
  });

  test("means too little evidence when two people resemble the face equally", () => {
    const similarity = Array.from({ length: 100 }, (_, i) => 0.4 + i / 400).find((value) => {
      const [match] = search(hits("ann", [value]), { threshold: 0 }).matches;
      return (match?.confidence ?? 0) > 0.75;
    });
    const answer = search([...hits("ann", [similarity ?? 0]), ...hits("bea", [similarity ?? 0])]);
    expect(answer).toMatchObject({ kind: "not-enough-evidence", reason: { code: "ambiguous" } });
    expect(new Set(answer.matches.map((match) => match.personId))).toEqual(new Set(["ann", "bea"]));
  });
});

describe("listing matches further down", () => {
  const least = 0.01;
  const listed = (found: readonly SearchHit[], others: Partial<SearchInput> = {}) => {
    const [plain, all] = [search(found, others), search(found, { least, ...others })];
    expect(all.kind).toBe(plain.kind);
    return all;
  };
  const confidences = ({ matches }: SearchAnswer) => matches.map(({ confidence }) => confidence);

  test("leaves it at 'not in these photos', and shows what comes nearest", () => {
    for (const similarity of [0.48, 0.5, 0.52]) {
      const answer = listed([...strangers, ...hits("near", [similarity])]);
      expect(answer.kind).toBe("not-found");
      expect(answer.matches[0]).toMatchObject({ personId: "near" });
      expect(Math.min(...confidences(answer))).toBeGreaterThanOrEqual(least);
    }
  });

  test("leaves the reason why a picture proves nothing", () => {
    const answer = listed([...strangers, ...hits("near", [0.48])], { queryQuality: 0.2, people: 500 });
    expect(answer).toMatchObject({ kind: "not-enough-evidence", reason: { code: "poor-query" } });
  });

  test("adds to what is found what is less sure", () => {
    const found = [...strangers, ...hits("ann", [0.81]), ...hits("near", [0.56])];
    const answer = listed(found);
    expect(answer.kind).toBe("found");
    expect(answer.matches.map(({ personId }) => personId)).toEqual(["ann", "near"]);
    expect(search(found).matches).toHaveLength(1);
    expect(search(found, { least: 1 }).matches).toHaveLength(1);
  });
});

test("the threshold decides what counts as found", () => {
  const found = [...strangers, ...hits("ann", [0.56])];
  const [match] = search(found, { threshold: 0 }).matches;
  const confidence = match?.confidence ?? 0;
  expect(search(found, { threshold: confidence - 0.01 }).kind).toBe("found");
  expect(search(found, { threshold: Math.min(1, confidence + 0.01) }).kind).not.toBe("found");
});
