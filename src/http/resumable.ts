import { createReadStream } from "node:fs";
import { PassThrough, Readable } from "node:stream";
import { ERRORS, Server, type Upload } from "@tus/server";
import { codedError, type ErrorCode } from "../domain/errors.ts";
import { type AcceptedUpload, acceptUpload, type Shelf, tidyFileName } from "../domain/photos.ts";
import { eventOf, isAccepted, UnfinishedStore } from "./unfinished-store.ts";

const outcomeHeaders = { photoId: "rollcall-photo-id", outcome: "rollcall-outcome" } as const;

export interface ResumableUploads {
  /** Answers a request of the tus protocol about uploads to the event. @throws as `acceptUpload` */
  handle(request: Request, eventId: string): Promise<Response>;
  /** Removes uploads that nobody went on with. */
  removeExpired(): Promise<void>;
}

/**
 * Uploads in pieces, by the tus protocol 1.0: an upload that breaks off goes on where it was, also after the server was
 * ended. When the last byte is there, the photo is taken in as by any other way, and only then is the client told.
 */
export function resumableUploads(
  shelf: Shelf & { readonly unfinishedUploads: string },
  onAccepted: (eventId: string, accepted: AcceptedUpload) => void,
): ResumableUploads {
  const store = new UnfinishedStore(shelf.unfinishedUploads, shelf);
  /** What went wrong with a request, beside what the protocol has words for. */
  const faults = new WeakMap<Request, Error>();
  const accepting = new Map<string, Promise<AcceptedUpload>>();

  const accept = async (upload: Upload): Promise<AcceptedUpload> => {
    const before = upload.metadata?.accepted;
    // Asked once more, by an empty last piece: its bytes are elsewhere by now.
    if (typeof before === "string") return { photoId: before, duplicate: true };
    const underWay = accepting.get(upload.id);
    if (underWay !== undefined) return await underWay;
    const started = takeIn(shelf, store, upload).finally(() => accepting.delete(upload.id));
    accepting.set(upload.id, started);
    const accepted = await started;
    onAccepted(eventOf(upload), accepted);
    return accepted;
  };

  const server = new Server({
    path: "/",
    datastore: store,
    maxSize: shelf.limits.mostBytes,
    // No page of another website may use it, so none is told that it might.
    allowedOrigins: () => false,
    generateUrl: (request, { id }) => `${new URL(request.url).pathname}/${id}`,
    onUploadCreate: async (request, upload) => {
      const { filename, name, sha256 } = upload.metadata ?? {};
      return {
        metadata: {
          name: tidyFileName(filename ?? name ?? ""),
          event: eventHeader(request),
          ...(sha256 ? { sha256 } : {}),
        },
      };
    },
    onIncomingRequest: async (request, id) => {
      if (request.method === "POST") return;
      const upload = await store.getUpload(id);
      if (eventOf(upload) !== eventHeader(request)) throw ERRORS.FILE_NOT_FOUND;
      // All bytes came, and then the server was ended: what would have been next is done now, or the client, who is told
      // that all is there, would take a photo for safe that nobody has.
      if (request.method === "HEAD" && upload.offset === upload.size && !isAccepted(upload)) await accept(upload);
    },
    onUploadFinish: async (_request, upload) => {
      const { photoId, duplicate } = await accept(upload);
      return {
        headers: {
          [outcomeHeaders.photoId]: photoId,
          [outcomeHeaders.outcome]: duplicate ? "duplicate" : "accepted",
        },
      };
    },
    onResponseError: (request, error) => {
      if (error instanceof Error && !("status_code" in error)) faults.set(request, error);
      return undefined;
    },
  });

  return {
    handle: async (request, eventId) => {
      request.headers.set(eventHeaderName, eventId);
      const response = await server.handleWeb(request);
      const fault = faults.get(request);
      if (fault) throw fault;
      return response;
    },
    removeExpired: async () => {
      await server.cleanUpExpiredUploads();
    },
  };
}

/** How the address's event reaches the hooks, which see the request alone; what a client sends there is written over. */
const eventHeaderName = "x-rollcall-event";

function eventHeader(request: { readonly headers: Headers }): string {
  return request.headers.get(eventHeaderName) ?? "";
}

/** Of the photo or the request: sending the same bytes again would change nothing. */
const faultsOfUpload: ReadonlySet<string> = new Set<ErrorCode>([
  "UPLOAD_CHANGED",
  "UPLOAD_TOO_LARGE",
  "QUOTA_EXCEEDED",
  "EVENT_UNKNOWN",
]);

/** What was refused is removed; after a fault that passes, it is taken in when it is asked for again. */
async function takeIn(shelf: Shelf, store: UnfinishedStore, upload: Upload): Promise<AcceptedUpload> {
  const { name, sha256 } = upload.metadata ?? {};
  try {
    const accepted = await acceptUpload(shelf, eventOf(upload), {
      name: name ?? "photo",
      bytes: createReadStream(store.fileOf(upload)),
      promisedAs: upload.id,
      ...(sha256 ? { sha256 } : {}),
    });
    await store.remember(upload, accepted.photoId);
    return accepted;
  } catch (error) {
    const code = codedError(error)?.code ?? "";
    if (code.startsWith("IMAGE_") || faultsOfUpload.has(code)) await store.remove(upload.id).catch(() => undefined);
    throw error;
  }
}

/** The body is read as it arrives. When the connection breaks it just ends, so that what came until then is kept. */
export function webRequest(method: string, url: string, headers: Headers, body: Readable | undefined): Request {
  if (!body) return new Request(url, { method, headers });
  const arrived = new PassThrough();
  body.once("error", () => arrived.end());
  body.once("close", () => arrived.end());
  body.pipe(arrived);
  return new Request(url, { method, headers, body: Readable.toWeb(arrived), duplex: "half" });
}
