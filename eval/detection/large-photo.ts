import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Face, FacesInImage } from "../../src/face/index.ts";

export interface LargePhotoRun {
  readonly found: FacesInImage;
  readonly seconds: number;
  /** Of the process, networks included. */
  readonly peakMegabytes: number;
}

interface Answer extends Omit<LargePhotoRun, "found"> {
  readonly found: Omit<FacesInImage, "faces"> & {
    readonly faces: readonly (Omit<Face, "embedding"> & { readonly embedding: readonly number[] })[];
  };
}

const probe = fileURLToPath(new URL("memory-probe.ts", import.meta.url));
const MAX_ANSWER_BYTES = 64e6;

/** What `thorough` makes of a photo, in a process of its own. @throws Error when that process fails */
export async function findThoroughly(photo: Uint8Array, embedder: string): Promise<LargePhotoRun> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-large-"));
  try {
    const path = join(folder, "photo.jpg");
    await writeFile(path, photo);
    const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, probe, path, embedder], {
      maxBuffer: MAX_ANSWER_BYTES,
    });
    const { found, ...figures }: Answer = JSON.parse(stdout);
    const faces = found.faces.map((face) => ({ ...face, embedding: Float32Array.from(face.embedding) }));
    return { ...figures, found: { ...found, faces } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
