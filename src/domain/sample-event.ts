import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FaceError } from "../face/errors.ts";
import type { RollcallEvent } from "./model.ts";
import { acceptUpload, type Shelf } from "./photos.ts";

const sampleName = "Sample party";

/**
 * Six photos that anybody may try Rollcall on, as if they were uploaded. Does no harm when it is there already.
 *
 * @throws FaceError MODEL_UNAVAILABLE in words for people without a terminal
 */
export async function addSampleEvent(
  shelf: Shelf & { readonly sampleFolder: () => Promise<string> },
): Promise<RollcallEvent> {
  const folder = await shelf.sampleFolder().catch((error: unknown) => {
    if (!(error instanceof FaceError) || error.code !== "MODEL_UNAVAILABLE") throw error;
    throw new FaceError(
      error.code,
      "The sample photos could not be downloaded. Check this computer's internet connection, then try again.",
      { cause: error },
    );
  });
  const event = await shelf.stores.events.findOrCreate(sampleName);
  for (const name of (await readdir(folder)).filter((one) => one.endsWith(".jpg")).sort()) {
    await acceptUpload(shelf, event.id, { name, bytes: createReadStream(join(folder, name)) });
  }
  return event;
}
