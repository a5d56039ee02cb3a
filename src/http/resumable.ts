import { createReadStream } from "node:fs";
import { truncate } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { FileStore } from "@tus/file-store";
import { ERRORS, Server, type Upload } from "@tus/server";
import { RollcallError } from "../domain/errors.ts";
import { type AcceptedUpload, acceptUpload, checkRoom, type Shelf, tidyFileName } from "../domain/photos.ts";
import { startsAsPicture } from "../domain/starts-as-picture.ts";
import { FaceError } from "../face/errors.ts";
import { problemOf } from "./problems.ts";

/** A laptop that was closed on Friday goes on on Monday. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

const outcomeHeaders = { photoId: "rollcall-photo-id", outcome: "rollcall-outcome" } as const;

export interface ResumableUploads {
  /** Answers a request of the tus protocol about uploads to the event. */
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
  const folder = shelf.unfinishedUploads;
  const store = new RememberingStore({ directory: folder, expirationPeriodInMilliseconds: keptMs });
  const accepting = new Map<string, Promise<AcceptedUpload>>();

  const accept = async (upload: Upload): Promise<AcceptedUpload> => {
    const before = upload.metadata?.accepted;
    // Asked once more, by an empty last piece: its bytes are elsewhere by now.
    if (typeof before === "string") return { photoId: before, duplicate: true };
    const underWay = accepting.get(upload.id);
    if (underWay !== undefined) return await underWay;
    const started = takeIn(shelf, store, join(folder, upload.id), upload).finally(() => accepting.delete(upload.id));
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
      await checkRoom(shelf, eventHeader(request), upload.size ?? 0);
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
      if (request.method === "PATCH") await shelf.blobs.checkSpace((upload.size ?? upload.offset) - upload.offset);
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
    onResponseError: (_request, error) => {
      if (!(error instanceof Error)) return undefined;
      const answer = problemOf(error, "upload");
      return { status_code: answer.status, body: JSON.stringify(answer) };
    },
  });

  return {
    handle: (request, eventId) => {
      request.headers.set(eventHeaderName, eventId);
      return server.handleWeb(request);
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

function eventOf({ metadata }: Upload): string {
  return metadata?.event ?? "";
}

function isAccepted({ metadata }: Upload): boolean {
  return metadata?.accepted !== undefined;
}

/** What was refused is removed: sending the same bytes again would change nothing. */
async function takeIn(shelf: Shelf, store: RememberingStore, file: string, upload: Upload): Promise<AcceptedUpload> {
  const { name, sha256 } = upload.metadata ?? {};
  try {
    const accepted = await acceptUpload(shelf, eventOf(upload), {
      name: name ?? "photo",
      bytes: createReadStream(file),
      ...(sha256 ? { sha256 } : {}),
    });
    await store.remember(upload, file, accepted);
    return accepted;
  } catch (error) {
    if (error instanceof RollcallError && error.code === "DISK_FULL") throw error;
    await store.remove(upload.id).catch(() => undefined);
    throw error;
  }
}

/** Keeps for a while that an upload was taken in, for clients that did not get the answer; its bytes are elsewhere then. */
class RememberingStore extends FileStore {
  async remember(upload: Upload, file: string, { photoId }: AcceptedUpload): Promise<void> {
    const known = await super.getUpload(upload.id);
    // What it was called goes with the photo, should that be deleted.
    known.metadata = { event: eventOf(known), accepted: photoId };
    await this.configstore.set(upload.id, known);
    await truncate(file, 0);
  }

  /** Also those that were taken in: the store itself keeps what is whole for ever. */
  override async deleteExpired(): Promise<number> {
    let removed = await super.deleteExpired();
    const oldest = Date.now() - keptMs;
    for (const id of (await this.configstore.list?.()) ?? []) {
      const known = await this.configstore.get(id);
      if (!known || !isAccepted(known) || Date.parse(known.creation_date ?? "") > oldest) continue;
      await this.remove(id);
      removed++;
    }
    return removed;
  }

  override async write(bytes: Readable, id: string, offset: number): Promise<number> {
    if (offset > 0) return await super.write(bytes, id, offset);
    try {
      return await super.write(await peeked(bytes), id, offset);
    } catch (error) {
      if (error instanceof FaceError) await this.remove(id);
      throw error;
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const upload = await super.getUpload(id);
    if (isAccepted(upload) && upload.size !== undefined) upload.offset = upload.size;
    return upload;
  }
}

/** The same bytes, of which the first were looked at. @throws FaceError IMAGE_UNSUPPORTED when they are not a picture's */
async function peeked(bytes: Readable): Promise<Readable> {
  // Whoever sends the rest is to hear why it is not wanted: a destroyed stream would end as a broken connection.
  const checked = startsAsPicture(bytes.iterator({ destroyOnReturn: false }));
  const first = await checked.next();
  return Readable.from(
    (async function* () {
      if (!first.done) yield first.value;
      yield* checked;
    })(),
    { objectMode: false },
  );
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
