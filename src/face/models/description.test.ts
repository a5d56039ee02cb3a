import { expect, test } from "vitest";
import { isModelName, readDescription } from "./description.ts";
import { arcFaceTemplate } from "./templates.ts";

const arcFace = {
  inputSize: 112,
  dimension: 512,
  layout: "nchw",
  channels: "rgb",
  mean: 127.5,
  scale: 0.0078125,
};

test("reads what an embedder needs, and fills in the rest", () => {
  expect(readDescription(arcFace, "arcface")).toEqual({
    title: "Imported embedder arcface",
    licence: "not stated",
    provenance: "Imported by the user.",
    embedder: {
      ...arcFace,
      name: "arcface",
      mean: [127.5, 127.5, 127.5],
      scale: [0.0078125, 0.0078125, 0.0078125],
      template: arcFaceTemplate,
    },
  });
});

test("scales the template to crops of another size", () => {
  const { template } = readDescription({ ...arcFace, inputSize: 224 }, "large").embedder;
  expect(template[0]).toEqual([arcFaceTemplate[0][0] * 2, arcFaceTemplate[0][1] * 2]);
});

test("takes a template, a mean per channel and a fixed batch", () => {
  const template = [
    [30, 40],
    [80, 40],
    [55, 60],
    [35, 90],
    [75, 90],
  ];
  const { embedder } = readDescription({ ...arcFace, template, mean: [1, 2, 3], fixedBatch: 1 }, "own");
  expect(embedder).toMatchObject({ template, mean: [1, 2, 3], fixedBatch: 1 });
});

test.each([
  [{ ...arcFace, inputSize: 112.5 }, '"inputSize" must be a whole number from 16 to 1024, not 112.5'],
  [{ ...arcFace, inputSize: "112" }, '"inputSize" must be a whole number from 16 to 1024, not "112"'],
  [{ ...arcFace, dimension: undefined }, '"dimension" must be a whole number from 2 to 8192, and is missing'],
  [{ ...arcFace, layout: "NCHW" }, '"layout" must be "nchw" or "nhwc", not "NCHW"'],
  [{ ...arcFace, channels: null }, '"channels" must be "rgb" or "bgr", not null'],
  [{ ...arcFace, mean: [1, 2] }, '"mean" must be a number, or three, one per channel, not [1,2]'],
  [{ ...arcFace, mean: [1, 2, 3, 4] }, '"mean" must be a number, or three'],
  [{ ...arcFace, scale: [1, 0, 1] }, '"scale" must not be 0'],
  [{ ...arcFace, template: [[1, 2]] }, '"template" must be five [x, y] in pixels of the crop, 0 to 112'],
  [{ ...arcFace, template: arcFaceTemplate.map(([x, y]) => [x * 2, y]) }, "in pixels of the crop, 0 to 112"],
  [{ ...arcFace, template: arcFaceTemplate.map(([x, y]) => [112 - x, y]) }, "from the eye on the left of the picture"],
  [{ ...arcFace, templat: [] }, '"templat" is not a field'],
  [{ ...arcFace, name: "other" }, '"name" must be "own"'],
  [{ ...arcFace, title: "" }, '"title" must be a text'],
  [[arcFace], "not a JSON object"],
  ["nchw", "not a JSON object"],
  [null, "not a JSON object"],
])("refuses %j", (description, message) => {
  const read = () => readDescription(description, "own");
  expect(read).toThrow(expect.objectContaining({ code: "MODEL_DESCRIPTION_INVALID" }));
  expect(read).toThrow(message);
});

test("names everything that is wrong at once", () => {
  expect(() => readDescription({ layout: "nchw", mean: 0, scale: 1 }, "own")).toThrow(
    /"inputSize".*"dimension".*"channels"/,
  );
});

test.each([
  ["arcface", true],
  ["my-net_2", true],
  ["", false],
  ["-x", false],
  ["Arc", false],
  ["a/b", false],
  ["..", false],
  ["a.b", false],
  ["x".repeat(41), false],
])("%j as a model's name: %s", (name, expected) => {
  expect(isModelName(name)).toBe(expected);
});
