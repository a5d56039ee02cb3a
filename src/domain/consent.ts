import { createHash } from "node:crypto";

/** What a guest agrees to before a selfie is looked for. A change makes a new hash, so everybody is asked again. */
export const selfieConsent = consentText("find-me", [
  "Rollcall looks for your face in the photos of this event.",
  "Your selfie is turned into numbers that describe your face. They are compared with the faces in the photos, and then both the selfie and the numbers are thrown away: they are never saved.",
  "What is kept is the list of photos you were found in, so that you can come back to them. It is deleted when you press “Forget me”, and at the latest when the event is deleted.",
  "A record that you agreed is kept too: this text, what it was for, and when. Your name is not asked for.",
  "You can say no. The organiser can then send you your photos in another way.",
]);

export interface ConsentText {
  readonly purpose: string;
  readonly paragraphs: readonly string[];
  /** SHA-256 of the paragraphs with line breaks between, lower-case hexadecimal. */
  readonly hash: string;
}

function consentText(purpose: string, paragraphs: readonly string[]): ConsentText {
  return { purpose, paragraphs, hash: createHash("sha256").update(paragraphs.join("\n")).digest("hex") };
}
