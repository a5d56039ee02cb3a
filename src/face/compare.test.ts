import { expect, test } from "vitest";
import { direction, gaussian, near } from "../../test/synthetic-faces.ts";
import { openCalibration } from "./calibration.ts";
import { compareEmbeddings } from "./compare.ts";

const calibration = openCalibration("mobilefacenet");
const random = gaussian(1);
const face = direction(random);

test("gives cosine, Euclidean distance and probability of two faces", () => {
  const other = near(face, 0.6, random);
  const { similarity, distance, confidence } = compareEmbeddings(face, other, calibration);
  const squares = face.reduce((sum, value, i) => sum + (value - (other[i] ?? 0)) ** 2, 0);
  expect(distance).toBeCloseTo(Math.sqrt(squares), 5);
  expect(similarity).toBeCloseTo(1 - squares / 2, 5);
  expect(confidence).toBe(calibration.confidence(similarity, { people: 1 }));
});

test("says the same whichever face comes first", () => {
  const other = near(face, 0.45, random);
  expect(compareEmbeddings(face, other, calibration)).toEqual(compareEmbeddings(other, face, calibration));
});

test("is sure of a face and itself, and of opposites, in spite of rounding", () => {
  const same = compareEmbeddings(face, face, calibration);
  expect(same.similarity).toBeLessThanOrEqual(1);
  expect(same.distance).toBeLessThan(1e-3);
  expect(same.confidence).toBeGreaterThan(0.999);
  const opposite = compareEmbeddings(
    face,
    face.map((value) => -value),
    calibration,
  );
  expect(opposite.similarity).toBeGreaterThanOrEqual(-1);
  expect(opposite.distance).toBeCloseTo(2, 5);
  expect(opposite.confidence).toBeLessThan(0.01);
});

test("takes the quality into account", () => {
  const other = near(face, 0.5, random);
  const [good, poor] = [1, 0.3].map((quality) => compareEmbeddings(face, other, calibration, [1, quality]));
  expect(good?.similarity).toBe(poor?.similarity);
  expect(good?.confidence).not.toBe(poor?.confidence);
});

test("refuses embeddings of different models", () => {
  expect(() => compareEmbeddings(face, new Float32Array(128), calibration)).toThrowError(
    expect.objectContaining({ code: "EMBEDDINGS_INCOMPATIBLE", message: expect.stringMatching(/192 and 128/) }),
  );
});
