import { describe, expect, test } from "vitest";
import { calibrationFromTable, logOdds, openCalibration, priorLogOdds } from "./calibration.ts";
import { calibrationTables } from "./calibration-table.ts";

const qualities = [0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95, 1];
const similarities = Array.from({ length: 401 }, (_, i) => i / 200 - 1);

describe.each(calibrationTables.map((table) => table.embedder))("the calibration of %s", (embedder) => {
  const calibration = openCalibration(embedder);

  test("never falls as the similarity rises, whatever the quality and evidence", () => {
    const evidences = [0, 0.1, 0.5, 1, 2, 3, 4, 6, 100];
    for (const evidenceA of evidences) {
      for (const evidenceB of evidences) {
        const ratios = similarities.map((s) => calibration.logLikelihoodRatioBetween(s, evidenceA, evidenceB));
        expect(ratios.every(Number.isFinite)).toBe(true);
        expect(ratios.filter((ratio, i) => ratio < (ratios[i - 1] ?? ratio) - 1e-9)).toEqual([]);
      }
    }
  });

  test("gives probabilities, near 0 for strangers and near 1 for the same picture", () => {
    for (const quality of qualities) {
      for (const people of [1, 50, 5000]) {
        const confidences = similarities.map((s) =>
          calibration.confidence(s, { people, qualities: [quality, quality] }),
        );
        expect(confidences.every((confidence) => confidence >= 0 && confidence <= 1)).toBe(true);
      }
    }
    expect(calibration.confidence(calibration.similarity(0), { people: 1 })).toBeLessThan(0.05);
    expect(calibration.confidence(1, { people: 1 })).toBeGreaterThan(0.999);
    expect(calibration.confidence(1, { people: 1000 })).toBeGreaterThan(0.99);
  });

  test("is less sure the more people there are", () => {
    const middling = calibration.similarity(0.55);
    const confidences = [1, 10, 100, 1000].map((people) => calibration.confidence(middling, { people }));
    expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
    expect(new Set(confidences).size).toBe(4);
  });

  test("finds more evidence in better faces, and converts resemblances both ways", () => {
    const evidences = qualities.map((quality) => calibration.evidence(quality));
    expect(evidences).toEqual(evidences.toSorted((a, b) => a - b));
    expect(evidences[0]).toBeGreaterThan(0);
    for (const r of [-0.5, 0, 0.3, 1]) expect(calibration.resemblance(calibration.similarity(r))).toBeCloseTo(r, 12);
  });

  test("expects more resemblance of means of faces than of single ones, within bounds", () => {
    const one = calibration.evidence(1);
    const single = calibration.expectedResemblance(one, one);
    expect(calibration.expectedResemblance(one, 2 * one)).toBeGreaterThan(single);
    expect(calibration.expectedResemblance(1e9, 1e9)).toBeLessThan(1);
    expect(calibration.expectedResemblance(0, one)).toBe(0);
  });

  test("says where its figures come from, and orders its knots", () => {
    const table = calibrationTables.find((candidate) => candidate.embedder === embedder);
    expect(table?.provenance.length).toBeGreaterThan(0);
    const expected = table?.curves.map((curve) => curve.expected) ?? [];
    expect(expected).toEqual(expected.toSorted((a, b) => a - b));
    const knots = table?.agreement.map((knot) => knot.quality) ?? [];
    expect(knots).toEqual(knots.toSorted((a, b) => a - b));
    expect(table?.agreement.every((knot) => knot.resemblance > 0 && knot.resemblance < 1)).toBe(true);
  });
});

describe("openCalibration", () => {
  test("refuses an embedder nobody has measured, and names the ones that are", () => {
    const refusal = expect.objectContaining({
      code: "CALIBRATION_MISSING",
      message: expect.stringContaining("mobilefacenet"),
    });
    expect(() => openCalibration("homemade")).toThrowError(refusal);
  });
});

describe("calibrationFromTable", () => {
  test("never claims more than the share of doubles allows", () => {
    const table = { ...calibrationTables[0], embedder: "test", provenance: "test", strangers: 0, doubleRate: 1e-3 };
    const calibration = calibrationFromTable({
      ...table,
      agreement: [{ quality: 1, resemblance: 0.75 }],
      curves: [{ expected: 0.75, offset: -30, low: -10, high: 22 }],
    });
    expect(calibration.logLikelihoodRatio(1)).toBeLessThanOrEqual(Math.log(1e3));
    expect(calibration.logLikelihoodRatio(1)).toBeGreaterThan(Math.log(990));
  });

  test("mixes neighbouring curves, holds the highest, and below the lowest fades to telling nothing", () => {
    const curve = (expected: number, offset: number) => ({ expected, offset, low: 0, high: 0 });
    const calibration = calibrationFromTable({
      embedder: "test",
      provenance: "test",
      strangers: 0,
      agreement: [
        { quality: 0.2, resemblance: 0.4 },
        { quality: 0.8, resemblance: 0.6 },
      ],
      curves: [curve(0.4, 1), curve(0.6, 3)],
      doubleRate: 1e-12,
    });
    const ratios = [0.2, 0.5, 0.8, 1].map((quality) => calibration.logLikelihoodRatio(0, [quality, quality]));
    for (const [i, ratio] of [1, 2, 3, 3].entries()) expect(ratios[i]).toBeCloseTo(ratio, 6);
    const evidence = calibration.evidence(0.2);
    const faded = [1, 0.25, 0].map((share) => calibration.logLikelihoodRatioBetween(0, evidence, evidence * share));
    expect(faded).toEqual(faded.toSorted((a, b) => b - a));
    expect(faded[1]).toBeLessThan(0.8);
    expect(faded[2]).toBe(0);
  });
});

describe("the prior", () => {
  test("is even for two given faces, and one person among N or somebody else in an event", () => {
    expect(priorLogOdds(1)).toBeCloseTo(logOdds(1 / 2), 12);
    expect(priorLogOdds(9)).toBeCloseTo(logOdds(1 / 10), 12);
  });

  test.each([0, -1, 0.5, Number.NaN])("refuses %s people", (people) => {
    expect(() => priorLogOdds(people)).toThrowError(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});
