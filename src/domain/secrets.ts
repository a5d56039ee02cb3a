import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

/** 128 bits, 22 characters: for what is typed, scanned or sent in a link. */
export function newSecret(): string {
  return randomBytes(16).toString("base64url");
}

/** No letter or digit that looks like another. */
const passwordLetters = "abcdefghjkmnpqrstuvwxyz23456789";

/** To be typed: four groups of five, 99 bits. */
export function newPassword(): string {
  const group = () => Array.from({ length: 5 }, () => passwordLetters[randomInt(passwordLetters.length)]).join("");
  return Array.from({ length: 4 }, group).join("-");
}

/** 256 bits: for what machines keep. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

export function newId(): string {
  return randomBytes(8).toString("hex");
}

/** How secrets of 128 bits or more are stored: nobody can try them all, so a quick hash will do. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Takes as long whatever differs. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(hashSecret(a)), Buffer.from(hashSecret(b)));
}
