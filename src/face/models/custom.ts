import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { FaceError } from "../errors.ts";
import { writeAtomically } from "./cache.ts";
import { isModelName, readDescription } from "./description.ts";
import type { ModelEntry } from "./manifest.ts";

/** An imported model as it is kept: the description that came with it, and which file it describes. */
interface KeptModel {
  readonly description: unknown;
  readonly file: { readonly name: string; readonly sha256: string; readonly bytes: number };
}

/**
 * The model that was imported under that name; undefined when there is none.
 *
 * @throws FaceError MODEL_CORRUPT or MODEL_DESCRIPTION_INVALID when what was kept of it cannot be used any more
 */
export async function findCustomModel(name: string, cacheDir: string): Promise<ModelEntry | undefined> {
  if (!isModelName(name)) return undefined;
  const text = await readFile(customPath(name, cacheDir), "utf8").catch(() => undefined);
  return text === undefined ? undefined : asEntry(name, parseKept(text, name));
}

/** In alphabetical order. */
export async function customModelNames(cacheDir: string): Promise<string[]> {
  const files = await readdir(join(cacheDir, "custom")).catch(() => []);
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .filter(isModelName)
    .sort();
}

export async function keepCustomModel(name: string, kept: KeptModel, cacheDir: string): Promise<ModelEntry> {
  const entry = asEntry(name, kept);
  await writeAtomically(customPath(name, cacheDir), `${JSON.stringify(kept, null, 2)}\n`);
  return entry;
}

export async function forgetCustomModel(name: string, cacheDir: string): Promise<void> {
  await rm(customPath(name, cacheDir), { force: true });
}

function customPath(name: string, cacheDir: string): string {
  return join(cacheDir, "custom", `${name}.json`);
}

function asEntry(name: string, { description, file }: KeptModel): ModelEntry {
  const { title, licence, provenance, embedder } = readDescription(description, name);
  return {
    name,
    task: "embedding",
    title,
    licence,
    provenance,
    sources: [{ id: "embedder", url: `file:${file.name}`, sha256: file.sha256, bytes: file.bytes }],
    converter: "onnx",
    embedder,
  };
}

function parseKept(text: string, name: string): KeptModel {
  try {
    const value: unknown = JSON.parse(text);
    if (isKept(value)) return value;
  } catch {
    // Said below: whatever the text is, it is not what was written here.
  }
  throw new FaceError(
    "MODEL_CORRUPT",
    `What was kept of the imported model "${name}" is damaged. Run \`rollcall models remove ${name}\` and import it again.`,
  );
}

function isKept(value: unknown): value is KeptModel {
  if (typeof value !== "object" || value === null || !("description" in value) || !("file" in value)) return false;
  const { file } = value;
  return (
    typeof file === "object" &&
    file !== null &&
    "name" in file &&
    typeof file.name === "string" &&
    "sha256" in file &&
    typeof file.sha256 === "string" &&
    "bytes" in file &&
    typeof file.bytes === "number"
  );
}
