import { copyFile, link, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FaceError } from "../errors.ts";
import {
  cacheFolder,
  lockPath,
  makeFolder,
  removeLeftovers,
  sha256,
  sha256OfFile,
  sourcePath,
  temporaryPath,
  writeAtomically,
} from "./cache.ts";
import { converters } from "./converters.ts";
import { findCustomModel } from "./custom.ts";
import { type EmbedderSpec, type ModelEntry, manifest } from "./manifest.ts";
import { type ModelRecord, modelFolder, modelHash, readRecord, recordPath } from "./record.ts";
import type { FetchProgress } from "./sources.ts";

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
  /** Identifies the weights, how they were converted and what is fed to them: 16 hexadecimal digits. */
  readonly hash: string;
  readonly embedder?: EmbedderSpec;
}

/**
 * Makes the model usable: fetched, checked and converted when it was not before; otherwise it takes the time of hashing
 * it, 40 ms for what is used by default, and no network. Processes that want the same model at the same time wait for the one that fetches it.
 *
 * @param name of the manifest, or of an imported model
 * @throws FaceError MODEL_UNKNOWN, MODEL_UNAVAILABLE, MODEL_CORRUPT, MODEL_UNSUPPORTED, MODEL_CACHE_UNWRITABLE
 */
export async function ensureModel(name: string, options: ModelOptions = {}): Promise<ReadyModel> {
  const cacheDir = cacheFolder(options);
  const entry = await findModel(name, cacheDir);
  const cached = await openCached(entry, cacheDir);
  if (cached !== undefined) return cached;
  try {
    return await withModelLock(
      entry,
      cacheDir,
      async () => (await openCached(entry, cacheDir)) ?? (await makeModel(entry, cacheDir, options)),
      options.signal,
    );
  } catch (error) {
    throw asCacheError(error, cacheDir);
  }
}

/** @throws FaceError MODEL_UNKNOWN */
export async function findModel(name: string, cacheDir: string): Promise<ModelEntry> {
  const entry = manifest.find((candidate) => candidate.name === name) ?? (await findCustomModel(name, cacheDir));
  if (entry !== undefined) return entry;
  const names = manifest.map((candidate) => candidate.name).join(", ");
  throw new FaceError(
    "MODEL_UNKNOWN",
    `There is no model named "${name}". There are ${names}, and what was imported; \`rollcall models list\` shows them.`,
  );
}

/** Runs `work` while no other process makes, changes or removes the model. */
export async function withModelLock<T>(
  entry: ModelEntry,
  cacheDir: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { withLock } = await import("./lock.ts");
  return await withLock(lockPath(cacheDir, `model ${entry.name}`), work, signal);
}

/**
 * The model as it lies in the cache; undefined when it is not there, was damaged, or was made by other code. Its bytes are hashed
 * each time: a few that changed on a disk would change embeddings without a word.
 */
async function openCached(entry: ModelEntry, cacheDir: string): Promise<ReadyModel | undefined> {
  const folder = modelFolder(entry, cacheDir);
  const record = await readRecord(folder);
  if (record === undefined) return undefined;
  const files = Object.values(record.files);
  const hashes = await Promise.all(files.map(({ file }) => sha256OfFile(join(folder, file)).catch(() => undefined)));
  return files.every((file, i) => hashes[i] === file.sha256) ? ready(entry, record, cacheDir) : undefined;
}

async function makeModel(entry: ModelEntry, cacheDir: string, options: ModelOptions): Promise<ReadyModel> {
  await removeLeftovers(cacheDir);
  const { readSources } = await import("./sources.ts");
  const sources = await readSources(entry, { ...options, cacheDir });
  const convert = await converters[entry.converter].load();
  const parts = convert(sources, entry);
  const folder = modelFolder(entry, cacheDir);
  const temporary = temporaryPath(folder);
  try {
    const files: Record<string, ModelRecord["files"][string]> = {};
    for (const [part, bytes] of parts) {
      const file = entry.converter === "none" ? part : `${part}.onnx`;
      const source = entry.sources.find(({ id }) => sources.get(id) === bytes);
      if (source === undefined) await writeAtomically(join(temporary, file), bytes);
      else await linkOrCopy(sourcePath(cacheDir, source.sha256), join(temporary, file));
      files[part] = { file, bytes: bytes.length, sha256: source?.sha256 ?? sha256(bytes) };
    }
    const record: ModelRecord = { files };
    await writeAtomically(recordPath(temporary), `${JSON.stringify(record, null, 2)}\n`);
    // What lies there is damaged, or it would have been used.
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    return ready(entry, record, cacheDir);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A file that needs no conversion takes its space once, where the file system allows it. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await makeFolder(dirname(to));
  await link(from, to).catch(() => copyFile(from, to));
}

function ready(entry: ModelEntry, record: ModelRecord, cacheDir: string): ReadyModel {
  const folder = modelFolder(entry, cacheDir);
  return {
    name: entry.name,
    files: Object.fromEntries(Object.entries(record.files).map(([part, { file }]) => [part, join(folder, file)])),
    hash: modelHash(entry),
    ...(entry.embedder ? { embedder: entry.embedder } : {}),
  };
}

/** What the operating system refuses while the cache is written, in words. */
function asCacheError(error: unknown, cacheDir: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
  return new FaceError(
    "MODEL_CACHE_UNWRITABLE",
    `Models cannot be kept in ${cacheDir}: ${error.message}. Make room there or permit writing, or set ROLLCALL_CACHE_DIR to another folder.`,
    { cause: error },
  );
}
