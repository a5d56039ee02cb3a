import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, lstat, open, rm, stat } from "node:fs/promises";
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

async function copyInto(folder: string, files: readonly string[], as?: string): Promise<string | undefined> {
  const target = resolve(folder);
  try {
    makeFolder(target);
  } catch (error) {
    throw unwritable(target, error);
  }
  const source = await firstThatExists(files);
  const name = as ?? basename(source);
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  let copy: string | undefined;
  try {
    for (let number = 1; number <= mostOfOneName; number++) {
      const path = join(target, number === 1 ? name : `${stem} (${number})${extension}`);
      if (!(await isTaken(path))) {
        copy ??= await copyBeside(source, target);
        if (await publish(copy, path)) return path;
      }
      if (await haveSameBytes(source, path)) return undefined;
    }
  } finally {
    if (copy !== undefined) await rm(copy, { force: true });
  }
  throw unwritable(target, new RangeError(`${mostOfOneName} files named like ${name}`));
}

async function firstThatExists(files: readonly string[]): Promise<string> {
  for (const file of files) {
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  }
  throw new RollcallError(
    "FILE_MISSING",
    `${files[0] ?? "The photo"} was there when it was indexed and is gone now. Index its folder again; if the folder was deleted, with --forget-missing.`,
  );
}

/** Also by a link that leads nowhere. */
async function isTaken(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** A whole copy that is on the disk, under a name that nobody takes for a photo. */
async function copyBeside(source: string, folder: string): Promise<string> {
  const path = join(folder, `.rollcall-${randomBytes(8).toString("hex")}.part`);
  try {
    await copyFile(source, path, constants.COPYFILE_EXCL);
    const file = await open(path, "r+");
    await file.sync().finally(() => file.close());
    return path;
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    throw await copyError(error, source, path);
  }
}

/** Gives the copy its name, unless another file has got it meanwhile: then false. */
async function publish(copy: string, path: string): Promise<boolean> {
  try {
    // Unlike a rename, this never replaces what is there.
    await link(copy, path);
    return true;
  } catch (error) {
    if (isTakenError(error)) return false;
  }
  try {
    // Memory cards and some network disks know no second name of a file.
    await copyFile(copy, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (isTakenError(error)) return false;
    await rm(path, { force: true }).catch(() => undefined);
    throw await copyError(error, copy, path);
  }
}

function isTakenError(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

async function copyError(error: unknown, source: string, path: string): Promise<RollcallError> {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new RollcallError(
      "DISK_FULL",
      `The disk is full, so ${source} was not copied. Free some space and run the command again.`,
      { cause: error },
    );
  }
  return (await unreadable(source)) ?? unwritable(path, error);
}

/** Undefined when the file can be read, so that something else went wrong. */
async function unreadable(path: string): Promise<RollcallError | undefined> {
  try {
    const file = await open(path);
    await file.read(Buffer.alloc(1)).finally(() => file.close());
    return undefined;
  } catch (cause) {
    return new RollcallError(
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
