import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** What the environment says about fetching models. */
export interface ModelEnvironment {
  readonly cacheDir: string;
  /** Where npm packages come from, when it is not the public registry. */
  readonly npmRegistry?: string;
  /** For https, and the hosts it is not for. */
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/**
 * The one place of the face library that reads the environment: `ROLLCALL_CACHE_DIR`, else the platform's folder for
 * data that can be fetched again; the registry that npm was told to use; and the proxy.
 */
export function modelEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): ModelEnvironment {
  const npmRegistry = env.npm_config_registry;
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY;
  const noProxy = env.no_proxy || env.NO_PROXY;
  return {
    cacheDir: env.ROLLCALL_CACHE_DIR ? resolve(env.ROLLCALL_CACHE_DIR) : join(platformCacheDir(env), "rollcall"),
    ...(npmRegistry ? { npmRegistry } : {}),
    ...(httpsProxy ? { httpsProxy } : {}),
    ...(noProxy ? { noProxy } : {}),
  };
}

function platformCacheDir(env: Readonly<Record<string, string | undefined>>): string {
  switch (process.platform) {
    case "darwin":
      return join(homedir(), "Library", "Caches");
    case "win32":
      return env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
    default:
      return env.XDG_CACHE_HOME || join(homedir(), ".cache");
  }
}

/** The absolute path of the cache folder: the one given, else that of the environment. */
export function cacheFolder({ cacheDir }: { readonly cacheDir?: string }): string {
  return resolve(cacheDir ?? modelEnvironment().cacheDir);
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of a file in hexadecimal, without holding it in memory. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** Where a source file is kept: by its content, so that the same file is kept once whatever it is for. */
export function sourcePath(cacheDir: string, hash: string): string {
  return join(cacheDir, "sources", hash);
}

/** Where a download is collected until it is complete and checked. */
export function downloadPath(cacheDir: string, address: string): string {
  return join(cacheDir, "downloads", `${sha256(address).slice(0, 32)}.part`);
}

/** The lock file of whatever `subject` names. */
export function lockPath(cacheDir: string, subject: string): string {
  return join(cacheDir, "locks", `${sha256(subject).slice(0, 32)}.lock`);
}

/** Older than any download or conversion takes: its process has ended. */
const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1000;

/** Deletes what processes that were killed left half done, apart from downloads, which are continued. */
export async function removeLeftovers(cacheDir: string): Promise<void> {
  for (const folder of ["custom", "downloads", "models", "sources"].map((name) => join(cacheDir, name))) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((candidate) => candidate.endsWith(TEMPORARY))) {
      const path = join(folder, name);
      const info = await stat(path).catch(() => undefined);
      if (info && Date.now() - info.mtimeMs > LEFTOVER_AGE_MS) await rm(path, { recursive: true, force: true });
    }
  }
}

const TEMPORARY = ".tmp";

/** A name beside `path` for what will be moved there when it is complete. */
export function temporaryPath(path: string): string {
  return `${path}.${process.pid}-${randomUUID()}${TEMPORARY}`;
}

/**
 * Makes a folder and those above it as needed.
 *
 * Node's own recursive mkdir never returns where the parent exists but cannot hold folders, as in /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOneFolder(path);
  } catch (error) {
    const parent = dirname(path);
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!missing || parent === path) throw error;
    await makeFolder(parent);
    await makeOneFolder(path);
  }
}

/** It may be there already, or another process may be faster. */
async function makeOneFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const info = await stat(path).catch(() => undefined);
    if (!info?.isDirectory()) throw error;
  }
}

/** Writes the file so that it is there whole or not at all, also when the machine loses power. */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = temporaryPath(path);
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
