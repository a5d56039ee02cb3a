/** Every error the face library can raise: what it means and what to do, in the words a user sees in the docs. */
export const faceErrors = {
  IMAGE_EMPTY: "The file has no content. Copy it again from the camera or the sender.",
  IMAGE_UNSUPPORTED: "The file is not a picture of a format that can be read. Use JPEG, PNG, WebP, AVIF or HEIC.",
  IMAGE_CORRUPT: "The file looks like a picture but cannot be decoded. Copy it again from the original.",
  IMAGE_TOO_LARGE: "The picture has more pixels or bytes than is safe to decode. Scale it down first.",
  IMAGE_TOO_SMALL: "The picture is too small to hold a face.",
  IMAGE_UNREADABLE: "The file could not be opened or read. Check that it exists and that you may read it.",
  MODEL_UNKNOWN: "There is no model of that name. `rollcall models list` shows them.",
  MODEL_UNAVAILABLE: "The model's weights could not be fetched. Connect to the network, or import the file.",
  MODEL_CORRUPT: "The model's file is not what was published: wrong hash, or cut short. Nothing was kept of it.",
  MODEL_UNSUPPORTED: "The model's file uses something that cannot be converted or run here.",
  MODEL_DESCRIPTION_INVALID:
    "The description of the imported model is wrong. The message names each field and what it may be.",
  MODEL_CACHE_UNWRITABLE:
    "The folder that keeps models cannot be written. Make room there, or choose another by ROLLCALL_CACHE_DIR.",
  PROVIDER_UNAVAILABLE:
    "The models cannot run where `--provider` says: that is not in this runtime, or what it needs is not installed. Use `cpu`, or install it.",
  EMBEDDINGS_INCOMPATIBLE: "The embeddings come from different models, so comparing them means nothing.",
  CALIBRATION_MISSING: "No match confidence has been measured for this embedder. Use a built-in one, or calibrate it.",
  ENGINE_CLOSED: "The face engine was closed before the work was done.",
  ENGINE_UNAVAILABLE: "The face engine could not be started; no picture is to blame. Free some memory, then try again.",
  ENGINE_CRASHED: "The picture made the face engine stop. It is set aside; the rest goes on.",
  OPTION_INVALID: "A setting is outside its range. The message names it and what is allowed.",
} as const;

export type FaceErrorCode = keyof typeof faceErrors;

/** An error whose `code` is stable and documented, and whose message is written for the person who has to act on it. */
export class FaceError extends Error {
  override readonly name = "FaceError";
  readonly code: FaceErrorCode;

  constructor(code: FaceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
