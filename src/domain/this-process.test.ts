import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { mayBeRunning, thisProcess } from "./this-process.ts";

it("takes itself and other running processes for running", () => {
  expect(mayBeRunning(thisProcess)).toBe(true);
  expect(mayBeRunning(`${process.ppid}.0badcafe`)).toBe(true);
});

it("takes processes that ended for ended, an earlier one of its own number too", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(mayBeRunning(`${pid}.0badcafe`)).toBe(false);
  expect(mayBeRunning(`${process.pid}.0badcafe`)).toBe(false);
});

it.each(["", "0", "-1.0badcafe", "photo.jpg"])("takes %j for no process at all", (name) => {
  expect(mayBeRunning(name)).toBe(false);
});
