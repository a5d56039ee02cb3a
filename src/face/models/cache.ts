import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
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

/** Writes the file so that it is there whole or not at all, also when the machine loses power. */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}-${randomUUID()}.tmp`;
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
