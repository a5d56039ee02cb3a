import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { hasStamp, stampOf } from "./file-stamp.ts";

/** What was changed longer ago is nobody's work any more, even if the clock of its disk is some minutes off. */
const freshMs = 10 * 60_000;

/**
 * Those of the files that nobody is writing: changed long ago, or the same for a while that this waits. The others are to be
 * looked at again later.
 *
 * @param settleMs how long a file that was changed lately has to look the same
 * @throws the signal's reason
 */
export async function settledFiles<File extends { readonly path: string }>(
  files: readonly File[],
  settleMs: number,
  signal: AbortSignal | undefined,
): Promise<File[]> {
  const seen = await Promise.all(files.map(async (file) => ({ file, ...(await lookAt(file.path)) })));
  if (seen.some(({ fresh }) => fresh)) {
    await sleep(settleMs, undefined, signal ? { signal } : {}).catch(() => undefined);
    signal?.throwIfAborted();
  }
  const settled = await Promise.all(
    seen.map(async ({ file, fresh, stamp }) => !fresh || (await hasStamp(file.path, stamp))),
  );
  return files.filter((_, i) => settled[i]);
}

/** A file that cannot be looked at is nothing to wait for: whoever reads it says what is wrong. */
async function lookAt(path: string): Promise<{ readonly fresh: boolean; readonly stamp: string }> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  if (!stats) return { fresh: false, stamp: "" };
  const changedMs = Number(stats.mtimeMs > stats.ctimeMs ? stats.mtimeMs : stats.ctimeMs);
  return { fresh: Date.now() - changedMs < freshMs, stamp: stampOf(stats) };
}
