import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { ZipFile } from "yazl";
import type { ArchiveEntry } from "../domain/archive.ts";
import { disposition } from "./send-file.ts";

/** Sends an archive as it is made, one file after the other. Photos are compressed already, so they are only stored. */
export function sendZip(reply: FastifyReply, entries: readonly ArchiveEntry[], name: string): FastifyReply {
  const zip = new ZipFile();
  for (const { name: entry, modifiedAt, open } of entries) {
    zip.addReadStreamLazy(entry, { compress: false, mtime: modifiedAt }, (done) => {
      open().then(
        (content) => done(null, content instanceof Uint8Array ? Readable.from([content]) : content),
        // Too late for an answer that says so; a download that breaks off is noticed, one that lacks a photo is not.
        (error: unknown) => done(error, Readable.from([])),
      );
    });
  }
  const output = new Readable().wrap(zip.outputStream);
  zip.on("error", (error) => output.destroy(error));
  zip.end();
  return reply.type("application/zip").header("content-disposition", disposition(name)).send(output);
}
