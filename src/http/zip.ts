import { PassThrough, Readable } from "node:stream";
import { finished } from "node:stream/promises";
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
  // Not wrapped: that would end with the archive, and lose what a slow network has not taken by then.
  const output = zip.outputStream.pipe(new PassThrough());
  let current: Readable | undefined;
  const addAll = async () => {
    for (const { name: nameOf, modifiedAt: mtime, open } of entries) {
      const entry = await nameOf();
      const content = await open();
      current = content instanceof Uint8Array ? Readable.from([content]) : content;
      const over = finished(current);
      if (output.destroyed) current.destroy();
      else zip.addReadStream(current, entry, { compress: false, mtime });
      await over;
    }
    zip.end();
  };
  zip.on("error", (error) => output.destroy(error));
  // Of a download that was given up, the file at hand would stay open.
  output.once("close", () => current?.destroy());
  // Too late for an answer that says so; a download that breaks off is noticed, one that lacks a photo is not.
  addAll().catch((error: Error) => output.destroy(error));
  return reply.send(output);
}
