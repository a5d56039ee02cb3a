import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "./cache.ts";

/** How often a waiting process looks again. */
const POLL_MS = 100;

/** A holder touches its lock this often while it works. */
const HEARTBEAT_MS = 3_000;

/** An untouched lock of this age belonged to a process that ended without tidying up, or whose machine did. */
const STALE_MS = 20_000;

interface LockOwner {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

/**
 * Runs `work` while no other process runs something under the same lock file.
 *
 * Whatever happens to the processes, nobody waits for a dead one for longer than 20 seconds. In return two may rarely
 * work at once, after one was suspended for that long, so `work` must only be wasteful then, never wrong.
 *
 * @param path of the lock file, made and removed here
 */
export async function withLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const owner: LockOwner = { pid: process.pid, host: hostname(), token: randomUUID() };
  await makeFolder(dirname(path));
  while (!(await tryAcquire(path, owner))) {
    signal?.throwIfAborted();
    await breakIfDead(path);
    await sleep(POLL_MS, undefined, signal ? { signal } : {});
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await readOwner(path))?.token === owner.token) await rm(path, { force: true });
  }
}

async function tryAcquire(path: string, owner: LockOwner): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    try {
      await file.writeFile(JSON.stringify(owner));
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

async function breakIfDead(path: string): Promise<void> {
  const owner = await readOwner(path);
  const age = await stat(path).then(
    (info) => Date.now() - info.mtimeMs,
    () => 0,
  );
  if (age < STALE_MS && !(owner && isGone(owner))) return;
  // Renaming can be won by one process only; deleting could hit the lock that the winner has made since.
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readOwner(aside);
  if (moved?.token === owner?.token) await rm(aside, { force: true });
  else await rename(aside, path);
}

async function readOwner(path: string): Promise<LockOwner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(path, "utf8"));
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is LockOwner {
  return (
    typeof value === "object" &&
    value !== null &&
    "pid" in value &&
    typeof value.pid === "number" &&
    "host" in value &&
    typeof value.host === "string" &&
    "token" in value &&
    typeof value.token === "string"
  );
}

function isGone(owner: LockOwner): boolean {
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    // EPERM: it exists and is another user's.
    return hasCode(error, "ESRCH");
  }
}

function touch(path: string): void {
  const now = new Date();
  utimes(path, now, now).catch(() => {
    // Somebody took the lock for abandoned; the work goes on, see above.
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
