import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { RollcallError } from "../domain/errors.ts";
import { keyBytes, parseKey } from "../domain/key-text.ts";

/** No key file is longer; a folder or a photo given by mistake is refused without being read. */
const mostFileBytes = 1024;

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
  requireKeyFolder(path);
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

/** @throws RollcallError KEY_UNREADABLE when no key file can be made there, for want of a folder */
export function requireKeyFolder(path: string): void {
  if (existsSync(dirname(path))) return;
  throw new RollcallError(
    "KEY_UNREADABLE",
    `The key file ${path} cannot be made, because its folder does not exist. Make the folder, or choose another file with ROLLCALL_KEY_FILE.`,
  );
}

/** The file's name is in the folder, which has to reach the disk as well. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}
