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
  throw new FaceError(
    "OPTION_INVALID",
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
    throw new FaceError(
      "OPTION_INVALID",
      `The embedding of ${which} is of the type ${typeName(embedding)}; it must be a Float32Array, as \`findFaces\` gives ` +
        "it. JSON keeps none: store `Array.from(embedding)`, and make it one again with `Float32Array.from`.",
    );
  }
  if (!embedding.every(Number.isFinite)) {
    throw new FaceError("OPTION_INVALID", `The embedding of ${which} has numbers that are not finite.`);
  }
  if (typeof quality !== "number" || !(quality >= 0 && quality <= 1)) {
    throw new FaceError("OPTION_INVALID", `The quality of ${which} is ${quality}; it must be a number from 0 to 1.`);
  }
}

/** @param what is chosen, for the message @throws FaceError OPTION_INVALID */
export function checkedChoice<Choice extends string>(
  value: Choice,
  choices: Readonly<Record<Choice, unknown>>,
  what: string,
): Choice {
  if (Object.hasOwn(choices, value)) return value;
  const names = Object.keys(choices).map((name) => `"${name}"`);
  throw new FaceError("OPTION_INVALID", `The ${what} is "${value}"; it must be ${names.join(" or ")}.`);
}

/** Such as "Undefined", "Array" or "Blob". */
function typeName(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}
