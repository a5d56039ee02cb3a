import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ByteRange } from "../domain/blobs.ts";
import { RollcallError } from "../domain/errors.ts";

export interface FileHeaders {
  readonly type: string;
  /** Changes when the bytes do. */
  readonly etag: string;
  /** The name to save it under; without, it is shown. */
  readonly saveAs?: string;
  /** What is under the address may change, so browsers ask each time whether theirs is the latest. */
  readonly mayChange?: boolean;
}

/** A year: what is under the address never changes. Only for whoever may see it, so in no shared cache. */
const forGood = "private, max-age=31536000, immutable";

const untilAsked = "private, no-cache";

/** What is sent: so many bytes, and each range of them. */
interface Sent {
  readonly bytes: number;
  read(range?: ByteRange): Readable | Uint8Array;
}

/** Sends a picture that is in memory. @throws as `sendFile` */
export function sendPicture(
  request: FastifyRequest,
  reply: FastifyReply,
  picture: Uint8Array,
  headers: Omit<FileHeaders, "type">,
): Promise<FastifyReply> {
  const read = ({ first, last } = { first: 0, last: picture.length - 1 }) => picture.subarray(first, last + 1);
  return sendFile(request, reply, { bytes: picture.length, read }, { ...headers, type: "image/webp" });
}

/**
 * Sends bytes: not at all to those who have them, and in part to those who ask for a part.
 *
 * @throws RollcallError RANGE_INVALID; FILE_MISSING when they went away since they were looked up
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, read }: Sent,
  { type, etag, saveAs, mayChange }: FileHeaders,
): Promise<FastifyReply> {
  const quoted = `"${etag}"`;
  const known = { etag: quoted, "cache-control": mayChange ? untilAsked : forGood, "accept-ranges": "bytes" };
  if (matches(request.headers["if-none-match"], quoted)) return reply.headers(known).code(304).send();
  const range = requestedRange(request, bytes, quoted);
  if (range === "unsatisfiable") {
    reply.headers({ "content-range": `bytes */${bytes}`, "cache-control": "no-store" });
    throw new RollcallError(
      "RANGE_INVALID",
      `The file has ${bytes} bytes, and the range that was asked for is none of it.`,
    );
  }
  const content = request.method === "HEAD" ? undefined : await begun(read(range));
  reply.headers(known).type(type);
  if (saveAs !== undefined) reply.header("content-disposition", disposition(saveAs));
  if (range) reply.code(206).header("content-range", `bytes ${range.first}-${range.last}/${bytes}`);
  reply.header("content-length", range ? range.last - range.first + 1 : bytes);
  return content ? reply.send(content) : sendNothing(reply);
}

/** Waits for the first bytes: until then, an answer can still say that there are none. */
async function begun(content: Readable | Uint8Array): Promise<Readable | Uint8Array> {
  if (content instanceof Uint8Array) return content;
  try {
    await new Promise((resolve, reject) => content.once("readable", resolve).once("error", reject));
    return content;
  } catch (cause) {
    throw new RollcallError("FILE_MISSING", "The file cannot be read any more. It may have been deleted.", { cause });
  }
}

/** What GET would send is described by the headers; of an answer without any body, Fastify would say that it has 0 bytes. */
export function sendNothing(reply: FastifyReply): FastifyReply {
  return reply.send(Readable.from([]));
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((one) => one.trim() === "*" || one.trim().replace(/^W\//u, "") === etag);
}

/** One range of GET, as RFC 9110 says; several at once are answered with everything, as it allows. */
function requestedRange(request: FastifyRequest, bytes: number, etag: string): ByteRange | "unsatisfiable" | undefined {
  if (request.method !== "GET") return undefined;
  const ifRange = request.headers["if-range"];
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/u.exec(request.headers.range ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [, from = "", to = ""] = match;
  // No range at all, by its own words.
  if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
  const first = from === "" ? Math.max(0, bytes - Number(to)) : Number(from);
  const last = from === "" || to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  return first > last ? "unsatisfiable" : { first, last };
}

/** RFC 6266: plain letters for old programs, everything for the others. */
export function disposition(wanted: string): string {
  const name = wanted.replace(/[/\\\p{Cc}]/gu, "_");
  const plain = name
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/gu, "_")
    .replace(/"/gu, "_");
  const full = encodeURIComponent(name).replace(/['()*]/gu, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}
