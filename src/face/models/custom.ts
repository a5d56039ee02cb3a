import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "./cache.ts";
import { isModelName, readDescription } from "./description.ts";
import type { ModelEntry } from "./manifest.ts";

/** An imported model as it is kept: the description that came with it, and which file it describes. */
interface KeptModel {
  readonly description: unknown;
  readonly file: { readonly name: string; readonly sha256: string; readonly bytes: number };
}

/** The model that was imported under that name. */
export async function findCustomModel(name: string, cacheDir: string): Promise<ModelEntry | undefined> {
  if (!isModelName(name)) return undefined;
  const text = await readFile(customPath(name, cacheDir), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const kept = parseKept(text);
  return kept === undefined ? undefined : asEntry(name, kept);
}

export async function listCustomModels(cacheDir: string): Promise<ModelEntry[]> {
  const files = await readdir(join(cacheDir, "custom")).catch(() => []);
  const names = files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length));
  const entries = await Promise.all(names.sort().map((name) => findCustomModel(name, cacheDir)));
  return entries.filter((entry) => entry !== undefined);
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

function parseKept(text: string): KeptModel | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isKept(value) ? value : undefined;
  } catch {
    return undefined;
  }
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
