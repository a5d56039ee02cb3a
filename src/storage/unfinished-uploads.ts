import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes what has arrived so far of the event's uploads.
 *
 * @param folder of uploads that have begun: the bytes of each in a file, and what is known of it beside, in JSON
 */
export async function forgetUnfinished(folder: string, eventId: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(".json")) continue;
    const description = join(folder, name);
    const text = await readFile(description, "utf8").catch(() => "");
    if (eventOf(text) !== eventId) continue;
    await rm(description.slice(0, -".json".length), { force: true });
    await rm(description, { force: true });
  }
}

function eventOf(text: string): unknown {
  try {
    const known: unknown = JSON.parse(text);
    const metadata = typeof known === "object" && known !== null && "metadata" in known ? known.metadata : undefined;
    return typeof metadata === "object" && metadata !== null && "event" in metadata ? metadata.event : undefined;
  } catch {
    // Written at this moment, or half of it when the power went: not known to be of any event.
    return undefined;
  }
}
