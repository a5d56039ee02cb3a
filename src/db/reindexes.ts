import { type Kysely, sql, type Transaction } from "kysely";
import type { NextPhoto, Reindex, ReindexStore } from "../domain/reindex-ports.ts";
import { findSameFace } from "../domain/same-face.ts";
import { assignFaces } from "./assignments.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { boxOf, newFaces } from "./face-rows.ts";
import { matchedFaces, moveMatches } from "./guest-matches.ts";
import { touchEvent } from "./revision.ts";
import type { Schema } from "./schema.ts";
import { readModels } from "./settings.ts";

/** @param flushErased called when rows were deleted, to have them out of the database's log as well */
export function reindexStore(
  db: Kysely<Schema>,
  cipher: EmbeddingCipher,
  flushErased: () => Promise<void>,
): ReindexStore {
  return {
    async list() {
      const rows = await db.selectFrom("reindexes").selectAll().orderBy("started_at").orderBy("event_id").execute();
      return rows.map((row) => ({
        eventId: row.event_id,
        models: readModels(row.models),
        startedAt: new Date(row.started_at),
      }));
    },

    begin: (eventId, choice) =>
      db.transaction().execute(async (tx) => {
        const models = JSON.stringify(choice);
        const other = tx.deleteFrom("reindexes").where("event_id", "=", eventId).where("models", "!=", models);
        await other.execute();
        await tx
          .insertInto("reindexes")
          .values({ event_id: eventId, models, started_at: Date.now() })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }),

    async drop(eventId) {
      await db.deleteFrom("reindexes").where("event_id", "=", eventId).execute();
      await flushErased();
    },

    async remaining(eventId, { after, limit }) {
      const { rows } = await sql<RemainingRow>`
        select seq, id, sha256,
          (select path from photo_paths where photo_paths.event_id = photos.event_id and photo_id = id
            order by path limit 1) as path,
          (select stamp from photo_paths where photo_paths.event_id = photos.event_id and photo_id = id
            order by path limit 1) as stamp,
          exists (select 1 from photo_uploads where photo_uploads.event_id = photos.event_id and photo_id = id)
            as uploaded
        from photos where ${unseen(eventId)} and seq > ${after} order by seq limit ${limit}`.execute(db);
      return rows.map((row) => toNextPhoto(eventId, row));
    },

    async progress(eventId) {
      const { rows } = await sql<{ total: number; left: number }>`
        select (select count(*) from photos where event_id = ${eventId} and status = 'done') as total,
          (select count(*) from photos where ${unseen(eventId)}) as left`.execute(db);
      const { total = 0, left = 0 } = rows[0] ?? {};
      return { total, done: total - left };
    },

    record: (reindex, photoId, outcome) =>
      db.transaction().execute(async (tx) => {
        const { eventId, models } = reindex;
        if (!(await isPlanned(tx, reindex)) || !(await isThere(tx, eventId, photoId))) return false;
        const photo = { event_id: eventId, photo_id: photoId };
        if ("code" in outcome) {
          const { code, message } = outcome;
          await tx
            .insertInto("next_photos")
            .values({ ...photo, error_code: code, error_message: message })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
          return true;
        }
        const { width, height, damaged, pipelineId } = outcome;
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto("next_photos")
          .values({ ...photo, width, height, damaged: damaged ? 1 : 0, pipeline_id: pipelineId })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows === 0n) return true;
        // Other thoroughness may number the same faces otherwise; a picture of a face is kept under its id for good.
        const scope = `${pipelineId} ${models.preset}`;
        for (const row of await newFaces(tx, cipher, { eventId, photoId }, outcome, scope)) {
          await tx.insertInto("next_faces").values(row).execute();
        }
        return true;
      }),

    async switchOver(reindex) {
      const done = await db.transaction().execute(async (tx) => {
        const { rows } = await sql`select 1 from photos where ${unseen(reindex.eventId)} limit 1`.execute(tx);
        if (rows.length > 0 || !(await isPlanned(tx, reindex))) return false;
        await switchOver(tx, reindex);
        return true;
      });
      if (done) await flushErased();
      return done;
    },

    async pipelines(eventId) {
      const rows = await db
        .selectFrom("photos")
        .select("pipeline_id")
        .distinct()
        .where("event_id", "=", eventId)
        .where("status", "=", "done")
        .execute();
      return rows.flatMap((row) => row.pipeline_id ?? []);
    },
  };
}

