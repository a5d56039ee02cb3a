import { RollcallError } from "./errors.ts";

export function diskFull(cause?: unknown): RollcallError {
  return new RollcallError(
    "DISK_FULL",
    "The disk is full. Everything acknowledged so far is kept; free some space and try again.",
    { cause },
  );
}

/** The error that a file could not be written for, in words of its own when the disk is full. */
export function writeError(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT" ? diskFull(error) : error;
}
