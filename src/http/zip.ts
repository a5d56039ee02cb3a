import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ZipFile } from "yazl";
import type { ArchiveEntry } from "../domain/archive.ts";
import { disposition, sendNothing } from "./send-file.ts";

/** Sends an archive as it is made, one file after the other. Photos are compressed already, so they are only stored. */
export function sendZip(
  request: FastifyRequest,
  reply: FastifyReply,
  entries: readonly ArchiveEntry[],
  name: string,
): FastifyReply {
  reply.type("application/zip").header("content-disposition", disposition(name));
  // All photos would be read, and nothing of them sent.
  if (request.method === "HEAD") return sendNothing(reply);
  const zip = new ZipFile();
  let current: Readable | undefined;
  for (const { name: entry, modifiedAt, open } of entries) {
    zip.addReadStreamLazy(entry, { compress: false, mtime: modifiedAt }, (done) => {
      open().then(
        (content) => {
          current = content instanceof Uint8Array ? Readable.from([content]) : content;
          // Nobody else listens: a file that is deleted while its turn comes would end the server.
          current.once("error", (error) => output.destroy(error));
          if (output.destroyed) current.destroy();
          else done(null, current);
        },
        // Too late for an answer that says so; a download that breaks off is noticed, one that lacks a photo is not.
        (error: unknown) => done(error, Readable.from([])),
      );
    });
  }
  const output = new Readable().wrap(zip.outputStream);
  zip.on("error", (error) => output.destroy(error));
  // Of a download that was given up, the file at hand would stay open.
  output.once("close", () => current?.destroy());
  zip.end();
  return reply.send(output);
}
