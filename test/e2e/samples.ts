import { dirname } from "node:path";
import { ensureModel } from "../../src/face/models/store.ts";

/** Folder of the six party photos, sample1.jpg to sample6.jpg; fetched the first time. */
export async function sampleFolder(): Promise<string> {
  const { files } = await ensureModel("sample-event");
  return dirname(Object.values(files)[0] ?? "");
}
