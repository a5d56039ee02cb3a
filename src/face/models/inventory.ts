import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FaceError } from "../errors.ts";
import { cacheFolder, sha256OfFile, sourcePath } from "./cache.ts";
import { customModelNames, findCustomModel, forgetCustomModel } from "./custom.ts";
import { type ModelEntry, manifest } from "./manifest.ts";
import { modelFolder, readRecord } from "./record.ts";
import { ensureModel, findModel, type ModelOptions, type ReadyModel, withModelLock } from "./store.ts";

export interface ModelStatus {
  readonly entry: ModelEntry;
  /** Imported with a description, not of the manifest. */
  readonly imported: boolean;
  /** Usable at once, without the network. */
  readonly ready: boolean;
  /** What it takes on the disk, in bytes. */
  readonly bytes: number;
}

/** What a check of a cached model found. */
export interface ModelCheck {
  readonly name: string;
  readonly state: "intact" | "damaged" | "absent";
  /** What is wrong with which file; empty unless damaged. */
  readonly problems: readonly { readonly file: string; readonly problem: string }[];
}

/** All models of the manifest, then all imported ones. */
export async function listModels(options: ModelOptions = {}): Promise<ModelStatus[]> {
  const cacheDir = cacheFolder(options);
  const known = manifest.map((entry) => ({ entry, imported: false }));
  const custom: { entry: ModelEntry; imported: boolean }[] = [];
  for (const name of await customModelNames(cacheDir)) {
    const entry = await findCustomModel(name, cacheDir).catch(() => undefined);
    if (entry !== undefined) custom.push({ entry, imported: true });
  }
  return await Promise.all(
    [...known, ...custom].map(async ({ entry, imported }) => {
      const files = await inspectedFiles(entry, cacheDir);
      const converted = files.filter(({ file }) => file.converted);
      return {
        entry,
        imported,
        ready: converted.length > 0 && converted.every(({ file, info }) => info?.size === file.bytes),
        bytes: bytesOf(files),
      };
    }),
  );
}

/**
 * Hashes everything that is cached of the models again and says what is not as it was published or converted.
 *
 * @param names default: all models
 * @throws FaceError MODEL_UNKNOWN
 */
export async function verifyModels(names: readonly string[] = [], options: ModelOptions = {}): Promise<ModelCheck[]> {
  const cacheDir = cacheFolder(options);
  const all = [...manifest.map((entry) => entry.name), ...(await customModelNames(cacheDir))];
  const checks: ModelCheck[] = [];
  for (const name of names.length > 0 ? names : all) checks.push(await verifyModel(name, cacheDir));
  return checks;
}

async function verifyModel(name: string, cacheDir: string): Promise<ModelCheck> {
  let entry: ModelEntry;
  try {
    entry = await findModel(name, cacheDir);
  } catch (error) {
    if (!(error instanceof FaceError) || error.code === "MODEL_UNKNOWN") throw error;
    return { name, state: "damaged", problems: [{ file: `custom/${name}.json`, problem: error.message }] };
  }
  const problems: { file: string; problem: string }[] = [];
  let found = 0;
  for (const file of await filesOf(entry, cacheDir)) {
    const info = await inspect(file.path);
    if (info === undefined) {
      // Sources may have been removed to save space; a part of a converted model may not.
      if (file.converted) problems.push({ file: file.path, problem: "is missing" });
      continue;
    }
    found++;
    if (file.bytes !== undefined && info.size !== file.bytes) {
      problems.push({ file: file.path, problem: `has ${info.size} bytes in place of ${file.bytes}` });
    } else if ((await sha256OfFile(file.path)) !== file.sha256) {
      problems.push({ file: file.path, problem: "has another content than was published or converted" });
    }
  }
  const state = problems.length > 0 ? "damaged" : found > 0 ? "intact" : "absent";
  return { name, state, problems };
}

