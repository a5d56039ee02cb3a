import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddingCipher } from "../../src/db/embedding-cipher.ts";
import { guestStore } from "../../src/db/guests.ts";
import { eraseFromLog, openSqlite } from "../../src/db/sqlite/open.ts";
import { openStores } from "../../src/db/stores.ts";
import type { GuestStore } from "../../src/domain/access-ports.ts";
import type { ClaimedPhoto, EventFaces, FoundFile, Stores } from "../../src/domain/ports.ts";
import type { Face, FacesInImage } from "../../src/face/face.ts";
import type { PixelBox } from "../../src/face/geometry.ts";

/** Stores on a database of their own, and a second process's view of the same one. */
export interface StoresUnderTest {
  readonly stores: Stores;
  readonly guests: GuestStore;
  /** Other connections to the same database. */
  readonly another: () => Promise<Stores>;
  /** The whole database as bytes, to look for what must not be in it. */
  readonly files: readonly string[];
  readonly close: () => Promise<void>;
}

export interface Adapter {
  readonly name: string;
  readonly open: () => Promise<StoresUnderTest>;
}

/** Every database that Rollcall runs on. */
export const adapters: readonly Adapter[] = [{ name: "SQLite", open: openSqliteStores }];

async function openSqliteStores(): Promise<StoresUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-stores-"));
  const file = join(folder, "test.db");
  const cipher = new EmbeddingCipher(randomBytes(32));
  const opened: Awaited<ReturnType<typeof openSqlite>>[] = [];
  const connect = async (): Promise<Stores> => {
    const db = await openSqlite(file);
    opened.push(db);
    return openStores(db, cipher, () => eraseFromLog(db));
  };
  const stores = await connect();
  const [db] = opened;
  if (!db) throw new Error("no database was opened");
  return {
    stores,
    guests: guestStore(db, () => eraseFromLog(db)),
    another: connect,
    files: [file, `${file}-wal`],
    close: async () => {
      for (const db of opened) await db.destroy();
      rmSync(folder, { recursive: true });
    },
  };
}

export const pipeline = "detector+embedder+1";

/** A file whose bytes are known by a word: files of the same word are the same photo. */
export function file(path: string, word: string = path, stamp = "1"): FoundFile {
  return { path, stamp, sha256: createHash("sha256").update(word).digest("hex"), bytes: word.length };
}

/** A unit vector in the direction of an angle, in four dimensions. */
export function direction(angle: number): Float32Array {
  return Float32Array.of(Math.cos(angle), Math.sin(angle), 0, 0);
}

export function face(box: PixelBox, embedding = direction(0), quality = 0.8): Face {
  const [x1, y1, x2, y2] = box;
  return {
    box,
    landmarks: [
      [x1, y1],
      [x2, y1],
      [(x1 + x2) / 2, (y1 + y2) / 2],
      [x1, y2],
      [x2, y2],
    ],
    score: 0.99,
    quality: {
      score: quality,
      sharpness: quality,
      pose: 1,
      size: 1,
      exposure: 1,
      detection: 1,
      reliability: 1,
      reasons: quality < 0.5 ? ["too blurred"] : [],
    },
    embedding,
  };
}

export function found(faces: readonly Face[], pipelineId = pipeline): FacesInImage {
  return { width: 640, height: 480, damaged: false, takenAt: null, pipelineId, faces };
}

/** Takes the next photo for half a minute. */
export async function claim(stores: Stores, eventId: string, owner = "me"): Promise<ClaimedPhoto> {
  const photo = await stores.photos.claim(eventId, { owner, until: Date.now() + 30_000 }, Date.now());
  if (!photo) throw new Error("the queue is empty");
  return photo;
}

/** An event in which each photo, named by its path, has been searched and has these faces. */
export async function eventWith(
  stores: Stores,
  photos: Readonly<Record<string, readonly Face[]>>,
  name = "Party",
): Promise<string> {
  const { id } = await stores.events.findOrCreate(name);
  for (const [path, faces] of Object.entries(photos)) {
    await stores.photos.recordFiles(id, [file(path)]);
    await stores.photos.complete(await claim(stores, id), found(faces));
  }
  return id;
}

/** The event's faces as they are now. */
export async function facesOf(stores: Stores, eventId: string, pipelineId = pipeline): Promise<EventFaces> {
  return (await stores.faces.index(eventId, pipelineId)).snapshot();
}