/** Photos whose faces are shown now, and that the new models did not look at yet. */
function unseen(eventId: string) {
  return sql`photos.event_id = ${eventId} and status = 'done' and not exists (
    select 1 from next_photos where next_photos.event_id = photos.event_id and next_photos.photo_id = photos.id)`;
}

interface RemainingRow {
  readonly seq: number;
  readonly id: string;
  readonly sha256: string;
  readonly path: string | null;
  readonly stamp: string | null;
  readonly uploaded: number;
}

function toNextPhoto(eventId: string, { seq, id, sha256, path, stamp, uploaded }: RemainingRow): NextPhoto {
  return {
    seq,
    eventId,
    photoId: id,
    file: path === null || stamp === null ? undefined : { path, stamp, photoId: id },
    uploaded: uploaded ? sha256 : undefined,
  };
}

async function isPlanned(db: Kysely<Schema>, { eventId, models }: Reindex): Promise<boolean> {
  const row = await db
    .selectFrom("reindexes")
    .select("event_id")
    .where("event_id", "=", eventId)
    .where("models", "=", JSON.stringify(models))
    .executeTakeFirst();
  return row !== undefined;
}

async function isThere(db: Kysely<Schema>, eventId: string, photoId: string): Promise<boolean> {
  const row = await db
    .selectFrom("photos")
    .select("id")
    .where("event_id", "=", eventId)
    .where("id", "=", photoId)
    .executeTakeFirst();
  return row !== undefined;
}

async function switchOver(tx: Transaction<Schema>, { eventId, models }: Reindex): Promise<void> {
  const moves = await findMoves(tx, eventId);
  await tx.deleteFrom("faces").where("event_id", "=", eventId).execute();
  await sql`insert into faces (event_id, id, photo_id, x1, y1, x2, y2, landmarks, score, quality, quality_details,
      pipeline_id, embedding)
    select event_id, id, photo_id, x1, y1, x2, y2, landmarks, score, quality, quality_details, pipeline_id, embedding
    from next_faces where event_id = ${eventId}`.execute(tx);
  await assignFaces(
    tx,
    eventId,
    moves.flatMap(({ to, personId }) => (personId === null ? [] : { faceId: to, personId })),
  );
  const matched = await matchedFaces(tx, eventId);
  for (const move of moves) if (matched.has(move.from)) await moveMatches(tx, eventId, move);
  await sql`update photos set status = case when next.error_code is null then 'done' else 'failed' end,
      width = coalesce(next.width, photos.width), height = coalesce(next.height, photos.height),
      damaged = next.damaged, pipeline_id = next.pipeline_id,
      error_code = next.error_code, error_message = next.error_message
    from next_photos as next
    where photos.event_id = ${eventId} and photos.status = 'done'
      and next.event_id = photos.event_id and next.photo_id = photos.id`.execute(tx);
  // Whoever works on a photo with the old models has lost the lease, and so the right to store what is found.
  await tx
    .updateTable("photos")
    .set({ status: "pending", lease_owner: null, lease_until: null })
    .where("event_id", "=", eventId)
    .where("status", "=", "working")
    .execute();
  await tx
    .updateTable("events")
    .set({ models: JSON.stringify(models) })
    .where("id", "=", eventId)
    .execute();
  await tx.deleteFrom("reindexes").where("event_id", "=", eventId).execute();
  await touchEvent(tx, eventId);
}

interface Move {
  readonly from: string;
  readonly to: string;
  readonly personId: string | null;
}

/** Which new face is which old one. */
async function findMoves(tx: Transaction<Schema>, eventId: string): Promise<Move[]> {
  const place = ["id", "photo_id", "x1", "y1", "x2", "y2"] as const;
  const next = await tx.selectFrom("next_faces").select(place).where("event_id", "=", eventId).execute();
  const before = await tx
    .selectFrom("faces")
    .select([...place, "person_id"])
    .where("event_id", "=", eventId)
    .execute();
  const inPhoto = new Map<string, typeof before>();
  for (const face of before) {
    const others = inPhoto.get(face.photo_id);
    if (others) others.push(face);
    else inPhoto.set(face.photo_id, [face]);
  }
  return next.flatMap((face) => {
    const same = findSameFace(boxOf(face), inPhoto.get(face.photo_id) ?? [], boxOf);
    return same ? [{ from: same.id, to: face.id, personId: same.person_id }] : [];
  });
}
