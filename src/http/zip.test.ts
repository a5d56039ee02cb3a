import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import Fastify from "fastify";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { sendZip } from "./zip.ts";

/** Sends an archive of files at these paths, which are opened when their turn comes. */
async function serve(files: readonly string[]) {
  const opened: Readable[] = [];
  const app = Fastify({ forceCloseConnections: true });
  app.get("/", (request, reply) => {
    const entries = files.map((file, index) => ({
      modifiedAt: new Date(),
      name: async () => `${index}.jpg`,
      open: async () => {
        const stream = createReadStream(file);
        opened.push(stream);
        return stream;
      },
    }));
    return sendZip(request, reply, entries, "Party.zip");
  });
  return { app, opened, url: await app.listen({ port: 0, host: "127.0.0.1" }) };
}

it("breaks a download off, and nothing else, when a file of it is gone before its turn comes", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "there.jpg"), Buffer.alloc(100_000));
  const { app, url } = await serve([join(folder, "there.jpg"), join(folder, "gone.jpg")]);
  for (let i = 0; i < 2; i++) {
    await expect(fetch(url).then((response) => response.arrayBuffer())).rejects.toThrow();
  }
  await app.close();
});

it("sends everything to the end to somebody whose network is slow", async () => {
  const app = Fastify();
  const open = async () => Buffer.alloc(8_000_000);
  const entries = ["a.jpg", "b.jpg"].map((name) => ({ modifiedAt: new Date(), name: async () => name, open }));
  app.get("/", (request, reply) => sendZip(request, reply, entries, "Party.zip"));
  const { body } = await fetch(await app.listen({ port: 0, host: "127.0.0.1" }));
  let end = Buffer.alloc(0);
  for await (const chunk of body ?? []) {
    end = Buffer.concat([end, chunk]).subarray(-22);
    await sleep(1);
  }
  // What an archive ends with, without which none can be opened.
  expect(end.toString("latin1").slice(0, 4)).toBe("PK\u0005\u0006");
  await app.close();
});

it("closes the file at hand when a download is given up", async () => {
  const file = join(await temporaryFolder(), "large.jpg");
  await writeFile(file, Buffer.alloc(50_000_000));
  const { app, opened, url } = await serve([file]);
  const abort = new AbortController();
  const response = await fetch(url, { signal: abort.signal });
  await response.body?.getReader().read();
  abort.abort();
  await expect.poll(() => opened.map(({ destroyed }) => destroyed)).toEqual([true]);
  await app.close();
});
