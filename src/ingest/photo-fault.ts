import type { CodedError } from "../domain/errors.ts";

/** A picture that ends the engine so many times is to blame. */
export const mostCrashes = 3;

/** Whether the photo is to blame, so that no other try will go better. */
export function isOfThePhoto({ code }: CodedError): boolean {
  return code.startsWith("IMAGE_") || code === "ENGINE_CRASHED";
}
