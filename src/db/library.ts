import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { RollcallError } from "../domain/errors.ts";
import type { PhotoFilter, PhotoOrder, PhotoRecord, PhotoStore } from "../domain/ports.ts";
import { forgetDeleted, rememberDeleted } from "./deleted-photos.ts";
import { errorCodeFrom } from "./error-code.ts";
import { photoIdOf } from "./files.ts";
import { touchEvent } from "./revision.ts";
import { RunningTotals } from "./running-totals.ts";
import type { Schema } from "./schema.ts";
import { isUploaded } from "./uploaded.ts";

type Library = Pick<
  PhotoStore,
  "recordUpload" | "uploadedBytes" | "known" | "page" | "has" | "records" | "delete" | "retry"
>;

const columns = [
  "photos.id",
  "photos.sha256",
  "photos.bytes",
  "photos.status",
  "photos.error_code",
  "photos.error_message",
  "photos.width",
  "photos.height",
  "photos.damaged",
  "photos.added_at",
  "photos.taken_at",
] as const;

/** Photos as people look at them: added by upload, listed, looked up, deleted. */
export function libraryQueries(db: Kysely<Schema>, flushErased: () => Promise<void>): Library {
  const records: Library["records"] = async (eventId, photoIds) => {
    if (photoIds.length === 0) return [];
    const rows = await db
      .selectFrom("photos")
      .select(columns)
      .select(faceCount)
      .where("photos.event_id", "=", eventId)
      .where("photos.id", "in", photoIds)
      .execute();
    return await withNames(db, eventId, rows);
  };

  const uploaded = new RunningTotals();

  return {
    async recordUpload(eventId, { sha256, bytes, name, takenAt }) {
      const recorded = await db.transaction().execute(async (tx) => {
        const photoId = photoIdOf(sha256);
        await forgetDeleted(tx, eventId, [sha256]);
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto("photos")
          .values({
            event_id: eventId,
            id: photoId,
            sha256,
            bytes,
            added_at: Date.now(),
            taken_at: takenAt?.getTime() ?? null,
          })
          .onConflict((conflict) => conflict.columns(["event_id", "id"]).doNothing())
          .executeTakeFirst();
        await tx
          .insertInto("photo_uploads")
          .values({ event_id: eventId, photo_id: photoId, name, uploaded_at: Date.now() })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        return { photoId, isNew: (numInsertedOrUpdatedRows ?? 0n) > 0n };
      });
      if (recorded.isNew) uploaded.add(eventId, bytes);
      return recorded;
    },

    async uploadedBytes(eventId) {
      const known = uploaded.get(eventId);
      if (known !== undefined) return known;
      const { bytes } = await db
        .selectFrom("photos")
        .select(sql<number>`coalesce(sum(bytes), 0)`.as("bytes"))
        .where("event_id", "=", eventId)
        .where(isUploaded)
        .executeTakeFirstOrThrow();
      uploaded.set(eventId, bytes);
      return bytes;
    },

    async known(eventId, sha256s) {
      if (sha256s.length === 0) return new Map();
      const rows = await db
        .selectFrom("photos")
        .select(["sha256", "id"])
        .where("event_id", "=", eventId)
        .where("id", "in", sha256s.map(photoIdOf))
        .where("sha256", "in", sha256s)
        .execute();
      return new Map(rows.map((row) => [row.sha256, row.id]));
    },

    async page(eventId, { filter, order, cursor, limit }) {
      const listed = filtered(
        db
          .selectFrom("photos")
          .select(columns)
          .select(faceCount)
          .select("photos.seq")
          .where("photos.event_id", "=", eventId),
        filter,
      );
      const after = cursor === undefined ? undefined : readCursor(cursor, order);
      const rows = await (order === "taken" ? byTime(listed, after) : byAddition(listed, after))
        .limit(limit + 1)
        .execute();
      const photos = await withNames(db, eventId, rows.slice(0, limit));
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { photos, next: last && writeCursor(order, last.seq, last.taken_at ?? last.added_at) };
    },

    async has(eventId, photoId) {
      const row = await db
        .selectFrom("photos")
        .select("id")
        .where("event_id", "=", eventId)
        .where("id", "=", photoId)
        .executeTakeFirst();
      return row !== undefined;
    },

    records,

    async delete(eventId, photoIds) {
      const before = await records(eventId, photoIds);
      if (before.length === 0) return [];
      await db.transaction().execute(async (tx) => {
        await rememberDeleted(tx, eventId, photoIds);
        await tx.deleteFrom("photos").where("event_id", "=", eventId).where("id", "in", photoIds).execute();
        await touchEvent(tx, eventId);
      });
      await flushErased();
      uploaded.forget(eventId);
      return before;
    },

    async retry(eventId, photoIds) {
      const failed = db
        .updateTable("photos")
        .set({ status: "pending", attempts: 0, error_code: null, error_message: null })
        .where("event_id", "=", eventId)
        .where("status", "=", "failed");
      if (photoIds?.length === 0) return 0;
      const { numUpdatedRows } = await (photoIds ? failed.where("id", "in", photoIds) : failed).executeTakeFirst();
      return Number(numUpdatedRows);
    },
  };
}

type PhotoQuery<Row> = SelectQueryBuilder<Schema, "photos", Row>;

