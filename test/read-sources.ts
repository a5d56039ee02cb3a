// Reads the sources of the model that its parent sends, and answers with their hash: a process for tests of the cache.
import { sha256 } from "../src/face/models/cache.ts";
import type { ModelEntry } from "../src/face/models/manifest.ts";
import { readSources } from "../src/face/models/sources.ts";

process.once("message", async ({ entry, cacheDir }: { entry: ModelEntry; cacheDir: string }) => {
  const [bytes = new Uint8Array(0)] = (await readSources(entry, { cacheDir })).values();
  process.send?.(sha256(bytes), () => process.disconnect());
});
