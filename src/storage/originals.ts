import { constants } from "node:fs";
import { copyFile, open, rm, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { RollcallError } from "../domain/errors.ts";
import type { Originals } from "../domain/ports.ts";
import { makeFolder } from "./folder.ts";
import { readHashed } from "./hashed-copy.ts";

/** Photos of one name that a folder can hold, "IMG_1 (2).jpg" and so on; cameras begin anew after 9,999. */
const mostOfOneName = 10_000;

export function originals(): Originals {
  return { copyInto };
}

async function copyInto(folder: string, files: readonly string[]): Promise<string | undefined> {
  const target = resolve(folder);
  try {
    makeFolder(target);
  } catch (error) {
    throw unwritable(target, error);
  }
  const source = await firstThatExists(files);
  const name = basename(source);
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let number = 1; number <= mostOfOneName; number++) {
    const path = join(target, number === 1 ? name : `${stem} (${number})${extension}`);
    if (await copyUnlessTaken(source, path)) return path;
    if (await haveSameBytes(source, path)) return undefined;
  }
  throw unwritable(target, new RangeError(`${mostOfOneName} files named like ${name}`));
}

async function firstThatExists(files: readonly string[]): Promise<string> {
  for (const file of files) {
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  }
  throw new RollcallError(
    "FILE_MISSING",
    `${files[0] ?? "The photo"} was there when it was indexed and is gone now. Index its folder again.`,
  );
}

/** False when there is a file of that name. What could not be copied whole is removed. */
async function copyUnlessTaken(source: string, path: string): Promise<boolean> {
  try {
    await copyFile(source, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return false;
    await rm(path, { force: true }).catch(() => undefined);
    if (code === "ENOSPC" || code === "EDQUOT") {
      throw new RollcallError(
        "DISK_FULL",
        `The disk is full, so ${path} was not written. Free some space and run the command again.`,
        { cause: error },
      );
    }
    await checkReadable(source);
    throw unwritable(path, error);
  }
}

async function checkReadable(path: string): Promise<void> {
  try {
    const file = await open(path);
    await file.read(Buffer.alloc(1)).finally(() => file.close());
  } catch (cause) {
    throw new RollcallError(
      "IMAGE_UNREADABLE",
      `${path} cannot be opened or read, so it was not copied. Check that its disk is in order and that you may read it.`,
      { cause },
    );
  }
}

/** What is in the folder may also be a link that leads nowhere. */
async function haveSameBytes(a: string, b: string): Promise<boolean> {
  const [statA, statB] = await Promise.all([stat(a), stat(b).catch(() => undefined)]);
  if (statA.size !== statB?.size || !statB.isFile()) return false;
  const [contentA, contentB] = await Promise.all([readHashed(a), readHashed(b)]);
  return contentA.sha256 === contentB.sha256;
}

function unwritable(path: string, cause: unknown): RollcallError {
  return new RollcallError(
    "FOLDER_UNWRITABLE",
    `${path} cannot be written. Check that the folder exists and its permissions, or choose another.`,
    { cause },
  );
}
