import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Loopback, loopback, serve } from "../../../test/loopback.ts";
import { tarFile } from "../../../test/tar-file.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { downloadPath, sha256, sourcePath } from "./cache.ts";
import type { ModelEntry } from "./manifest.ts";
import { readSources } from "./sources.ts";

const content = Buffer.alloc(300_000, "weights ");
const contentHash = sha256(content);

function entryFor(url: string, published: Uint8Array = content): ModelEntry {
  return {
    name: "published",
    task: "embedding",
    title: "",
    licence: "",
    provenance: "",
    sources: [{ id: "weights", url, sha256: sha256(published), bytes: published.length }],
    converter: "none",
  };
}

async function hashOfSource(entry: ModelEntry, cacheDir: string): Promise<string> {
  const sources = await readSources(entry, { cacheDir });
  return sha256(sources.get("weights") ?? "");
}

test("fetches a file, and then does without the network", async () => {
  const cacheDir = await temporaryFolder();
  const server = await loopback(serve(content));
  for (let run = 0; run < 2; run++) {
    expect(await hashOfSource(entryFor(server.url), cacheDir)).toBe(contentHash);
  }
  expect(server.requests).toHaveLength(1);
  expect(await readdir(join(cacheDir, "downloads"))).toEqual([]);
});

test("fetches a file inside an archive", async () => {
  const server = await loopback(serve(gzipSync(tarFile({ "release-1/weights.bin": content, other: "x" }))));
  const entry = entryFor(`${server.url}/release.tar.gz!/release-1/weights.bin`);
  expect(await hashOfSource(entry, await temporaryFolder())).toBe(contentHash);
});

test("fetches again what has been damaged on the disk", async () => {
  const cacheDir = await temporaryFolder();
  const server = await loopback(serve(content));
  const entry = entryFor(server.url);
  const path = sourcePath(cacheDir, sha256(content));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content.subarray(1));
  expect(await hashOfSource(entry, cacheDir)).toBe(contentHash);
});

test("starts from the beginning when what an earlier run left is of another file", async () => {
  const cacheDir = await temporaryFolder();
  const server = await loopback(serve(content));
  const part = downloadPath(cacheDir, server.url);
  await mkdir(dirname(part), { recursive: true });
  await writeFile(part, "something else");
  expect(await hashOfSource(entryFor(server.url), cacheDir)).toBe(contentHash);
  expect(server.requests.map(({ range }) => range)).toEqual(["bytes=14-", undefined]);
});

describe("keeps nothing of", () => {
  const cut = content.subarray(0, 200_000);
  const changed = Uint8Array.from(content, (byte, i) => (i === 1000 ? byte ^ 1 : byte));
  test.each([
    ["another file than was published", serve(changed), ""],
    ["a shorter file", serve(cut), ""],
    ["a larger file", serve(Buffer.concat([content, content])), ""],
    ["an archive with another file", serve(tarFile({ file: changed })), "!/file"],
    ["an archive with a larger file", serve(tarFile({ file: Buffer.concat([content, content]) })), "!/file"],
    ["an archive without the file", serve(tarFile({ other: content })), "!/file"],
    ["an archive that is cut short", serve(gzipSync(tarFile({ file: content })).subarray(0, -20)), "!/file"],
    ["something that is no archive", serve(content), "!/file"],
  ])("%s", async (_, answer, inside) => {
    const cacheDir = await temporaryFolder();
    const server = await loopback(answer);
    await expect(readSources(entryFor(server.url + inside), { cacheDir })).rejects.toMatchObject({
      code: "MODEL_CORRUPT",
    });
    expect(await readdir(join(cacheDir, "downloads"))).toEqual([]);
    expect(existsSync(join(cacheDir, "sources"))).toBe(false);
  });
});

test("says where to get the file and how to import it when nobody answers", async () => {
  const entry = entryFor("https://models.invalid/weights.bin");
  const failing = readSources(entry, { cacheDir: await temporaryFolder() });
  await expect(failing).rejects.toMatchObject({
    code: "MODEL_UNAVAILABLE",
    message: expect.stringMatching(
      new RegExp(
        `https://models.invalid/weights.bin cannot be fetched: .*` +
          `\`rollcall models pull published\`.*SHA-256 ${contentHash}.*\`rollcall models import <file> --as published\``,
        "s",
      ),
    ),
  });
}, 20_000);

test("downloads once for all processes that want the file at the same time", async () => {
  const cacheDir = await temporaryFolder();
  const server = await loopback(serve(content));
  const runs = await Promise.all([1, 2, 3].map(() => readInAnotherProcess(server, cacheDir)));
  expect(runs).toEqual([contentHash, contentHash, contentHash]);
  expect(server.requests).toHaveLength(1);
  expect(await readdir(join(cacheDir, "locks"))).toEqual([]);
});

async function readInAnotherProcess(server: Loopback, cacheDir: string): Promise<unknown> {
  const program = fileURLToPath(new URL("../../../test/read-sources.ts", import.meta.url));
  const child = fork(program, { execArgv: ["--import", "tsx"] });
  child.send({ entry: entryFor(server.url), cacheDir });
  const [[answer]] = await Promise.all([once(child, "message"), once(child, "exit")]);
  return answer;
}
