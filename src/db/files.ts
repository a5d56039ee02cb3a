import { sep } from "node:path";
import type { Kysely, Transaction } from "kysely";
import type { FoundFile, KnownFile, PhotoStore } from "../domain/ports.ts";
import { deletedAmong, forgetDeleted } from "./deleted-photos.ts";
import { touchEvent } from "./revision.ts";
import type { Schema } from "./schema.ts";

/** Hexadecimal digits of a photo's id: 128 bits of its SHA-256, which no two photos share by accident. */
const photoIdDigits = 32;

export function photoIdOf(sha256: string): string {
  return sha256.slice(0, photoIdDigits);
}

export function fileQueries(
  db: Kysely<Schema>,
): Pick<PhotoStore, "findFiles" | "recordFiles" | "forgetFiles" | "filesUnder"> {
  return {
    async findFiles(eventId, paths) {
      if (paths.length === 0) return [];
      const rows = await db
        .selectFrom("photo_paths")
        .select(["path", "stamp", "photo_id"])
        .where("event_id", "=", eventId)
        .where("path", "in", paths)
        .execute();
      return rows.map(toKnownFile);
    },

    recordFiles: (eventId, files, { again = false } = {}) =>
      db.transaction().execute(async (tx) => {
        const sha256s = files.map((file) => file.sha256);
        if (again) await forgetDeleted(tx, eventId, sha256s);
        const leftOut = await deletedAmong(tx, eventId, sha256s);
        const left = new Set<string>();
        let queued = 0;
        for (const file of files) {
          if (leftOut.has(file.sha256)) {
            for (const photoId of await forgetPaths(tx, eventId, [file.path])) left.add(photoId);
            continue;
          }
          const { isNew, before } = await recordFile(tx, eventId, file);
          if (isNew) queued++;
          if (before !== undefined) left.add(before);
        }
        await removeOrphans(tx, eventId, [...left]);
        return { queued, leftOut };
      }),

    forgetFiles: (eventId, paths) =>
      db.transaction().execute(async (tx) => {
        if (paths.length === 0) return;
        await removeOrphans(tx, eventId, await forgetPaths(tx, eventId, paths));
      }),

    async filesUnder(eventId, folder, { after, limit }) {
      // In the order of bytes, all paths in the folder come after "<folder>/" and before what "/" is followed by.
      const start = folder.endsWith(sep) ? folder : folder + sep;
      const end = start.slice(0, -1) + String.fromCharCode(sep.charCodeAt(0) + 1);
      const rows = await db
        .selectFrom("photo_paths")
        .select(["path", "stamp", "photo_id"])
        .where("event_id", "=", eventId)
        .where("path", ">", after || start)
        .where("path", "<", end)
        .orderBy("path")
        .limit(limit)
        .execute();
      return rows.map(toKnownFile);
    },
  };
}

function toKnownFile(row: { path: string; stamp: string; photo_id: string }): KnownFile {
  return { path: row.path, stamp: row.stamp, photoId: row.photo_id };
}

/** The photos that the files were of. */
async function forgetPaths(tx: Transaction<Schema>, eventId: string, paths: readonly string[]): Promise<string[]> {
  const gone = await tx
    .deleteFrom("photo_paths")
    .where("event_id", "=", eventId)
    .where("path", "in", paths)
    .returning("photo_id")
    .execute();
  return [...new Set(gone.map((row) => row.photo_id))];
}

/** Whether the photo is new, and which photo the file was of before, when it was another one. */
async function recordFile(tx: Transaction<Schema>, eventId: string, file: FoundFile) {
  const photoId = photoIdOf(file.sha256);
  const known = await tx
    .selectFrom("photo_paths")
    .select("photo_id")
    .where("event_id", "=", eventId)
    .where("path", "=", file.path)
    .executeTakeFirst();
  const inserted = await tx
    .insertInto("photos")
    .values({ event_id: eventId, id: photoId, sha256: file.sha256, bytes: file.bytes, added_at: Date.now() })
    .onConflict((conflict) => conflict.columns(["event_id", "id"]).doNothing())
    .executeTakeFirst();
  await tx
    .insertInto("photo_paths")
    .values({ event_id: eventId, path: file.path, photo_id: photoId, stamp: file.stamp })
    .onConflict((conflict) =>
      conflict.columns(["event_id", "path"]).doUpdateSet({ photo_id: photoId, stamp: file.stamp }),
    )
    .execute();
  return {
    isNew: (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n,
    before: known && known.photo_id !== photoId ? known.photo_id : undefined,
  };
}

async function removeOrphans(tx: Transaction<Schema>, eventId: string, photoIds: readonly string[]): Promise<void> {
  if (photoIds.length === 0) return;
  const removed = await tx
    .deleteFrom("photos")
    .where("event_id", "=", eventId)
    .where("id", "in", photoIds)
    .where(({ and, not, exists, selectFrom }) =>
      and(
        (["photo_paths", "photo_uploads"] as const).map((table) =>
          not(
            exists(
              selectFrom(table)
                .select(`${table}.photo_id`)
                .whereRef(`${table}.event_id`, "=", "photos.event_id")
                .whereRef(`${table}.photo_id`, "=", "photos.id"),
            ),
          ),
        ),
      ),
    )
    .executeTakeFirst();
  if (removed.numDeletedRows > 0n) await touchEvent(tx, eventId);
}
