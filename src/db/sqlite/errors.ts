import Database from "libsql";
import { type ErrorCode, RollcallError } from "../../domain/errors.ts";

const fullDisk = 13;

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html: what they are to us, and what to tell. */
const known: Readonly<Record<number, { code: ErrorCode; message: string }>> = {
  5: {
    code: "DATABASE_BUSY",
    message: "Another process kept the database locked for too long. Try again when it is done.",
  },
  11: {
    code: "DATABASE_CORRUPT",
    message: "The database file is damaged. Restore it from a backup, or move it away to begin anew.",
  },
  [fullDisk]: {
    code: "DISK_FULL",
    message: "The disk is full. Everything acknowledged so far is kept; free some space and run the command again.",
  },
  14: {
    code: "DATA_FOLDER_UNUSABLE",
    message: "The database file cannot be opened. Check the data folder's permissions.",
  },
  8: {
    code: "DATA_FOLDER_UNUSABLE",
    message: "The database file may not be written. Check the data folder's permissions.",
  },
  26: {
    code: "DATABASE_CORRUPT",
    message:
      "The database file is damaged, or is not a database. Restore it from a backup, or move it away to begin anew.",
  },
};

/** What making the index of the log larger fails with, for which nothing but the disk's size can be the reason. */
const noRoomForIndex = "SQLITE_IOERR_SHMSIZE";

/** SQLite reports a write that the disk had no room for as an I/O error when it happens in the log. */
const ioErrorOfWriting = new Set(["SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_TRUNCATE"]);

/** The coded error for what libsql threw; anything that is not about the database comes back as it is. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const told = known[error.code === noRoomForIndex ? fullDisk : (error.rawCode ?? 0) & 0xff];
  if (told) return new RollcallError(told.code, told.message, { cause: error });
  const hint = ioErrorOfWriting.has(error.code) ? " The disk may be full or failing." : "";
  return new RollcallError("DATABASE_FAILED", `The database failed: ${error.message} (${error.code}).${hint}`, {
    cause: error,
  });
}

/** What `work` gives, or its error as a coded one. */
export function coded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof RollcallError && error.code === "DATABASE_BUSY";
}
