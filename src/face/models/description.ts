import { FaceError } from "../errors.ts";
import { type Landmarks, mapLandmarks, type Point } from "../geometry.ts";
import type { EmbedderSpec } from "./manifest.ts";
import { arcFaceTemplate } from "./templates.ts";

/** What the JSON description of an imported embedder says; docs/models.md documents each field. */
export interface ModelDescription {
  readonly title: string;
  readonly licence: string;
  readonly provenance: string;
  readonly embedder: EmbedderSpec;
}

/** The fields of a description, as docs/models.md shows them. */
export const descriptionFields = {
  inputSize: "Width and height of the crop in pixels, 16 to 1024. Required.",
  dimension: "Numbers in an embedding, 2 to 8192. Required.",
  layout: '`"nchw"` (batch, channels, height, width) or `"nhwc"`. Required.',
  channels: '`"rgb"` or `"bgr"`. Required.',
  mean: "What is subtracted from values of 0 to 255: a number, or three, one per channel in the order of `channels`. Required.",
  scale: "What the difference is multiplied by then: a number, or three. Required.",
  template:
    "Where the landmarks lie in the crop: five [x, y] in pixels, the eye on the left of the picture, the other eye, nose tip, both mouth corners. Default: ArcFace's, scaled to `inputSize`.",
  fixedBatch: "The network takes exactly this many crops at a time. Default: any number.",
  title: "What it is, for lists. Optional, as are the next three.",
  licence: "Under which licence it is.",
  provenance: "Who made it, and from what.",
  name: "The name it is imported under by `--as`.",
} as const;

/** ArcFace's template is for crops of this many pixels; for others it is scaled. */
const TEMPLATE_SIZE = 112;

/** Can be a file name on every system, and a word on every command line. */
export function isModelName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,39}$/.test(name);
}

/**
 * Reads the description of an embedder.
 *
 * @param value the parsed JSON
 * @param name under which the embedder is imported
 * @throws FaceError MODEL_DESCRIPTION_INVALID naming everything that is wrong with it, at once
 */
export function readDescription(value: unknown, name: string): ModelDescription {
  const problems: string[] = [];
  const fields = new Map(
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [],
  );
  if (fields.size === 0) problems.push("it is not a JSON object with fields");
  const known = Object.keys(descriptionFields);
  for (const field of fields.keys()) {
    if (!known.includes(field)) problems.push(`"${field}" is not a field; there are ${known.join(", ")}`);
  }
  if ((fields.get("name") ?? name) !== name)
    problems.push(`"name" must be "${name}", as it is imported, or be left out`);

  const inputSize = integer("inputSize", 16, 1024);
  const description: ModelDescription = {
    title: text("title", `Imported embedder ${name}`),
    licence: text("licence", "not stated"),
    provenance: text("provenance", "Imported by the user."),
    embedder: {
      name,
      inputSize,
      dimension: integer("dimension", 2, 8192),
      layout: oneOf("layout", ["nchw", "nhwc"]),
      channels: oneOf("channels", ["rgb", "bgr"]),
      mean: threeNumbers("mean"),
      scale: threeNumbers("scale"),
      template: template(inputSize),
      ...(fields.has("fixedBatch") ? { fixedBatch: integer("fixedBatch", 1, 256) } : {}),
    },
  };
  if (description.embedder.scale.some((scale) => scale === 0)) problems.push('"scale" must not be 0');
  if (problems.length > 0) {
    throw new FaceError(
      "MODEL_DESCRIPTION_INVALID",
      `The description of "${name}" cannot be used: ${problems.join("; ")}.`,
    );
  }
  return description;

  function integer(field: string, least: number, most: number): number {
    const given = fields.get(field);
    if (typeof given === "number" && Number.isInteger(given) && given >= least && given <= most) return given;
    problems.push(`"${field}" must be a whole number from ${least} to ${most}${instead(given)}`);
    return least;
  }

  function oneOf<const T extends string>(field: string, choices: readonly [T, ...T[]]): T {
    const given = fields.get(field);
    const found = choices.find((choice) => choice === given);
    if (found === undefined) {
      problems.push(`"${field}" must be ${choices.map((choice) => `"${choice}"`).join(" or ")}${instead(given)}`);
    }
    return found ?? choices[0];
  }

  function threeNumbers(field: string): readonly [number, number, number] {
    const given = fields.get(field);
    const [a, b, c, ...more] = Array.isArray(given) ? given : [given, given, given];
    if (isNumber(a) && isNumber(b) && isNumber(c) && more.length === 0) return [a, b, c];
    problems.push(`"${field}" must be a number, or three, one per channel${instead(given)}`);
    return [1, 1, 1];
  }

  function text(field: string, otherwise: string): string {
    const given = fields.get(field) ?? otherwise;
    if (typeof given === "string" && given.trim() !== "" && given.length <= 1000) return given;
    problems.push(`"${field}" must be a text of at most 1,000 characters`);
    return otherwise;
  }

  function template(size: number): Landmarks {
    const factor = size / TEMPLATE_SIZE;
    if (!fields.has("template")) return mapLandmarks(arcFaceTemplate, ([x, y]) => [x * factor, y * factor]);
    const given = fields.get("template");
    const [leftEye, rightEye, nose, leftMouth, rightMouth, ...more] = Array.isArray(given) ? given.map(asPoint) : [];
    if (leftEye && rightEye && nose && leftMouth && rightMouth && more.length === 0) {
      const points: Landmarks = [leftEye, rightEye, nose, leftMouth, rightMouth];
      if (points.every(([x, y]) => x >= 0 && x <= size && y >= 0 && y <= size)) {
        if (leftEye[0] < rightEye[0] && leftMouth[0] < rightMouth[0] && leftEye[1] < leftMouth[1]) return points;
        problems.push('"template" must go from the eye on the left of the picture to the mouth corner on its right');
        return points;
      }
    }
    problems.push(
      `"template" must be five [x, y] in pixels of the crop, 0 to ${size}: left eye, right eye, nose tip, left and right mouth corner`,
    );
    return arcFaceTemplate;
  }
}

function instead(given: unknown): string {
  return given === undefined ? ", and is missing" : `, not ${JSON.stringify(given)?.slice(0, 60)}`;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function asPoint(value: unknown): Point | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [x, y]: unknown[] = value;
  return isNumber(x) && isNumber(y) ? [x, y] : undefined;
}
