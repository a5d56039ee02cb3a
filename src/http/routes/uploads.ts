import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { type ErrorCode, errorCatalogue } from "../../domain/errors.ts";
import { getEvent } from "../../domain/events.ts";
import type { App, Context } from "../context.ts";
import { type Problem, problem } from "../problems.ts";
import { resumableUploads, webRequest } from "../resumable.ts";
import { EventParams, problems } from "../schemas.ts";

const UploadParams = Type.Object({
  eventId: EventParams.properties.eventId,
  uploadId: Type.String({ pattern: "^[0-9a-f]{32}$" }),
});

const uploadsUrl = "/api/events/:eventId/uploads";

/** How often to look for uploads that nobody goes on with. */
const cleanUpMs = 60 * 60 * 1000;

export function uploadRoutes(app: App, { services }: Context): void {
  const tags = ["Resumable uploads"];
  const { stores, activity, queue } = services;
  const uploads = resumableUploads(services, (eventId, { photoId }) => {
    activity.publish({ kind: "photos", eventId, photoIds: [photoId] });
    queue.wake();
  });
  const clean = () => void uploads.removeExpired().catch(() => undefined);
  clean();
  const cleaning = setInterval(clean, cleanUpMs);
  app.addHook("onClose", async () => clearInterval(cleaning));
  // Not parsed: the bytes of a piece go to disk as they arrive. To all other routes they are no body at all.
  app.addContentTypeParser("application/offset+octet-stream", (request, payload, done) => {
    done(null, request.routeOptions.url?.startsWith(uploadsUrl) ? payload : undefined);
  });
  const answer = async (request: FastifyRequest, reply: FastifyReply, eventId: string) => {
    await getEvent(stores, eventId);
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === "string") headers.set(name, value);
    }
    const body = request.body instanceof Readable ? request.body : undefined;
    // Of the address only the path counts; the name that a caller gives the server need not even be one.
    const url = `http://localhost${request.url}`;
    // Of all answers, also of those that are not the protocol's own.
    reply.header("tus-resumable", "1.0.0");
    // What was refused unread goes by, or the next request on the connection would wait behind it for ever.
    const response = await uploads.handle(webRequest(request.method, url, headers, body), eventId).finally(() => {
      body?.unpipe();
      body?.resume();
    });
    for (const [name, value] of response.headers) {
      if (!name.startsWith("access-control-")) reply.header(name, value);
    }
    const text = await response.text();
    if (isFault(response.status)) throw new Error(text.trim());
    reply.code(response.status);
    if (response.status < 400) return reply.send(text === "" ? null : text);
    reply.type("application/problem+json");
    return reply.send(JSON.stringify(protocolProblem(response.status, text, request.id)));
  };

  app.post(
    uploadsUrl,
    {
      schema: {
        tags,
        summary: "Begin an upload by tus 1.0; `Upload-Metadata` may have `filename` and `sha256`",
        description:
          "The last piece is answered when the photo is stored: `Rollcall-Photo-Id` and `Rollcall-Outcome` (`accepted` or `duplicate`) say what became of it.",
        params: EventParams,
        response: {
          201: Type.Null({ description: "`Location` is where to send the pieces." }),
          ...problems(404, 412, 413, 501),
        },
      },
    },
    (request, reply) => answer(request, reply, request.params.eventId),
  );

  for (const [method, summary] of [
    ["HEAD", "How much of an upload is there"],
    ["PATCH", "Send the next piece of an upload"],
    ["DELETE", "Give an upload up"],
  ] as const) {
    app.route({
      method,
      url: `${uploadsUrl}/:uploadId`,
      schema: {
        tags,
        summary,
        params: UploadParams,
        response:
          method === "HEAD"
            ? { 200: Type.Null({ description: "`Upload-Offset` says." }), ...problems(404, 412, 413, 415, 422) }
            : { 204: Type.Null(), ...problems(404, 409, 412, 413, 415, 422) },
      },
      handler: (request, reply) => answer(request, reply, request.params.eventId),
    });
  }
}

/** By 501, the protocol says that it was asked for something that there is not. */
function isFault(status: number): boolean {
  return status >= 500 && status !== 501;
}

/** What tus says in a few words, with its own status, which clients of the protocol go by. */
function protocolProblem(status: number, text: string, requestId: string): Problem {
  const codes: Readonly<Record<number, ErrorCode>> = {
    404: "UPLOAD_UNKNOWN",
    410: "UPLOAD_UNKNOWN",
    413: "UPLOAD_TOO_LARGE",
  };
  const code = codes[status] ?? "REQUEST_INVALID";
  const message = `The request does not fit the upload as it is: ${text.trim()}. HEAD tells how much of it is there.`;
  return {
    ...problem({ code, message: code === "UPLOAD_UNKNOWN" ? errorCatalogue[code] : message }, requestId),
    status,
  };
}
