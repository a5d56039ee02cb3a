import { type Kysely, sql } from "kysely";
import type { SnapshotContents } from "../../domain/backup.ts";
import type { Schema } from "../schema.ts";
import { isUploaded } from "../uploaded.ts";
import { openSqlite } from "./open.ts";

/**
 * Copies the database as it is at this moment into a file of its own, without free pages and without a log. Others may
 * write meanwhile; what they commit after this has begun is not in it.
 *
 * @param file absent, or empty; its permissions stay
 * @throws RollcallError DATABASE_..., DISK_FULL
 */
export async function snapshotInto(db: Kysely<Schema>, file: string): Promise<void> {
  await sql`vacuum into ${file}`.execute(db);
}

/**
 * Opens a database that nobody else has open, bringing its tables up to date, and leaves it as one file: what is in a
 * log beside it would be lost when the file alone is moved.
 *
 * @throws as `openSqlite`; what `work` throws
 */
export async function withSingleFile<T>(file: string, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  const db = await openSqlite(file);
  try {
    return await work(db);
  } finally {
    await sql`pragma journal_mode = delete`.execute(db);
    await db.destroy();
  }
}

export async function contentsOf(db: Kysely<Schema>): Promise<SnapshotContents> {
  const events = await db.selectFrom("events").select("id").orderBy("id").execute();
  const { photos } = await db
    .selectFrom("photos")
    .select(({ fn }) => fn.countAll<number>().as("photos"))
    .executeTakeFirstOrThrow();
  const originals = await db
    .selectFrom("photos")
    .select(["event_id as eventId", "sha256"])
    .where(isUploaded)
    .orderBy("seq")
    .execute();
  return { eventIds: events.map(({ id }) => id), photos, originals };
}
