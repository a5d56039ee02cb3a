import { describe, expect, test } from "vitest";
import { direction, gaussian } from "../../test/synthetic-faces.ts";
import { groupFaces } from "./cluster.ts";
import { embedderOf } from "./pipeline-id.ts";

const idOf = (embedder: string, settings = "mirror+r1") =>
  `mtcnn-0123456789abcdef+${embedder}-fedcba9876543210+${settings}`;

const embedding = direction(gaussian(1));
const faces = (...pipelineIds: readonly (string | undefined)[]) =>
  pipelineIds.map((pipelineId, i) => ({
    id: `${i}`,
    photoId: `photo ${i}`,
    embedding,
    quality: 0.9,
    ...(pipelineId === undefined ? {} : { pipelineId }),
  }));

describe("embedderOf", () => {
  test.each(["mobilefacenet", "my-arc_face-0123456789abcdef"])("tells that faces come from %s", (name) => {
    expect(embedderOf(faces(idOf(name), idOf(name)))).toBe(name);
    expect(embedderOf(faces(idOf(name, "r1")))).toBe(name);
  });
});

describe("groupFaces without options", () => {
  test("uses the calibration of the embedder that found the faces", () => {
    const id = idOf("mobilefacenet");
    expect(groupFaces(faces(id, id)).people).toMatchObject([{ faceIds: ["0", "1"] }]);
  });

  test("refuses embeddings that are not of the length that this embedder gives", () => {
    const short = faces(idOf("dlib"), idOf("dlib"));
    expect(() => groupFaces(short)).toThrow(
      expect.objectContaining({ code: "EMBEDDINGS_INCOMPATIBLE", message: expect.stringMatching(/192.*128/u) }),
    );
  });

  test("has nobody to find where there is no face", () => {
    expect(groupFaces([])).toEqual({ people: [] });
  });

  test.each([
    ["an embedder without a calibration", [idOf("arcface"), idOf("arcface")], "CALIBRATION_MISSING"],
    ["faces that do not say what found them", [idOf("mobilefacenet"), undefined], "OPTION_INVALID"],
    ["faces of two embedders", [idOf("mobilefacenet"), idOf("dlib")], "EMBEDDINGS_INCOMPATIBLE"],
    ["faces with and without their mirror image", [idOf("dlib"), idOf("dlib", "r1")], "EMBEDDINGS_INCOMPATIBLE"],
  ])("refuses to guess for %s", (_, pipelineIds, code) => {
    expect(() => groupFaces(faces(...pipelineIds))).toThrow(expect.objectContaining({ code }));
  });
});
