import { resolve } from "node:path";
import { isAnyArrayBuffer, isFloat32Array } from "node:util/types";
import { FaceError } from "./errors.ts";
import type { Face } from "./face.ts";

// What programs without types hand over: deeper inside, it would be taken for the fault of a picture.

/**
 * A picture as a worker takes it: an absolute path, because a worker stays in the folder that it was started in, or bytes.
 *
 * @throws FaceError OPTION_INVALID
 */
export function checkedPicture(image: string | ArrayBufferLike | ArrayBufferView): string | Uint8Array {
  // No path is one of a file that is not there, and not the working folder.
  if (typeof image === "string") return image === "" ? image : resolve(image);
  if (isAnyArrayBuffer(image)) return new Uint8Array(image);
  if (ArrayBuffer.isView(image)) return new Uint8Array(image.buffer, image.byteOffset, image.byteLength);
  throw invalid(
    `The picture is of the type ${typeName(image)}; \`findFaces\` takes the path of a file as a string, or its bytes as ` +
      "an ArrayBuffer, Buffer or Uint8Array.",
  );
}

/** @param which the face is, for the message @throws FaceError OPTION_INVALID */
export function checkFace(face: Partial<Face> | undefined, which: string): void {
  checkMeasures(face?.embedding, face?.quality?.score, which);
}

/** @param which face they are of, for the message @throws FaceError OPTION_INVALID */
export function checkMeasures(embedding: unknown, quality: unknown, which: string): void {
  if (!isFloat32Array(embedding)) {
    throw invalid(
      `The embedding of ${which} is of the type ${typeName(embedding)}; it must be a Float32Array, as \`findFaces\` gives ` +
        "it. JSON keeps none: store `Array.from(embedding)`, and make it one again with `Float32Array.from`.",
    );
  }
  if (!embedding.every(Number.isFinite)) {
    throw invalid(`The embedding of ${which} has numbers that are not finite.`);
  }
  if (!isShare(quality))
    throw invalid(`The quality of ${which} is ${shown(quality)}; it must be a number from 0 to 1.`);
}

/**
 * That an embedding comes from an embedder, as far as its length tells.
 *
 * @param which face it is of, for the message @throws FaceError EMBEDDINGS_INCOMPATIBLE
 */
export function checkDimension(embedding: Float32Array, embedder: string, dimension: number, which: string): void {
  if (embedding.length === dimension) return;
  throw new FaceError(
    "EMBEDDINGS_INCOMPATIBLE",
    `The embedding of ${which} has ${embedding.length} numbers, those of ${embedder} have ${dimension}: it comes from ` +
      "another model, and comparing it means nothing. Find the faces of all pictures with the same embedder.",
  );
}

/** What an option may be, in words and as a check. */
export interface OptionKind {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
  /** Default: false. */
  readonly required?: boolean;
}

/** One for every option, so that none goes unchecked. */
export type OptionKinds<Options> = Readonly<Record<keyof Options, OptionKind>>;

/** @param whose options they are, for the message @throws FaceError OPTION_INVALID */
export function checkOptions<Options extends object>(
  options: Options,
  kinds: OptionKinds<Options>,
  whose: string,
): void {
  if (!isObject(options)) {
    throw invalid(`The options of \`${whose}\` are ${shown(options)}; they must be an object.`);
  }
  const values = new Map<string, unknown>(Object.entries(options));
  for (const [name, { words, fits, required = false }] of Object.entries<OptionKind>(kinds)) {
    const value = values.get(name);
    if (value === undefined ? required : !fits(value)) {
      throw invalid(`The option \`${name}\` of \`${whose}\` is ${shown(value)}; it must be ${words}.`);
    }
    values.delete(name);
  }
  const [misspelt] = values.keys();
  if (misspelt !== undefined) {
    const names = Object.keys(kinds).map((name) => `\`${name}\``);
    throw invalid(`\`${whose}\` has no option \`${misspelt}\`. It has ${names.join(", ")}.`);
  }
}

export const text: OptionKind = { words: "a string", fits: isText };

export const texts: OptionKind = {
  words: "an array of one or more strings",
  fits: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
};

export const flag: OptionKind = { words: "true or false", fits: (value) => typeof value === "boolean" };

export const share: OptionKind = { words: "a number from 0 to 1", fits: isShare };

export const callback: OptionKind = { words: "a function", fits: isFunction };

export const signal: OptionKind = { words: "an AbortSignal", fits: (value) => value instanceof AbortSignal };

export function wholeNumber(least: number, most: number): OptionKind {
  return {
    words: `a whole number from ${least} to ${most}`,
    fits: (value) => typeof value === "number" && Number.isInteger(value) && value >= least && value <= most,
  };
}

export function oneOf(choices: readonly string[]): OptionKind {
  return {
    words: choices.map((choice) => `"${choice}"`).join(" or "),
    fits: (value) => isText(value) && choices.includes(value),
  };
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

export function invalid(message: string): FaceError {
  return new FaceError("OPTION_INVALID", message);
}

/** A value as messages name it. */
export function shown(value: unknown): string {
  if (isText(value)) return JSON.stringify(value);
  const isPlain = value === undefined || value === null || ["number", "boolean"].includes(typeof value);
  return isPlain ? String(value) : `of the type ${typeName(value)}`;
}

/** Such as "Undefined", "Array" or "Blob". */
function typeName(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