/** Makes sure of a model as `ensureModel` does, but hashes what is cached first and replaces what is damaged. */
export async function pullModel(name: string, options: ModelOptions = {}): Promise<ReadyModel> {
  const cacheDir = cacheFolder(options);
  const entry = await findModel(name, cacheDir);
  const check = await verifyModel(name, cacheDir);
  if (check.state === "damaged") {
    await withModelLock(entry, cacheDir, () => removeModelFolders(name, cacheDir), options.signal);
  }
  return await ensureModel(name, { ...options, cacheDir });
}

/**
 * Deletes what is cached of a model. One of the manifest can be pulled again; an imported one is forgotten.
 *
 * @returns how many bytes that freed, 0 when there was nothing
 * @throws FaceError MODEL_UNKNOWN
 */
export async function removeModel(name: string, options: ModelOptions = {}): Promise<number> {
  const cacheDir = cacheFolder(options);
  const isCustom = (await customModelNames(cacheDir)).includes(name);
  const entry = await findModel(name, cacheDir).catch((error: unknown) => {
    // The record of an imported model that cannot be read any more must still go away.
    if (isCustom) return undefined;
    throw error;
  });
  if (entry === undefined) {
    await removeModelFolders(name, cacheDir);
    await forgetCustomModel(name, cacheDir);
    return 0;
  }
  return await withModelLock(entry, cacheDir, async () => {
    const before = bytesOf(await inspectedFiles(entry, cacheDir));
    await removeModelFolders(name, cacheDir);
    const shared = new Set(
      (await listModels({ cacheDir })).flatMap((other) =>
        other.entry.name === name ? [] : other.entry.sources.map((source) => source.sha256),
      ),
    );
    for (const { sha256 } of entry.sources) {
      if (!shared.has(sha256)) await rm(sourcePath(cacheDir, sha256), { force: true });
    }
    await forgetCustomModel(name, cacheDir);
    return before - bytesOf(await inspectedFiles(entry, cacheDir));
  });
}

interface CachedFile {
  readonly path: string;
  readonly bytes: number | undefined;
  readonly sha256: string;
  /** A part of the model that is used; else a source it was made from. */
  readonly converted: boolean;
}

interface InspectedFile {
  readonly file: CachedFile;
  /** Undefined when it is not there. */
  readonly info: { readonly size: number; readonly ino: number } | undefined;
}

async function inspectedFiles(entry: ModelEntry, cacheDir: string): Promise<InspectedFile[]> {
  const files = await filesOf(entry, cacheDir);
  return await Promise.all(files.map(async (file) => ({ file, info: await inspect(file.path) })));
}

/** A file that is a hard link of another takes no space of its own. */
function bytesOf(files: readonly InspectedFile[]): number {
  const perInode = new Map(files.flatMap(({ info }) => (info ? [[info.ino, info.size] as const] : [])));
  return [...perInode.values()].reduce((sum, size) => sum + size, 0);
}

async function filesOf(entry: ModelEntry, cacheDir: string): Promise<CachedFile[]> {
  const folder = modelFolder(entry, cacheDir);
  const record = await readRecord(folder);
  return [
    ...entry.sources.map(({ sha256, bytes }) => ({
      path: sourcePath(cacheDir, sha256),
      bytes,
      sha256,
      converted: false,
    })),
    ...Object.values(record?.files ?? {}).map(({ file, bytes, sha256 }) => ({
      path: join(folder, file),
      bytes,
      sha256,
      converted: true,
    })),
  ];
}

/** Also those that older revisions of a converter left. */
async function removeModelFolders(name: string, cacheDir: string): Promise<void> {
  const folders = await readdir(join(cacheDir, "models")).catch(() => []);
  const own = new RegExp(`^${name}-[0-9a-f]{16}($|\\.)`);
  for (const folder of folders.filter((candidate) => own.test(candidate))) {
    await rm(join(cacheDir, "models", folder), { recursive: true, force: true });
  }
}

function inspect(path: string): Promise<InspectedFile["info"]> {
  return stat(path).catch(() => undefined);
}
