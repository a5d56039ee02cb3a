import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { RollcallError } from "../domain/errors.ts";

const keyBytes = 32;

/** Of 32 random bytes 30 differ on average, and fewer than 20 in one key of 10^9. */
const leastDifferentBytes = 20;

/** No key file is longer; a folder or a photo given by mistake is refused without being read. */
const mostFileBytes = 1024;

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

/** @throws RollcallError KEY_MISSING, KEY_EXPOSED, KEY_UNREADABLE, KEY_INVALID, KEY_WEAK */
export function readKeyFile(path: string): Buffer {
  let text: string;
  try {
    const stat = statSync(path);
    // Windows has no such bits: there the folder's access list protects the file.
    if (process.platform !== "win32" && (stat.mode & 0o077) !== 0) {
      throw new RollcallError(
        "KEY_EXPOSED",
        `The key file ${path} can be read or written by others than its owner. Run \`chmod 600\` on it, and make a new key if somebody may have read it.`,
      );
    }
    text = stat.size > mostFileBytes || !stat.isFile() ? "" : readFileSync(path, "latin1");
  } catch (error) {
    if (error instanceof RollcallError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new RollcallError(
        "KEY_MISSING",
        `The database is encrypted, but its key file ${path} is gone. Put it back from a backup, or set ROLLCALL_KEY.`,
        { cause: error },
      );
    }
    throw new RollcallError("KEY_UNREADABLE", `The key file ${path} cannot be read. Check its permissions.`, {
      cause: error,
    });
  }
  return parseKey(text, `The key file ${path}`);
}

/**
 * Makes a key file with a random key, unless there is one. It appears whole or not at all, and when two processes make
 * one at the same time, one of them wins. The caller reads it back.
 *
 * @throws RollcallError KEY_UNREADABLE
 */
export function makeKeyFile(path: string): void {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(file, `${randomBytes(keyBytes).toString("base64")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return;
    throw new RollcallError("KEY_UNREADABLE", `The key file ${path} cannot be made. Check the folder's permissions.`, {
      cause: error,
    });
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The file's name is in the folder, which has to reach the disk as well. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}
