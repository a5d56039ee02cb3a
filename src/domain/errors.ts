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
  FOLDER_NOT_EMPTY: "The folder has something in it already. Choose a new or an empty one.",
  BACKUP_INVALID: "The folder is no whole backup, or was changed since. Nothing was restored; take another backup.",
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
  EVENT_NAME_TAKEN: "Another event has that name. Choose another one.",
  PHOTO_UNKNOWN: "The event has no photo of that id. It may have been deleted meanwhile.",
  FACE_UNKNOWN: "The event has no face of that id. It may have changed because its photo was looked at again.",
  ACTION_UNKNOWN: "There is nothing of that id to undo. It may have been undone already.",
  PEOPLE_SAME: "The people or faces chosen do not allow that. The message says what to choose.",
  EXPORT_UNKNOWN: "The selection for a download is not kept any more. Select the photos again.",
  CURSOR_INVALID: "The cursor is not one that this list gave. Start from the first page.",
  UPLOAD_TOO_LARGE: "The file is larger than uploads may be. Nothing of it was kept.",
  UPLOAD_CHANGED: "The bytes that arrived are not those that were announced. Upload the file again.",
  UPLOAD_MISSING: "The request brought no file. Send it as multipart/form-data in a field that holds a file.",
  UPLOAD_UNKNOWN: "There is no such upload: it is done, was given up, or nobody went on with it. Begin it again.",
  QUOTA_EXCEEDED:
    "The event has as many bytes as it may have, with those that are still being uploaded. Delete photos, or raise ROLLCALL_EVENT_QUOTA_GB.",
  RANGE_INVALID: "The range that was asked for is not in the file. `Content-Range` has the number of its bytes.",
  REQUEST_INVALID: "The request does not fit the API. `errors` lists each part that is wrong.",
  ROUTE_UNKNOWN: "There is no such page or method. The API is described at /docs.",
  NOT_SIGNED_IN: "Sign in first, or send an API token.",
  NOT_ALLOWED: "You are not allowed to do this.",
  ORIGIN_FOREIGN: "The request came from another website, so it was not done.",
  HTTPS_NEEDED:
    "Signing in needs HTTPS, or a browser on the machine where Rollcall runs. ROLLCALL_INSECURE_HTTP tells more.",
  PASSWORD_WRONG: "The password is not right. Try again.",
  PASSWORD_WEAK: "The password is too short or too easy to guess. Use at least ten characters.",
  PASSWORD_UNSET: "No password was set yet. The terminal where Rollcall runs shows a link to set one with.",
  SETUP_DONE: "The password was set before. Sign in with it.",
  SETUP_CODE_WRONG: "The one-time link is not valid any more. The terminal where Rollcall runs shows the current one.",
  TOO_MANY_REQUESTS: "Too many tries in a short time. Wait as long as `Retry-After` says.",
  TOO_MANY_STREAMS: "Too many pages or programs follow events live from one place. Close some of them.",
  TOKEN_UNKNOWN: "There is no API token of that id.",
  LINK_UNKNOWN: "The link is not valid: it was mistyped, or its event is gone. Ask whoever sent it.",
  LINK_EXPIRED: "The link is not valid any more. Ask whoever sent it for a new one.",
  PIN_MISSING: "The link needs a PIN. It is on the poster, or whoever sent the link knows it.",
  PIN_WRONG: "The PIN is not right. The message says how many tries the link has left. Ask whoever sent the link.",
  CONSENT_MISSING: "Nothing is looked for without consent. Agree to the text first.",
  CONSENT_OUTDATED: "The text has changed since it was shown. Read it again, then agree.",
  SEARCH_OFF: "The organiser has not turned on the search for guests.",
  PICTURE_MISSING: "The event does not have that logo or text. Upload it first; then photos can be marked with it.",
  SERVER_FAULT: "Something went wrong inside Rollcall. The log of the server has the details under the id given.",
  PORT_UNUSABLE: "The server cannot listen there. Another program may use the port; choose another with --port.",
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
