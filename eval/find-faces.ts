import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Face, type FaceEngine, FaceError, type FacesInImage } from "../src/face/index.ts";
import type { Progress } from "./progress.ts";
import { sourceHash } from "./source-hash.ts";

/** A picture to find faces in. */
export interface Source {
  /** Names its content: what has the same key has the same faces. */
  readonly key: string;
  load(): Promise<Uint8Array>;
}

export interface FindOptions {
  /** Keep what was found in the folder for temporary files, and take from there what an earlier run found. */
  readonly cache: boolean;
  /** Tells apart what settings beyond the engine's `pipelineId` change, such as the detection preset. */
  readonly variant: string;
  readonly progress: Progress;
}

/** Pictures loaded ahead of the workers, so that none of them waits; more would only take memory. */
const AHEAD = 2;

/** The faces of every picture, in the order of the sources; undefined where a picture can't be used. */
export async function findAllFaces(
  engine: FaceEngine,
  sources: readonly Source[],
  options: FindOptions,
): Promise<(FacesInImage | undefined)[]> {
  const found: (FacesInImage | undefined)[] = new Array(sources.length);
  const folder = options.cache ? await cacheFolder(engine, options.variant) : undefined;
  let next = 0;
  async function work(): Promise<void> {
    for (let i = next++; i < sources.length; i = next++) {
      const source = sources[i];
      if (source === undefined) return;
      found[i] = await findFaces(engine, source, folder);
      options.progress.step();
    }
  }
  await Promise.all(Array.from({ length: engine.workers + AHEAD }, work));
  options.progress.end();
  return found;
}

async function findFaces(
  engine: FaceEngine,
  source: Source,
  cache: string | undefined,
): Promise<FacesInImage | undefined> {
  const path = cache === undefined ? undefined : cachePath(cache, source);
  const kept = path === undefined ? undefined : await readCache(path);
  if (kept !== undefined) return kept;
  try {
    const faces = await engine.findFaces(await source.load());
    if (path !== undefined) await writeCache(path, faces);
    return faces;
  } catch (error) {
    if (error instanceof FaceError && error.code.startsWith("IMAGE_")) return undefined;
    throw error;
  }
}

/** Another one for every change to the code that finds faces. */
async function cacheFolder({ pipelineId }: FaceEngine, variant: string): Promise<string> {
  const code = await sourceHash(new URL("../src/face/pipeline.ts", import.meta.url));
  const name = createHash("sha256").update(`${pipelineId}\n${variant}\n${code}`).digest("hex").slice(0, 16);
  return join(tmpdir(), "rollcall-eval", name);
}

function cachePath(folder: string, { key }: Source): string {
  const name = createHash("sha256").update(key).digest("hex");
  return join(folder, name.slice(0, 2), `${name}.json`);
}

async function readCache(path: string): Promise<FacesInImage | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return undefined;
  }
  const kept: StoredFaces = JSON.parse(text);
  return {
    ...kept,
    faces: kept.faces.map((face) => ({
      ...face,
      embedding: new Float32Array(Uint8Array.from(Buffer.from(face.embedding, "base64")).buffer),
    })),
  };
}

async function writeCache(path: string, found: FacesInImage): Promise<void> {
  const stored: StoredFaces = {
    ...found,
    faces: found.faces.map((face) => {
      const { buffer, byteOffset, byteLength } = face.embedding;
      return { ...face, embedding: Buffer.from(buffer, byteOffset, byteLength).toString("base64") };
    }),
  };
  await mkdir(join(path, ".."), { recursive: true });
  // Renamed into place, so that a run that is stopped leaves no half file for the next.
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, JSON.stringify(stored));
  await rename(partial, path);
}

interface StoredFaces extends Omit<FacesInImage, "faces"> {
  readonly faces: readonly (Omit<Face, "embedding"> & { readonly embedding: string })[];
}

/** A picture on disk, named by its content. */
export async function fileSource(path: string): Promise<Source> {
  const bytes = await readFile(path);
  return { key: createHash("sha256").update(bytes).digest("hex"), load: async () => bytes };
}

/** The face nearest to the middle of the picture: whom a picture of LFW, and a selfie, is of. */
export function centredFace(found: FacesInImage | undefined): Face | undefined {
  if (found === undefined) return undefined;
  const fromMiddle = ({ box }: Face) =>
    Math.hypot((box[0] + box[2] - found.width) / 2, (box[1] + box[3] - found.height) / 2);
  return found.faces.reduce<Face | undefined>(
    (best, face) => (best === undefined || fromMiddle(face) < fromMiddle(best) ? face : best),
    undefined,
  );
}
