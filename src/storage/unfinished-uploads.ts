import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { PromisedUpload } from "../domain/promised-bytes.ts";

/**
 * Removes what has arrived so far of the event's uploads.
 *
 * @param folder of uploads that have begun: the bytes of each in a file, and what is known of it beside, in JSON
 */
export async function forgetUnfinished(folder: string, eventId: string): Promise<void> {
  for (const [id, names] of await uploadsIn(folder)) {
    if (metadataOf(await descriptionOf(folder, id)).event === eventId) await removeAll(folder, names);
  }
}

/**
 * What the uploads in the folder may grow to, by their ids. Those that were taken in are photos by now.
 *
 * @param most what one may grow to that has not said how large it is
 */
export async function promisedIn(folder: string, most: number): Promise<ReadonlyMap<string, PromisedUpload>> {
  const promised = new Map<string, PromisedUpload>();
  for (const [id, names] of await uploadsIn(folder)) {
    const known = names.includes(id) ? await descriptionOf(folder, id) : undefined;
    const { event, accepted } = metadataOf(known);
    if (typeof event === "string" && accepted === undefined)
      promised.set(id, { eventId: event, bytes: sizeOf(known) ?? most });
  }
  return promised;
}

/** Between the files of an upload that are written one after the other there are milliseconds. */
const graceMs = 5 * 60_000;

/**
 * Removes what nobody can go on with, because a server was killed while it began an upload or gave one up: bytes of which
 * nothing is known, not even the event that they would go with, and descriptions without bytes.
 */
export async function removeRemains(folder: string, now = new Date()): Promise<void> {
  const isOld = async (name: string) => {
    const written = (await stat(join(folder, name)).catch(() => undefined))?.mtime ?? now;
    return now.getTime() - written.getTime() > graceMs;
  };
  for (const [id, names] of await uploadsIn(folder)) {
    const isWhole = names.includes(id) && (await descriptionOf(folder, id)) !== undefined;
    const remains = isWhole ? names.filter((name) => name !== id && name !== `${id}.json`) : names;
    const old = await Promise.all(remains.map(isOld));
    if (old.every(Boolean)) await removeAll(folder, remains);
  }
}

/** The files of each upload; before the first dot of each name is its id. */
async function uploadsIn(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const uploads = new Map<string, string[]>();
  for (const name of await readdir(folder).catch(() => [])) {
    const [id = name] = name.split(".", 1);
    uploads.set(id, [...(uploads.get(id) ?? []), name]);
  }
  return uploads;
}

async function removeAll(folder: string, names: readonly string[]): Promise<void> {
  // The description last: without it, nobody would know what the rest is of.
  for (const name of [...names].sort()) await rm(join(folder, name), { force: true });
}

/** Undefined when there is none that can be read. */
async function descriptionOf(folder: string, id: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, `${id}.json`), "utf8"));
  } catch {
    return undefined;
  }
}

function metadataOf(known: unknown): { readonly event?: unknown; readonly accepted?: unknown } {
  const metadata = typeof known === "object" && known !== null && "metadata" in known ? known.metadata : undefined;
  return typeof metadata === "object" && metadata !== null ? metadata : {};
}

function sizeOf(known: unknown): number | undefined {
  const size = typeof known === "object" && known !== null && "size" in known ? known.size : undefined;
  return typeof size === "number" ? size : undefined;
}
