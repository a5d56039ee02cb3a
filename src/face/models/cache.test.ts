import { readdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { makeFolder, modelEnvironment, sha256, sha256OfFile, writeAtomically } from "./cache.ts";

test("keeps models where ROLLCALL_CACHE_DIR says", () => {
  expect(modelEnvironment({ ROLLCALL_CACHE_DIR: "some/where" }).cacheDir).toBe(resolve("some/where"));
});

describe.runIf(process.platform === "linux")("on Linux, without ROLLCALL_CACHE_DIR", () => {
  test("keeps models in the user's cache folder", () => {
    expect(modelEnvironment({}).cacheDir).toBe(join(homedir(), ".cache", "rollcall"));
    expect(modelEnvironment({ ROLLCALL_CACHE_DIR: "", XDG_CACHE_HOME: "/var/cache/ann" }).cacheDir).toBe(
      "/var/cache/ann/rollcall",
    );
  });
});

test("takes the registry and the proxy as npm and others do", () => {
  const env = {
    npm_config_registry: "https://npm.example/",
    HTTPS_PROXY: "http://p:1",
    https_proxy: "",
    NO_PROXY: "a",
  };
  expect(modelEnvironment(env)).toMatchObject({
    npmRegistry: "https://npm.example/",
    httpsProxy: "http://p:1",
    noProxy: "a",
  });
});

test("writes a file whole or not at all", async () => {
  const folder = await temporaryFolder();
  await writeAtomically(join(folder, "new", "file"), "content");
  expect(await readFile(join(folder, "new", "file"), "utf8")).toBe("content");
  await writeFile(join(folder, "in-the-way"), "");
  await expect(writeAtomically(join(folder, "in-the-way", "file"), "content")).rejects.toThrow();
  expect((await readdir(folder)).sort()).toEqual(["in-the-way", "new"]);
  expect(await readdir(join(folder, "new"))).toEqual(["file"]);
});

test("makes a folder though others make the same one at the same time", async () => {
  const path = join(await temporaryFolder(), "a", "b", "c");
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
  await makeFolder(path);
  expect(await readdir(path)).toEqual([]);
});

test("hashes files and texts alike", async () => {
  const path = join(await temporaryFolder(), "file");
  await writeFile(path, "abc");
  // FIPS 180-2, appendix B.1.
  const known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect([sha256("abc"), await sha256OfFile(path)]).toEqual([known, known]);
});
