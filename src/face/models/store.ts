import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FaceError } from "../errors.ts";
import { modelEnvironment, sha256, writeAtomically } from "./cache.ts";
import { converters } from "./converters.ts";
import { type EmbedderSpec, type ModelEntry, manifest } from "./manifest.ts";
import { type FetchProgress, readSources } from "./sources.ts";

export interface ModelOptions {
  /** Folder that keeps models between runs; default: `ROLLCALL_CACHE_DIR`, else the platform's cache folder. */
  readonly cacheDir?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
}

/** A model whose files are on disk, checked and converted. */
export interface ReadyModel {
  readonly name: string;
  /** Part -> absolute path of its .onnx file, or of the file itself for samples. An embedding model's one part is `embedder`. */
  readonly files: Readonly<Record<string, string>>;
  /** Identifies the weights and how they were converted: 16 hexadecimal digits. */
  readonly hash: string;
  readonly embedder?: EmbedderSpec;
}

/** What is written beside a converted model; it comes last, so a folder that has it is complete. */
interface ModelRecord {
  readonly files: Readonly<Record<string, { readonly file: string; readonly bytes: number; readonly sha256: string }>>;
}

const RECORD = "model.json";

/**
 * Makes the model usable: fetched, checked and converted when it was not before; otherwise it takes a few milliseconds
 * and no network.
 *
 * @throws FaceError MODEL_UNKNOWN, MODEL_UNAVAILABLE, MODEL_CORRUPT, MODEL_UNSUPPORTED
 */
export async function ensureModel(name: string, options: ModelOptions = {}): Promise<ReadyModel> {
  const cacheDir = options.cacheDir ?? modelEnvironment().cacheDir;
  const entry = manifest.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new FaceError("MODEL_UNKNOWN", `There is no model named "${name}".`);
  return (await readCached(entry, cacheDir)) ?? (await makeModel(entry, cacheDir, options));
}

export function modelHash(entry: ModelEntry): string {
  const sources = entry.sources.map((source) => `${source.id} ${source.sha256}\n`).join("");
  return sha256(`${entry.converter} ${converters[entry.converter].revision}\n${sources}`).slice(0, 16);
}

async function readCached(entry: ModelEntry, cacheDir: string): Promise<ReadyModel | undefined> {
  const folder = modelFolder(entry, cacheDir);
  const text = await readFile(join(folder, RECORD), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const record: ModelRecord = JSON.parse(text);
  const parts = Object.entries(record.files);
  const sizes = await Promise.all(parts.map(([, { file }]) => stat(join(folder, file)).catch(() => undefined)));
  if (parts.some(([, { bytes }], i) => sizes[i]?.size !== bytes)) return undefined;
  return ready(entry, Object.fromEntries(parts.map(([part, { file }]) => [part, join(folder, file)])));
}

async function makeModel(entry: ModelEntry, cacheDir: string, options: ModelOptions): Promise<ReadyModel> {
  const sources = await readSources(entry, cacheDir, options);
  const convert = await converters[entry.converter].load();
  const parts = convert(sources);
  const folder = modelFolder(entry, cacheDir);
  const temporary = `${folder}.${process.pid}-${randomUUID()}.tmp`;
  try {
    await mkdir(temporary, { recursive: true });
    const files: Record<string, { file: string; bytes: number; sha256: string }> = {};
    for (const [part, bytes] of parts) {
      const file = entry.converter === "none" ? part : `${part}.onnx`;
      await writeAtomically(join(temporary, file), bytes);
      files[part] = { file, bytes: bytes.length, sha256: sha256(bytes) };
    }
    await writeAtomically(join(temporary, RECORD), `${JSON.stringify({ files }, null, 2)}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    return ready(
      entry,
      Object.fromEntries(Object.entries(files).map(([part, { file }]) => [part, join(folder, file)])),
    );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function ready(entry: ModelEntry, files: Readonly<Record<string, string>>): ReadyModel {
  return {
    name: entry.name,
    files,
    hash: modelHash(entry),
    ...(entry.embedder ? { embedder: entry.embedder } : {}),
  };
}

function modelFolder(entry: ModelEntry, cacheDir: string): string {
  return join(cacheDir, "models", `${entry.name}-${modelHash(entry)}`);
}
