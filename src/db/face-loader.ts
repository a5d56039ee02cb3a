import { setImmediate } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { type EventFace, EventIndex } from "../domain/event-index.ts";
import { eventGone } from "../domain/ports.ts";
import { Turns } from "../domain/turns.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { packedRows } from "./packed-rows.ts";
import { stateOf } from "./revision.ts";
import type { Schema } from "./schema.ts";

/** Rows read at a time; this takes some 10 ms, after which other work gets its turn. */
const pageSize = 2000;

/** Embeddings decrypted at a time, which takes as long. */
const embeddingsAtOnce = 500;

/** Faces that are kept, 77 MB with the default embedder, besides those of the event asked for last. */
const mostKept = 100_000;

type FaceColumns = readonly [
  changed: number,
  id: string,
  photoId: string,
  personId: string | null,
  quality: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
];

/**
 * Keeps the faces of the events asked for last in memory, decrypted. Whenever they are asked for, what has changed since is
 * read and nothing else: while photos come in, searches and groupings ask all the time.
 */
export class FaceLoader {
  readonly #db: Kysely<Schema>;
  readonly #cipher: EmbeddingCipher;
  /** By event and pipeline, the one asked for last at the end. */
  readonly #kept = new Map<string, EventIndex>();
  /** Those who ask at the same time wait for each other. */
  readonly #turns = new Turns();

  constructor(db: Kysely<Schema>, cipher: EmbeddingCipher) {
    this.#db = db;
    this.#cipher = cipher;
  }

  async index(eventId: string, pipelineId: string): Promise<EventIndex> {
    const key = keyOf(eventId, pipelineId);
    const index = this.#kept.get(key) ?? new EventIndex(pipelineId);
    this.#kept.delete(key);
    this.#kept.set(key, index);
    await this.#turns.take(key, () => this.#update(eventId, index));
    this.#makeRoom();
    return index;
  }

  /** Leaves nothing of the event's faces in memory. */
  forget(eventId: string): void {
    for (const key of this.#kept.keys()) if (key.startsWith(keyOf(eventId, ""))) this.#kept.delete(key);
  }

  async #update(eventId: string, index: EventIndex): Promise<void> {
    const state = await stateOf(this.#db, eventId);
    const { revision, assigned } = index.state;
    if (state.revision === revision && state.assigned === assigned) return;
    if (state.revision === eventGone) index.keepOnly(new Set());
    else await this.#readChanges(eventId, index);
    index.state = state;
  }

  /** What others change meanwhile is read twice, or the next time: the state that was read before is older. */
  async #readChanges(eventId: string, index: EventIndex): Promise<void> {
    const { pipelineId, state } = index;
    let after: readonly [changed: number, id: string] =
      state.revision === eventGone ? [0, ""] : [state.revision + state.assigned + 1, ""];
    for (let full = true; full; ) {
      const page = await packedRows<FaceColumns>(
        this.#db,
        sql`changed, id, photo_id, person_id, quality, x1, y1, x2, y2`,
        sql`faces where event_id = ${eventId} and pipeline_id = ${pipelineId} and (changed, id) > (${after[0]}, ${after[1]})
          order by changed, id limit ${pageSize}`,
      );
      const faces = page.map(
        ([, id, photoId, personId, quality, ...box]): EventFace => ({ id, photoId, personId, quality, box }),
      );
      const fresh = faces.filter((face) => !isSame(index.face(face.id), face)).map(({ id }) => id);
      index.put(faces, await this.#embeddings(eventId, pipelineId, fresh));
      const last = page.at(-1);
      if (last) after = [last[0], last[1]];
      full = page.length === pageSize;
      if (full) await setImmediate();
    }
    const { faces } = await this.#db
      .selectFrom("faces")
      .select(sql<number>`count(*)`.as("faces"))
      .where("event_id", "=", eventId)
      .where("pipeline_id", "=", pipelineId)
      .executeTakeFirstOrThrow();
    // Everything that came has been read, so as many as there are means that none has gone.
    if (faces !== index.size) index.keepOnly(await this.#ids(eventId, pipelineId));
  }

  async #ids(eventId: string, pipelineId: string): Promise<ReadonlySet<string>> {
    const rows = await packedRows<readonly [string]>(
      this.#db,
      sql`id`,
      sql`faces where event_id = ${eventId} and pipeline_id = ${pipelineId}`,
    );
    return new Set(rows.map(([id]) => id));
  }

  /** Those of faces that were removed since they were listed are missing. */
  async #embeddings(eventId: string, pipelineId: string, faceIds: readonly string[]) {
    const embeddings = new Map<string, Float32Array>();
    for (let i = 0; i < faceIds.length; i += embeddingsAtOnce) {
      if (i > 0) await setImmediate();
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

  /** Forgets what was not asked for the longest, until the rest is not too much. */
  #makeRoom(): void {
    let others = -([...this.#kept.values()].at(-1)?.size ?? 0);
    for (const { size } of this.#kept.values()) others += size;
    for (const [key, { size }] of this.#kept) {
      if (others <= mostKept) break;
      this.#kept.delete(key);
      others -= size;
    }
  }
}

function keyOf(eventId: string, pipelineId: string): string {
  return `${eventId} ${pipelineId}`;
}

/** A face that is elsewhere now was found anew. */
function isSame(known: EventFace | undefined, { box }: EventFace): boolean {
  return known?.box.every((value, i) => value === box[i]) ?? false;
}
