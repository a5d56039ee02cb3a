import { readFile, writeFile } from "node:fs/promises";
import type { RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loopback, serve } from "../../../test/loopback.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { type Download, download } from "./fetch-https.ts";

const content = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 251));

async function destination(url: string): Promise<Download> {
  const path = join(await temporaryFolder(), "downloads", "file.part");
  return { url, path, maxBytes: 1_000_000, retryDelaysMs: [1, 1], idleTimeoutMs: 5_000 };
}

let current: ServerResponse | undefined;

/** Sends that many bytes of what is asked for, and leaves the connection open. */
function serveOnly(bytes: number): RequestListener {
  return (request, response) => {
    current = response;
    const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
    if (start === 0) response.writeHead(200, { "content-length": 5000 });
    else response.writeHead(206, { "content-range": `bytes ${start}-4999/5000` });
    response.write(content.subarray(start, start + bytes));
  };
}

function breakConnection(): void {
  current?.destroy();
}

test("downloads a file and says how far it is", async () => {
  const server = await loopback(serve(content));
  const progress: [number, number | undefined][] = [];
  const file = await destination(`${server.url}/model`);
  await download({ ...file, onProgress: (...state) => progress.push(state) });
  expect(await readFile(file.path)).toEqual(content);
  expect(progress.at(-1)).toEqual([5000, 5000]);
});

test("continues what an earlier run left", async () => {
  const server = await loopback(serve(content));
  const file = await destination(server.url);
  await download({ ...file, url: (await loopback(serve(content.subarray(0, 1234)))).url });
  await download(file);
  expect(server.requests).toEqual([{ path: "/", range: "bytes=1234-" }]);
  expect(await readFile(file.path)).toEqual(content);
});

test("asks for nothing more when all of it is there", async () => {
  const server = await loopback(serve(content));
  const file = await destination(server.url);
  await download(file);
  await download(file);
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, "bytes=5000-"]);
  expect(await readFile(file.path)).toEqual(content);
});

test("continues by itself after broken connections, as often as each brings something", async () => {
  const server = await loopback(serveOnly(700));
  const file = await destination(server.url);
  await download({ ...file, onProgress: breakConnection });
  expect(server.requests).toHaveLength(8);
  expect(await readFile(file.path)).toEqual(content);
});

test("starts over with a server that cannot continue", async () => {
  const server = await loopback((_, response) => response.end(content));
  const file = await destination(server.url);
  await download({ ...file, url: (await loopback(serve(content.subarray(0, 1234)))).url });
  await download(file);
  expect(await readFile(file.path)).toEqual(content);
});

test("starts over when more is there than the server has", async () => {
  const server = await loopback(serve(content));
  const file = await destination(server.url);
  await download({ ...file, url: (await loopback(serve(Buffer.alloc(9000)))).url });
  await download(file);
  expect(await readFile(file.path)).toEqual(content);
});

describe("when the file cannot be had", () => {
  test("keeps what arrived for the next run", async () => {
    const once = serveOnly(700);
    const server = await loopback((request, response) => {
      if (request.headers.range) response.writeHead(503).end();
      else once(request, response);
    });
    const file = await destination(server.url);
    const failing = download({ ...file, onProgress: breakConnection });
    await expect(failing).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
    expect(await readFile(file.path)).toEqual(content.subarray(0, 700));
  });

  test("tries again after a passing error, and not after a final one", async () => {
    const busy = await loopback((_, response) => response.writeHead(503).end());
    await expect(download(await destination(busy.url))).rejects.toThrow("503 Service Unavailable");
    expect(busy.requests).toHaveLength(3);
    const gone = await loopback((_, response) => response.writeHead(404).end());
    await expect(download(await destination(gone.url))).rejects.toThrow("404 Not Found");
    expect(gone.requests).toHaveLength(1);
  });

  test("names the address and the reason when nobody answers", async () => {
    const file = await destination("http://127.0.0.1:9/model.pt");
    await expect(download(file)).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:9\/model\.pt cannot be fetched: .*ECONNREFUSED/),
    });
  });

  test("gives up on a server that has gone silent", async () => {
    const server = await loopback((_, response) => {
      response.writeHead(200, { "content-length": 5000 }).write(content.subarray(0, 10));
    });
    const file = await destination(server.url);
    await expect(download({ ...file, retryDelaysMs: [], idleTimeoutMs: 50 })).rejects.toThrow("no data for");
  });

  test("stops at once when told to", async () => {
    const stop = new AbortController();
    const server = await loopback((_, response) => {
      response.writeHead(200, { "content-length": 5000 }).write(content.subarray(0, 10));
    });
    const file = await destination(server.url);
    await expect(download({ ...file, signal: stop.signal, onProgress: () => stop.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});

describe("does not trust the server", () => {
  test("refuses more bytes than the file has, announced or not, and keeps none", async () => {
    const announced = await loopback(serve(content));
    const unannounced = await loopback((_, response) => {
      response.write(content.subarray(0, 3000));
      response.end(content.subarray(3000));
    });
    for (const { url } of [announced, unannounced]) {
      const file = await destination(url);
      await expect(download({ ...file, maxBytes: 4999 })).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
      await expect(readFile(file.path)).rejects.toMatchObject({ code: "ENOENT" });
    }
  });

  test("refuses another part of the file than was asked for", async () => {
    const server = await loopback((_, response) => {
      response.writeHead(206, { "content-range": "bytes 2000-4999/5000" }).end(content.subarray(2000));
    });
    const file = await destination(server.url);
    await download({ ...file, url: (await loopback(serve(content.subarray(0, 1000)))).url });
    await expect(download(file)).rejects.toThrow("skipped a part");
  });

  test("follows redirects, but not away from https or this machine", async () => {
    const target = await loopback(serve(content));
    const good = await loopback((_, response) => response.writeHead(302, { location: `${target.url}/real` }).end());
    const file = await destination(good.url);
    await download(file);
    expect(await readFile(file.path)).toEqual(content);

    const bad = await loopback((_, response) => response.writeHead(302, { location: "http://example.org/" }).end());
    await expect(download(await destination(bad.url))).rejects.toThrow("not an https address");
    const circle = await loopback((_, response) => response.writeHead(302, { location: "/" }).end());
    await expect(download({ ...(await destination(circle.url)), retryDelaysMs: [] })).rejects.toThrow("circle");
  });

  test("fetches nothing without encryption from other machines", async () => {
    await expect(download(await destination("http://example.org/model"))).rejects.toThrow("not an https address");
    await expect(download(await destination("ftp://example.org/model"))).rejects.toThrow("not an https address");
  });
});

test("lets an error of the disk through, so that it is called by its name", async () => {
  const server = await loopback(serve(content));
  const folder = await temporaryFolder();
  await writeFile(join(folder, "in-the-way"), "");
  const file = { ...(await destination(server.url)), path: join(folder, "in-the-way", "file.part") };
  await expect(download(file)).rejects.toMatchObject({ syscall: "mkdir" });
});
