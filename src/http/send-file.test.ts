import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import Fastify from "fastify";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { ByteRange } from "../domain/blobs.ts";
import { codedError } from "../domain/errors.ts";
import { disposition, sendFile } from "./send-file.ts";

it("names a file so that it lands in no other folder, and in every script", () => {
  expect(disposition("a/../b\\c\n.zip")).toBe(`attachment; filename="a_.._b_c_.zip"; filename*=UTF-8''a_.._b_c_.zip`);
  expect(disposition('Ann "A" Żółć.jpg')).toContain("filename*=UTF-8''Ann%20%22A%22%20%C5%BB%C3%B3%C5%82%C4%87.jpg");
});

it("sends the range that was asked for, and says that a file is missing that went away since it was looked up, in an answer that nobody keeps", async () => {
  const file = join(await temporaryFolder(), "there.txt");
  await writeFile(file, "0123456789");
  const app = Fastify();
  app.get("/:name", async (request, reply) => {
    const path = request.url === "/there" ? file : `${file}.gone`;
    const read = (range?: ByteRange) => createReadStream(path, range && { start: range.first, end: range.last });
    return await sendFile(request, reply, { bytes: 10, read }, { type: "text/plain", etag: "1", saveAs: "a.txt" });
  });
  app.setErrorHandler((error, _request, reply) => reply.code(404).send(codedError(error)));
  const there = await app.inject({ url: "/there", headers: { range: "bytes=2-4" } });
  expect([there.statusCode, there.body, there.headers["content-range"]]).toEqual([206, "234", "bytes 2-4/10"]);
  for (const [method, range] of [
    ["HEAD", "bytes=2-4"],
    ["GET", "bytes=5-2"],
  ] as const) {
    const whole = await app.inject({ method, url: "/there", headers: { range } });
    expect([whole.statusCode, whole.headers["content-length"]]).toEqual([200, "10"]);
  }
  expect((await app.inject({ url: "/there", headers: { range: "bytes=10-" } })).statusCode).toBe(404);
  const gone = await app.inject("/gone");
  expect([gone.statusCode, gone.json().code]).toEqual([404, "FILE_MISSING"]);
  expect(Object.keys(gone.headers)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(etag|cache-control|content-disposition)$/u)]),
  );
  await app.close();
});
