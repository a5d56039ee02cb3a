import { type Kysely, sql } from "kysely";
import type { PhotoStore, StatusCounts, StoredPhoto } from "../domain/ports.ts";
import type { EmbeddingCipher } from "./embedding-cipher.ts";
import { errorCodeFrom } from "./error-code.ts";
import { fileQueries } from "./files.ts";
import { libraryQueries } from "./library.ts";
import { queueQueries } from "./queue.ts";
import type { Schema } from "./schema.ts";

/** @param flushErased has what was deleted leave the database's files */
export function photoStore(db: Kysely<Schema>, cipher: EmbeddingCipher, flushErased: () => Promise<void>): PhotoStore {
  return {
    ...fileQueries(db),
    ...queueQueries(db, cipher),
    ...libraryQueries(db, flushErased),

    statusCounts: (eventId) => statusCounts(db, eventId),

    async counts(eventId) {
      const counts = await statusCounts(db, eventId);
      return { ...counts, withoutFaces: counts.done - (await doneWithFaces(db, eventId, counts)) };
    },

    async failures(eventId) {
      const rows = await db
        .selectFrom("photo_paths")
        .innerJoin("photos", (join) =>
          join.onRef("photos.event_id", "=", "photo_paths.event_id").onRef("photos.id", "=", "photo_paths.photo_id"),
        )
        .select(["path", "error_code", "error_message"])
        .where("photos.event_id", "=", eventId)
        .where("photos.status", "=", "failed")
        .orderBy("path")
        .execute();
      return rows.map((row) => ({
        file: row.path,
        error: { code: errorCodeFrom(row.error_code), message: row.error_message ?? "" },
      }));
    },

    async get(eventId, photoIds) {
      if (photoIds.length === 0) return [];
      const photos = await db
        .selectFrom("photos")
        .select(["id", "width", "height", "damaged"])
        .where("event_id", "=", eventId)
        .where("id", "in", photoIds)
        .execute();
      const paths = await db
        .selectFrom("photo_paths")
        .select(["photo_id", "path"])
        .where("event_id", "=", eventId)
        .where("photo_id", "in", photoIds)
        .orderBy("path")
        .execute();
      const uploads = await db
        .selectFrom("photo_uploads")
        .select(["photo_id", "name as path"])
        .where("event_id", "=", eventId)
        .where("photo_id", "in", photoIds)
        .orderBy("seq")
        .execute();
      const files = new Map<string, string[]>();
      for (const { photo_id, path } of [...paths, ...uploads])
        files.set(photo_id, [...(files.get(photo_id) ?? []), path]);
      return photos.map(
        (row): StoredPhoto => ({
          id: row.id,
          files: files.get(row.id) ?? [],
          width: row.width ?? 0,
          height: row.height ?? 0,
          damaged: row.damaged !== 0,
        }),
      );
    },
  };
}

const notDone = ["pending", "working", "failed"] as const;

/** All with faces but the few that are to be looked at anew: asking each photo that is done takes four times as long. */
async function doneWithFaces(db: Kysely<Schema>, eventId: string, counts: StatusCounts): Promise<number> {
  const { all } = await db
    .selectFrom((from) =>
      from.selectFrom("faces").select("photo_id").distinct().where("event_id", "=", eventId).as("photo"),
    )
    .select(sql<number>`count(*)`.as("all"))
    .executeTakeFirstOrThrow();
  let done = all;
  // One after another, because the index of states is passed over when several are asked for.
  for (const status of notDone.filter((one) => counts[one] > 0)) done -= await withFaces(db, eventId, status);
  return done;
}

async function withFaces(db: Kysely<Schema>, eventId: string, status: keyof StatusCounts): Promise<number> {
  const { photos } = await db
    .selectFrom("photos")
    .select(sql<number>`count(*)`.as("photos"))
    .where("event_id", "=", eventId)
    .where("status", "=", status)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("faces")
          .select("faces.id")
          .whereRef("faces.event_id", "=", "photos.event_id")
          .whereRef("faces.photo_id", "=", "photos.id"),
      ),
    )
    .executeTakeFirstOrThrow();
  return photos;
}

async function statusCounts(db: Kysely<Schema>, eventId: string): Promise<StatusCounts> {
  const rows = await db
    .selectFrom("photos")
    .select(["status", sql<number>`count(*)`.as("photos")])
    .where("event_id", "=", eventId)
    .groupBy("status")
    .execute();
  const of = (status: string) => rows.find((row) => row.status === status)?.photos ?? 0;
  return { pending: of("pending"), working: of("working"), done: of("done"), failed: of("failed") };
}
