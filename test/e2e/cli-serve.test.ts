import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { organiserOf, organiserPassword } from "./api-server.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { killServer, serveCli } from "./serve-cli.ts";

test("a server that cannot listen says why, and ends", async () => {
  const running = await serveCli(temporaryFolder());
  const { port } = new URL(running.url);
  const taken = await runCli(["serve", "--port", port]);
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining("another program uses it")]);
  const elsewhere = await runCli(["serve", "--port", "0", "--host", "192.0.2.1"]);
  expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining("does not have that address")]);
  await killServer(running);
}, 60_000);

test("a server that could not look at a single photo says so, and ends", async () => {
  for (const [variable, value] of [
    ["ROLLCALL_EMBEDDER", "nobody"],
    ["ROLLCALL_EMBEDDER", "mtcnn"],
    ["ROLLCALL_PROVIDERS", "abacus"],
    ["ROLLCALL_HOST", "foo..bar"],
  ] as const) {
    const { code, stderr } = await runCli(["serve", "--port", "0"], { env: { [variable]: value } });
    expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining(value)]);
    expect(code).not.toBe(0);
  }
}, 60_000);

test("a forgotten password is replaced beside the running server, and whoever was signed in is signed out", async () => {
  const dataDir = join(temporaryFolder(), "data");
  const nowhere = await runCli(["reset-password"], { dataDir });
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining("There is no database of Rollcall in")]);
  expect(existsSync(dataDir)).toBe(false);
  const running = await serveCli(dataDir);
  const nobody = await runCli(["reset-password"], { dataDir });
  expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining("No password was set yet")]);
  const organiser = await organiserOf({ url: running.url, setupUrl: running.setupUrl });
  expect((await organiser.get("/api/session")).role).toBe("organiser");
  const { stdout } = await runCli(["reset-password", "--json"], { dataDir });
  const { password } = JSON.parse(stdout);
  expect((await organiser.get("/api/session")).role).not.toBe("organiser");
  const old = await organiser.json("POST", "/api/session", { password: organiserPassword });
  expect(old.body.code).toBe("PASSWORD_WRONG");
  expect((await organiser.json("POST", "/api/session", { password })).status).toBeLessThan(300);
  expect((await organiser.get("/api/session")).role).toBe("organiser");
  await killServer(running);
}, 60_000);
