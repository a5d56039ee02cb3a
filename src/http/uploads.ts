import type { MultipartFile } from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import { type CodedError, codedError, RollcallError } from "../domain/errors.ts";
import { acceptUpload, type Shelf, tidyFileName } from "../domain/photos.ts";
import { startsAsPicture } from "../domain/starts-as-picture.ts";

export interface UploadResult {
  readonly name: string;
  readonly outcome: "accepted" | "duplicate" | "rejected";
  readonly photoId: string | null;
  readonly error: CodedError | null;
}

/**
 * Takes in every file of a multipart request, one after the other, as its bytes arrive. What is wrong with a file is in its
 * result; of a request with a single file that is refused, the reason is the answer.
 *
 * @throws RollcallError UPLOAD_MISSING; of a request with a single file, what is wrong with that
 */
export function receiveUploads(request: FastifyRequest, shelf: Shelf, eventId: string): Promise<UploadResult[]> {
  return toTheEnd(request, () => readUploads(request, shelf, eventId));
}

async function readUploads(request: FastifyRequest, shelf: Shelf, eventId: string): Promise<UploadResult[]> {
  const results: UploadResult[] = [];
  let failure: unknown;
  let sha256: string | undefined;
  for await (const part of request.parts()) {
    if (part.type === "field") {
      if (part.fieldname === "sha256" && typeof part.value === "string") sha256 = part.value;
      continue;
    }
    // Undefined for a name that is empty, whatever its type says.
    const name = tidyFileName(part.filename ?? "");
    // A file that is refused is not destroyed: the form would end with it.
    const bytes: AsyncIterable<Uint8Array> = part.file.iterator({ destroyOnReturn: false });
    try {
      const accepted = await acceptUpload(shelf, eventId, { name, bytes, ...(sha256 ? { sha256 } : {}) });
      const outcome = accepted.duplicate ? "duplicate" : "accepted";
      results.push({ name, outcome, photoId: accepted.photoId, error: null });
    } catch (error) {
      const coded = codedError(error);
      if (!coded || coded.code === "DISK_FULL") throw error;
      failure = error;
      results.push({ name, outcome: "rejected", photoId: null, error: coded });
      // What is left of the file has to be read for the next one to come.
      part.file.resume();
    }
    sha256 = undefined;
  }
  if (results.length === 0) {
    throw new RollcallError("UPLOAD_MISSING", "The request brought no file. Send at least one as multipart/form-data.");
  }
  if (results.length === 1 && failure !== undefined) throw failure;
  return results;
}

/** What is taken of a picture to look for, which is in memory and nowhere else. */
export interface PictureLimits {
  readonly mostBytes: number;
  /** In which all of it has to come; without, as long as the connection holds. */
  readonly withinMs?: number;
}

const usualLimits: PictureLimits = { mostBytes: 64e6 };

/**
 * The one picture of a multipart request.
 *
 * @throws RollcallError UPLOAD_MISSING, UPLOAD_TOO_LARGE; REQUEST_INVALID when it did not come in time; FaceError
 *   IMAGE_UNSUPPORTED as soon as its start is none of a picture's
 */
export function receivePicture(request: FastifyRequest, limits = usualLimits): Promise<Uint8Array> {
  return toTheEnd(request, () => within(limits.withinMs, readPicture(request, limits)));
}

async function readPicture(request: FastifyRequest, { mostBytes }: PictureLimits): Promise<Uint8Array> {
  // Of what broke off while it waited, nothing will come, and nothing say so.
  if (request.raw.destroyed)
    throw new RollcallError("REQUEST_INVALID", "The connection broke before the picture came.");
  const part: MultipartFile | undefined = await request.file();
  if (!part) {
    throw new RollcallError(
      "UPLOAD_MISSING",
      "The request brought no picture. Send it as multipart/form-data in a field that holds a file.",
    );
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of startsAsPicture(part.file)) {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      throw new RollcallError(
        "UPLOAD_TOO_LARGE",
        `The picture has more than ${mostBytes / 1e6} MB. Scale it down first.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function within<Result>(ms: number | undefined, work: Promise<Result>): Promise<Result> {
  if (ms === undefined) return await work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, ms, new RollcallError("REQUEST_INVALID", tooSlow));
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const tooSlow = "The picture took too long to arrive. Send a smaller one, or try again where the network is better.";

/** Reads a body; what is left of it when that fails goes by unread, or a sender would see no answer, but the connection break. */
async function toTheEnd<Result>({ raw }: FastifyRequest, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    raw.unpipe();
    raw.resume();
    throw error;
  }
}
