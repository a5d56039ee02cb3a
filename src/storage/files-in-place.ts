import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { FileReader } from "../domain/photos.ts";

/** Photos that were indexed where they are. */
export function filesInPlace(): FileReader {
  return {
    async size(path) {
      const found = await stat(path).catch(() => undefined);
      return found?.isFile() ? found.size : undefined;
    },
    read: (path, range) => createReadStream(path, range && { start: range.first, end: range.last }),
  };
}
