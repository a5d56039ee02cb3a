import { expect, test } from "vitest";
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
