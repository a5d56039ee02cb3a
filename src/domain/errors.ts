import { FaceError, faceErrors } from "../face/errors.ts";

/** Every error code of Rollcall: what it means and what to do, in the words a user sees in the docs. */
export const errorCatalogue = {
  ...faceErrors,
  EVENT_UNKNOWN: "There is no event of that name. `rollcall index <folder> --event <name>` makes one.",
  EVENT_AMBIGUOUS: "There is more than one event. Say which with `--event <name>`; `rollcall events` lists them.",
  EVENT_NAME_INVALID: "An event's name has 1 to 120 characters and none that cannot be printed.",
  PERSON_UNKNOWN: "No person of the event has that id or name. `rollcall people` lists them.",
  PERSON_AMBIGUOUS: "More than one person of the event fits. Give the id that `rollcall people` shows.",
  PERSON_NAME_INVALID: "A person's name has 1 to 120 characters and none that cannot be printed.",
  FACE_MISSING:
    "No face was found in the picture. Choose one where the face is larger, sharper or turned to the camera.",
  FACE_INDEX_INVALID: "The picture does not have a face of that number. Faces count from 0, the largest first.",
  FOLDER_MISSING: "The folder does not exist. Check the path, and that its disk is connected.",
  FOLDER_UNREADABLE: "The folder cannot be opened. Nothing indexed from it before was removed. Check its permissions.",
  FOLDER_UNWRITABLE: "Files cannot be written to the folder. Check its permissions, or choose another.",
  FILE_NAME_UNREADABLE: "The file's name is not valid text (UTF-8). Rename the file, then index again.",
  FILE_CHANGING: "The file was being written while it was read. Index again when the copying is done.",
  FILE_MISSING: "The file was there when it was indexed and is gone now. Index its folder again.",
  DISK_FULL: "The disk is full. Everything acknowledged so far is kept; free some space and run the command again.",
  DATA_FOLDER_UNUSABLE: "The data folder cannot be made or opened. Check `--data-dir` and its permissions.",
  DATABASE_CORRUPT: "The database file is damaged, or is not Rollcall's. Restore it from a backup, or move it away.",
  DATABASE_NEWER: "The database was written by a newer Rollcall. Update Rollcall to use it.",
  DATABASE_BUSY: "Another process kept the database locked for too long. Try again when it is done.",
  DATABASE_FAILED: "The database could not do what was asked. The message has its own words.",
  KEY_INVALID: "The encryption key is not 32 bytes in base64 or hexadecimal. `openssl rand -base64 32` makes one.",
  KEY_WEAK: "The encryption key is easy to guess. Use 32 random bytes: `openssl rand -base64 32`.",
  KEY_EXPOSED: "The file of the encryption key can be read by others. Allow only its owner: `chmod 600 <file>`.",
  KEY_UNREADABLE: "The file of the encryption key cannot be read or written. Check its permissions.",
  KEY_MISSING: "The database is encrypted, but its key file is gone. Put it back from a backup, or set ROLLCALL_KEY.",
  KEY_WRONG: "The encryption key is not the one this database was made with. Use that one.",
  EMBEDDING_UNREADABLE:
    "A stored face cannot be decrypted: its record was altered. Restore the database from a backup.",
  STOPPED: "The work was stopped before it was done. Run the command again to go on.",
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** An error whose `code` is stable and documented, and whose message is written for the person who has to act on it. */
export class RollcallError extends Error {
  override readonly name = "RollcallError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What is shown and stored of an error. */
export interface CodedError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The code and message of an error that was foreseen; undefined for a fault in the program. */
export function codedError(error: unknown): CodedError | undefined {
  if (error instanceof RollcallError || error instanceof FaceError) return { code: error.code, message: error.message };
  return undefined;
}