const faceCount = sql<number>`(select count(*) from faces
  where faces.event_id = photos.event_id and faces.photo_id = photos.id)`.as("faces");

/** People of whom a photo has a face, as a condition on the number of those among `ids`. */
function peopleIn(ids: readonly string[]) {
  return sql<number>`(select count(distinct person_id) from faces
    where faces.event_id = photos.event_id and faces.photo_id = photos.id
    and faces.person_id in (${sql.join(ids)}))`;
}

function filtered<Row>(photos: PhotoQuery<Row>, filter: PhotoFilter): PhotoQuery<Row> {
  const { withAll = [], withAny = [], onlyThem, withoutFaces, status, leastQuality, takenFrom, takenBefore } = filter;
  let query = photos;
  if (filter.ids) query = query.where("photos.id", "in", filter.ids);
  if (withAll.length > 0) query = query.where(peopleIn(withAll), "=", new Set(withAll).size);
  if (withAny.length > 0) query = query.where(peopleIn(withAny), ">", 0);
  const them = [...withAll, ...withAny];
  if (onlyThem && them.length > 0) {
    query = query.where(
      sql<number>`(select count(*) from faces
        where faces.event_id = photos.event_id and faces.photo_id = photos.id
        and (faces.person_id is null or faces.person_id not in (${sql.join(them)})))`,
      "=",
      0,
    );
  }
  if (withoutFaces) {
    query = query.where("photos.status", "=", "done").where(
      sql<number>`exists (select 1 from faces
          where faces.event_id = photos.event_id and faces.photo_id = photos.id)`,
      "=",
      0,
    );
  }
  if (status && status.length > 0) query = query.where("photos.status", "in", status);
  if (leastQuality !== undefined) {
    query = query.where(
      sql<number>`(select coalesce(max(quality), 0) from faces
        where faces.event_id = photos.event_id and faces.photo_id = photos.id)`,
      ">=",
      leastQuality,
    );
  }
  if (takenFrom) query = query.where(time, ">=", takenFrom.getTime());
  if (takenBefore) query = query.where(time, "<", takenBefore.getTime());
  return query;
}

/** Photos whose camera had no clock are taken for as old as their upload. */
const time = sql<number>`coalesce(photos.taken_at, photos.added_at)`;

interface Position {
  readonly seq: number;
  readonly at: number;
}

function byAddition<Row>(photos: PhotoQuery<Row>, after: Position | undefined): PhotoQuery<Row> {
  const from = after ? photos.where("photos.seq", "<", after.seq) : photos;
  return from.orderBy("photos.seq", "desc");
}

function byTime<Row>(photos: PhotoQuery<Row>, after: Position | undefined): PhotoQuery<Row> {
  const from = after ? photos.where(sql<boolean>`(${time}, photos.seq) > (${after.at}, ${after.seq})`) : photos;
  return from.orderBy(time).orderBy("photos.seq");
}

function writeCursor(order: PhotoOrder, seq: number, at: number): string {
  return Buffer.from(`${order} ${seq} ${at}`).toString("base64url");
}

function readCursor(cursor: string, order: PhotoOrder): Position {
  const match = /^(taken|added) (\d{1,15}) (-?\d{1,15})$/u.exec(Buffer.from(cursor, "base64url").toString("latin1"));
  if (match?.[1] === order) return { seq: Number(match[2]), at: Number(match[3]) };
  throw new RollcallError(
    "CURSOR_INVALID",
    "The cursor is not one that this list gave, or it is of another order. Start from the first page.",
  );
}

interface PhotoRow {
  readonly id: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly status: PhotoRecord["status"];
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly damaged: number;
  readonly added_at: number;
  readonly taken_at: number | null;
  readonly faces: number;
}

async function withNames(db: Kysely<Schema>, eventId: string, rows: readonly PhotoRow[]): Promise<PhotoRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const paths = await db
    .selectFrom("photo_paths")
    .select(["photo_id", "path"])
    .where("event_id", "=", eventId)
    .where("photo_id", "in", ids)
    .orderBy("path")
    .execute();
  const uploads = await db
    .selectFrom("photo_uploads")
    .select(["photo_id", "name"])
    .where("event_id", "=", eventId)
    .where("photo_id", "in", ids)
    .orderBy("seq")
    .execute();
  const files = byPhoto(paths.map(({ photo_id, path }) => [photo_id, path]));
  const names = byPhoto(uploads.map(({ photo_id, name }) => [photo_id, name]));
  return rows.map((row) => ({
    id: row.id,
    sha256: row.sha256,
    bytes: row.bytes,
    status: row.status,
    error: row.error_code === null ? null : { code: errorCodeFrom(row.error_code), message: row.error_message ?? "" },
    width: row.width ?? 0,
    height: row.height ?? 0,
    damaged: row.damaged !== 0,
    addedAt: new Date(row.added_at),
    takenAt: row.taken_at === null ? null : new Date(row.taken_at),
    faces: row.faces,
    names: names.get(row.id) ?? [],
    files: files.get(row.id) ?? [],
  }));
}

function byPhoto(rows: readonly (readonly [photoId: string, text: string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [photoId, text] of rows) {
    const group = groups.get(photoId);
    if (group) group.push(text);
    else groups.set(photoId, [text]);
  }
  return groups;
}
