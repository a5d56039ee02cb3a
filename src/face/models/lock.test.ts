import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { withLock } from "./lock.ts";

/** No process has it: Linux gives at most 4,194,304. */
const DEAD_PID = 99_999_999;

test("lets one in at a time and leaves nothing behind", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "locks", "model.lock");
  let inside = 0;
  let most = 0;
  const visit = () =>
    withLock(path, async () => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside--;
    });
  await Promise.all([visit(), visit(), visit()]);
  expect(most).toBe(1);
  expect(await readdir(join(folder, "locks"))).toEqual([]);
});

test("frees the lock when the work fails", async () => {
  const path = join(await temporaryFolder(), "model.lock");
  await expect(withLock(path, () => Promise.reject(new Error("no network")))).rejects.toThrow("no network");
  expect(await withLock(path, () => Promise.resolve("again"))).toBe("again");
});

test("takes over at once from a process of this machine that has died", async () => {
  const path = join(await temporaryFolder(), "model.lock");
  await writeFile(path, JSON.stringify({ pid: DEAD_PID, host: hostname(), token: "old" }));
  expect(await withLock(path, () => Promise.resolve("mine"))).toBe("mine");
});

test("takes over a lock that nobody has touched for long, even an unreadable one", async () => {
  const folder = await temporaryFolder();
  const long = new Date(Date.now() - 60_000);
  for (const content of [JSON.stringify({ pid: process.pid, host: "elsewhere", token: "old" }), ""]) {
    const path = join(folder, "model.lock");
    await writeFile(path, content);
    await utimes(path, long, long);
    expect(await withLock(path, () => Promise.resolve("mine"))).toBe("mine");
  }
});

test("waits for a living process, and gives up waiting when told to", async () => {
  const path = join(await temporaryFolder(), "model.lock");
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), token: "theirs" });
  await writeFile(path, owner);
  const stop = new AbortController();
  const waiting = withLock(path, () => Promise.resolve("mine"), stop.signal);
  await sleep(50);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  expect(await readFile(path, "utf8")).toBe(owner);
});

test("does not free a lock that another process has taken over meanwhile", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "model.lock");
  await mkdir(folder, { recursive: true });
  const theirs = JSON.stringify({ pid: process.pid, host: hostname(), token: "theirs" });
  await withLock(path, () => writeFile(path, theirs));
  expect(await readFile(path, "utf8")).toBe(theirs);
});
