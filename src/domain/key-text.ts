import { RollcallError } from "./errors.ts";

/** Of AES-256. */
export const keyBytes = 32;

/** Of 32 random bytes 30 differ on average, and fewer than 20 in one key of 10^9. */
const leastDifferentBytes = 20;

/**
 * A key from its text: base64, also in its URL-safe form, or hexadecimal.
 *
 * @param origin where it comes from, for the message
 * @throws RollcallError KEY_INVALID, KEY_WEAK; the message never has the key
 */
export function parseKey(text: string, origin: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/iu.test(trimmed) ? Buffer.from(trimmed, "hex") : Buffer.from(trimmed, "base64");
  if (key.length !== keyBytes || !/^[0-9a-z+/_-]+=*$/iu.test(trimmed)) {
    throw new RollcallError(
      "KEY_INVALID",
      `${origin} must hold 32 bytes in base64 or hexadecimal, as \`openssl rand -base64 32\` makes them.`,
    );
  }
  const weakness = weaknessOf(key);
  if (weakness) {
    throw new RollcallError(
      "KEY_WEAK",
      `${origin} ${weakness}, so it can be guessed. Use 32 random bytes: \`openssl rand -base64 32\`.`,
    );
  }
  return key;
}

/** What no random key has: each of these is true of one random key in a hundred million or fewer. */
function weaknessOf(key: Buffer): string | undefined {
  if (new Set(key).size < leastDifferentBytes) return "repeats a few bytes";
  const steps = new Set(Array.from(key.subarray(1), (byte, i) => (byte - (key[i] ?? 0)) & 0xff));
  if (steps.size <= 2) return "counts up or down";
  if (key.every((byte) => byte >= 0x20 && byte < 0x7f)) return "is a text, such as a password";
  return undefined;
}
