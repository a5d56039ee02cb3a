import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { sql } from "kysely";
import sharp from "sharp";
import { EmbeddingCipher } from "../src/db/embedding-cipher.ts";
import { checkKey } from "../src/db/key-check.ts";
import { openSqlite } from "../src/db/sqlite/open.ts";
import { openStores } from "../src/db/stores.ts";
import { blobKeys } from "../src/domain/blobs.ts";
import { runGroupingJob } from "../src/domain/group-faces.ts";
import { groupEvent } from "../src/domain/grouping.ts";
import type { Face } from "../src/face/face.ts";
import { openDataFolder } from "../src/storage/data-folder.ts";
import { makeKeyFile, readKeyFile } from "../src/storage/encryption-key.ts";
import { localBlobs } from "../src/storage/local.ts";
import { makeFaces } from "./made-up-faces.ts";

export interface LoadEventSize {
  readonly photos: number;
  readonly faces: number;
}

/** Large enough to be a picture in the grid, small enough for a disk to hold ten thousand. */
const WIDTH = 480;
const HEIGHT = 320;
const FACE_SIDE = 60;

/** A photo a minute, from noon on. */
const FIRST_TAKEN = Date.UTC(2026, 5, 1, 12);
const BETWEEN_MS = 60_000;

/**
 * A data folder with one event in it, as the server leaves one: photos, their thumbnails, faces and people. The vectors are
 * made up; everything goes through the stores that the server uses.
 *
 * @param samples pictures to make the photos of
 */
export async function makeLoadEvent(
  dataDir: string,
  engine: { readonly pipelineId: string; readonly embedder: string },
  samples: readonly string[],
  { photos, faces }: LoadEventSize,
): Promise<{ readonly eventId: string; readonly people: number }> {
  const folder = openDataFolder(dataDir);
  makeKeyFile(folder.keyFile);
  const cipher = new EmbeddingCipher(readKeyFile(folder.keyFile));
  const db = await openSqlite(folder.database);
  try {
    await checkKey(db, cipher);
    // Nothing here needs to survive the loss of power.
    await sql`pragma synchronous = off`.execute(db);
    const stores = openStores(db, cipher, async () => undefined);
    const { id: eventId } = await stores.events.findOrCreate("Load");
    const blobs = localBlobs(folder.photos);
    mkdirSync(folder.photos, { recursive: true });
    const pictures = await Promise.all(samples.map(pictureOf));
    const { event } = makeFaces(faces);
    const now = Date.now();
    for (let i = 0, next = 0; i < photos; i++) {
      const picture = pictures[i % pictures.length];
      if (!picture) throw new Error("There are no pictures to make photos of.");
      // What comes after the end of a JPEG is read by nobody, and makes every photo another one.
      const bytes = Buffer.concat([picture.jpeg, Buffer.from(String(i))]);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      await blobs.put(blobKeys.original(eventId, sha256), bytes);
      const takenAt = new Date(FIRST_TAKEN + i * BETWEEN_MS);
      const name = `IMG_${String(i).padStart(5, "0")}.jpg`;
      const { photoId } = await stores.photos.recordUpload(eventId, { sha256, bytes: bytes.length, name, takenAt });
      await blobs.put(blobKeys.picture(eventId, photoId, "thumbnail"), picture.thumbnail);
      const claimed = await stores.photos.claim(eventId, { owner: "load", until: now + 3_600_000 }, now);
      if (!claimed) throw new Error("The photo that was just added is not in the queue.");
      const end = Math.floor(((i + 1) * faces) / photos);
      const found: Face[] = [];
      for (let place = 0; next < end; next++, place++) {
        found.push(faceAt(place, event.vectors.subarray(next * event.dimension, (next + 1) * event.dimension)));
      }
      const { pipelineId } = engine;
      await stores.photos.complete(claimed, {
        width: WIDTH,
        height: HEIGHT,
        damaged: false,
        takenAt: null,
        pipelineId,
        faces: found,
      });
    }
    await groupEvent(stores, async (job) => runGroupingJob(job), eventId, engine);
    return { eventId, people: (await stores.people.list(eventId)).length };
  } finally {
    await db.destroy();
  }
}

async function pictureOf(file: string): Promise<{ readonly jpeg: Buffer; readonly thumbnail: Buffer }> {
  const small = sharp(readFileSync(file), { failOn: "none" }).resize(WIDTH, HEIGHT, { fit: "cover" });
  return {
    jpeg: await small.clone().jpeg().toBuffer(),
    thumbnail: await small.clone().webp({ quality: 72 }).toBuffer(),
  };
}

function faceAt(place: number, embedding: Float32Array): Face {
  const [x, y] = [20 + (place % 6) * (FACE_SIDE + 10), 20 + Math.floor(place / 6) * (FACE_SIDE + 10)];
  const at = (dx: number, dy: number): [number, number] => [x + dx * FACE_SIDE, y + dy * FACE_SIDE];
  return {
    box: [x, y, x + FACE_SIDE, y + FACE_SIDE],
    landmarks: [at(0.3, 0.4), at(0.7, 0.4), at(0.5, 0.6), at(0.35, 0.8), at(0.65, 0.8)],
    score: 0.99,
    quality: { score: 0.9, sharpness: 1, pose: 1, size: 1, exposure: 1, detection: 1, reliability: 1, reasons: [] },
    embedding,
  };
}
