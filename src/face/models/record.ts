import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "./cache.ts";
import { converters } from "./converters.ts";
import type { ModelEntry } from "./manifest.ts";

/** What is written beside a converted model. It is written last, so a folder that has it is complete. */
export interface ModelRecord {
  /** Part -> its file, relative to the folder. */
  readonly files: Readonly<Record<string, { readonly file: string; readonly bytes: number; readonly sha256: string }>>;
}

/** Identifies the weights, how they were converted and what is fed to them: 16 hexadecimal digits. */
export function modelHash(entry: ModelEntry): string {
  const identity = {
    sources: entry.sources.map(({ id, sha256 }) => [id, sha256]),
    converter: entry.converter,
    revision: converters[entry.converter].revision,
    embedder: entry.embedder,
  };
  return sha256(JSON.stringify(identity)).slice(0, 16);
}

/** Folder of the converted model: beside its sources' hash and the converter's revision, which its name contains. */
export function modelFolder(entry: ModelEntry, cacheDir: string): string {
  return join(cacheDir, "models", `${entry.name}-${modelHash(entry)}`);
}

export function recordPath(folder: string): string {
  return join(folder, "model.json");
}

/** The record of a converted model; undefined where there is none that can be read. */
export async function readRecord(folder: string): Promise<ModelRecord | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(recordPath(folder), "utf8"));
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is ModelRecord {
  if (typeof value !== "object" || value === null || !("files" in value)) return false;
  if (typeof value.files !== "object" || value.files === null) return false;
  const files: unknown[] = Object.values(value.files);
  return files.every(
    (file) =>
      typeof file === "object" &&
      file !== null &&
      "file" in file &&
      typeof file.file === "string" &&
      "bytes" in file &&
      typeof file.bytes === "number" &&
      "sha256" in file &&
      typeof file.sha256 === "string",
  );
}
