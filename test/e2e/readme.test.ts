import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

const library = new URL("../../src/face/index.ts", import.meta.url).href;
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

test("the library example of the README finds who is in both photos", { timeout: 120_000 }, async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const example = readme.match(/```ts\n(.*?)```/su)?.[1] ?? "";
  expect(example).toContain('from "rollcall/face"');
  expect(example.trim().split("\n").length).toBeLessThanOrEqual(15);

  const folder = temporaryFolder();
  const samples = await sampleFolder();
  await cp(join(samples, "sample1.jpg"), join(folder, "a.jpg"));
  await cp(join(samples, "sample3.jpg"), join(folder, "b.jpg"));
  await writeFile(join(folder, "example.mts"), example.replace("rollcall/face", library));
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", tsx, "example.mts"], { cwd: folder });
  // One woman is in both: the groups of one that follow have no second id.
  expect(stdout).toMatch(/\[\s*\[ 'a\.jpg#\d', 'b\.jpg#\d' \],\s*\[ '[ab]\.jpg#\d' \],/u);
});
