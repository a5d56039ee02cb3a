import { type Kysely, sql } from "kysely";
import { type EventFaces, eventGone } from "../domain/ports.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { packedRows } from "./packed-rows.ts";
import type { Schema } from "./schema.ts";

/** Rows read at a time; this takes some 10 ms, after which other work gets its turn. */
const pageSize = 2000;

/** Embeddings decrypted at a time, which takes as long. */
const embeddingsAtOnce = 500;

/** Faces of an event that is kept, 77 MB with the default embedder. Searching more takes memory enough by itself. */
const mostKept = 100_000;

type FaceColumns = readonly [
  id: string,
  photoId: string,
  personId: string | null,
  quality: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
];

interface Kept {
  readonly key: string;
  /** What the database says when nothing has changed since. */
  readonly state: string;
  readonly faces: EventFaces;
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * Reads all faces of an event. The one read last is kept, and only what is new is decrypted the next time: while photos come
 * in, searches, groupings and suggestions ask again and again for faces of which a few have changed.
 */
export class FaceLoader {
  readonly #db: Kysely<Schema>;
  readonly #cipher: EmbeddingCipher;
  #kept: Kept | undefined;

  constructor(db: Kysely<Schema>, cipher: EmbeddingCipher) {
    this.#db = db;
    this.#cipher = cipher;
  }

  /** Others may have got the same arrays, so they are not to be changed. */
  async load(eventId: string, pipelineId: string): Promise<EventFaces> {
    const { revision, decided, assigned } = await this.#stateOf(eventId);
    const key = `${eventId} ${pipelineId}`;
    const state = `${revision} ${decided} ${assigned}`;
    const before = this.#kept?.key === key ? this.#kept : undefined;
    if (before?.state === state) return before.faces;
    const columns = await this.#columns(eventId, pipelineId);
    const { ids, boxes } = columns;
    const known = ids.map((id, i) => sameFace(before, id, boxes.subarray(i * 4, i * 4 + 4)));
    const missing = ids.filter((_, i) => known[i] === undefined);
    const fresh = await this.#embeddings(eventId, pipelineId, missing);
    const dimension = [...fresh.values()][0]?.length ?? before?.faces.dimension ?? 0;
    const vectors = new Float32Array(ids.length * dimension);
    for (const [i, id] of ids.entries()) {
      const vector = fresh.get(id) ?? known[i];
      // Removed since it was listed.
      if (vector === undefined) return await this.load(eventId, pipelineId);
      vectors.set(vector, i * dimension);
    }
    const faces = { revision, decided, pipelineId, ...columns, dimension, vectors };
    const rows = new Map(ids.map((id, i) => [id, i]));
    this.#kept = ids.length > mostKept ? undefined : { key, state, faces, rows };
    return faces;
  }

  /** Leaves nothing of the event's faces in memory. */
  forget(eventId: string): void {
    if (this.#kept?.key.startsWith(`${eventId} `)) this.#kept = undefined;
  }

  async #stateOf(eventId: string) {
    const row = await this.#db
      .selectFrom("events")
      .select(["revision", "decided", "assigned"])
      .where("id", "=", eventId)
      .executeTakeFirst();
    return row ?? { revision: eventGone, decided: eventGone, assigned: 0 };
  }

  /** All but the embeddings, by id. What others add or remove meanwhile makes the revision outdated. */
  async #columns(eventId: string, pipelineId: string) {
    const ids: string[] = [];
    const photoIds: string[] = [];
    const personIds: (string | null)[] = [];
    const qualities: number[] = [];
    const boxes: number[] = [];
    for (let full = true; full; ) {
      const page = await packedRows<FaceColumns>(
        this.#db,
        sql`id, photo_id, person_id, quality, x1, y1, x2, y2`,
        sql`faces where event_id = ${eventId} and pipeline_id = ${pipelineId} and id > ${ids.at(-1) ?? ""}
          order by id limit ${pageSize}`,
      );
      for (const [id, photoId, personId, quality, ...box] of page) {
        ids.push(id);
        photoIds.push(photoId);
        personIds.push(personId);
        qualities.push(quality);
        boxes.push(...box);
      }
      full = page.length === pageSize;
    }
    return { ids, photoIds, personIds, qualities: Float32Array.from(qualities), boxes: Float32Array.from(boxes) };
  }

  async #embeddings(eventId: string, pipelineId: string, faceIds: readonly string[]) {
    const embeddings = new Map<string, Float32Array>();
    for (let i = 0; i < faceIds.length; i += embeddingsAtOnce) {
      const rows = await this.#db
        .selectFrom("faces")
        .select(["id", "embedding"])
        .where("event_id", "=", eventId)
        .where("id", "in", faceIds.slice(i, i + embeddingsAtOnce))
        .execute();
      for (const { id, embedding } of rows) {
        embeddings.set(id, this.#cipher.decrypt(embedding, { eventId, faceId: id, pipelineId }));
      }
    }
    return embeddings;
  }
}

/** The vector of a face that was there before; one that is elsewhere now was found anew. */
function sameFace(before: Kept | undefined, id: string, box: Float32Array): Float32Array | undefined {
  const row = before?.rows.get(id);
  if (before === undefined || row === undefined) return undefined;
  const { boxes, vectors, dimension } = before.faces;
  if (box.some((value, i) => value !== boxes[row * 4 + i])) return undefined;
  return vectors.subarray(row * dimension, (row + 1) * dimension);
}
