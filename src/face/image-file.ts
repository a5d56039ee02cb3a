import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { FaceError } from "./errors.ts";

/** Twice the largest RAW files of medium-format cameras (about 250 MB). */
const maxFileBytes = 512 * 1024 * 1024;

/**
 * The bytes of a regular file.
 *
 * @throws FaceError IMAGE_UNREADABLE when it is missing, forbidden or not a file; IMAGE_EMPTY; IMAGE_TOO_LARGE
 */
export async function readImageFile(path: string): Promise<Uint8Array> {
  try {
    // Without O_NONBLOCK the opening of a named pipe would wait for a writer that may never come.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const info = await file.stat();
      if (!info.isFile()) {
        const what = info.isDirectory() ? "is a folder" : "is a device, a pipe or a socket";
        throw new FaceError("IMAGE_UNREADABLE", `${quoted(path)} ${what}, not a picture file.`);
      }
      checkByteCount(info.size);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof FaceError) throw error;
    throw new FaceError("IMAGE_UNREADABLE", `${quoted(path)} ${whyUnreadable(error)}.`, { cause: error });
  }
}

/** @throws FaceError IMAGE_EMPTY or IMAGE_TOO_LARGE */
export function checkByteCount(bytes: number): void {
  if (bytes === 0) throw new FaceError("IMAGE_EMPTY", "The file has no content. Copy it again from the original.");
  if (bytes > maxFileBytes) {
    const megabytes = Math.round(bytes / 1024 / 1024);
    const limit = maxFileBytes / 1024 / 1024;
    throw new FaceError("IMAGE_TOO_LARGE", `The file has ${megabytes} MB; pictures may have up to ${limit} MB.`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist: a part of its path is not a folder",
  EACCES: "may not be read by this user; change its permissions",
  EPERM: "may not be read by this user; change its permissions",
  ELOOP: "is a symbolic link that leads back to itself",
  ENAMETOOLONG: "has a name too long for this file system",
  EISDIR: "is a folder, not a picture file",
  ENXIO: "is a device, a pipe or a socket, not a picture file",
  EMFILE: "could not be opened because too many files are open; try again",
  ENFILE: "could not be opened because too many files are open; try again",
  EIO: "could not be read: the disk or the network reported an error",
};

/** What the system says of a file, as the end of a sentence that begins with the file. */
export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  return reasons[code] ?? `could not be read (${error instanceof Error ? error.message : String(error)})`;
}

/** File names may hold line breaks and control characters, which must not break a message apart. */
function quoted(path: string): string {
  return JSON.stringify(path);
}
