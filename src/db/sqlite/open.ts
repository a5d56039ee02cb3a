import { closeSync, openSync } from "node:fs";
import { stat } from "node:fs/promises";
import { Kysely, Migrator, sql } from "kysely";
import Database from "libsql";
import { RollcallError } from "../../domain/errors.ts";
import { migrationProvider } from "../migrations.ts";
import type { Schema } from "../schema.ts";
import { LibsqlDialect } from "./dialect.ts";
import { storeError } from "./errors.ts";

/** "Roll" in ASCII, at byte 68 of the file, tells our database from any other. */
const applicationId = 0x526f6c6c;

/** How long to wait for another's write; that of a grouping of 100,000 faces takes seconds. */
const patienceMs = 20_000;

/**
 * Opens the database, making or migrating it as needed. Several processes may have it open at once. What a resolved
 * query has written survives the end of the process and, on disks that keep their promises, of the power.
 *
 * @param file in a folder that exists; made when absent, and open to its owner only
 * @param busyTimeoutMs how long a query waits for another connection's write
 * @throws RollcallError DATA_FOLDER_UNUSABLE, DATABASE_CORRUPT, DATABASE_NEWER, DATABASE_BUSY, DISK_FULL
 */
export async function openSqlite(file: string, busyTimeoutMs = patienceMs): Promise<Kysely<Schema>> {
  const database = connect(file);
  const db = new Kysely<Schema>({ dialect: new LibsqlDialect(database, busyTimeoutMs) });
  try {
    await configure(db, file);
    await refuseNewer(db, file);
    const { error } = await new Migrator({ db, provider: migrationProvider }).migrateToLatest();
    if (error) throw error;
    return db;
  } catch (error) {
    await db.destroy();
    throw storeError(error);
  }
}

function connect(file: string): Database.Database {
  try {
    // Made before SQLite does, for its mode: the log and the shared memory beside it take theirs from it.
    closeSync(openSync(file, "a", 0o600));
    return new Database(file);
  } catch (error) {
    throw new RollcallError(
      "DATA_FOLDER_UNUSABLE",
      `The database ${file} cannot be opened or made. Check that its folder exists and that you may write to it.`,
      { cause: error },
    );
  }
}

async function configure(db: Kysely<Schema>, file: string): Promise<void> {
  // In this order: another process may be making the database, and it sets the id before the first table.
  const { rows: tables } = await sql`select 1 from sqlite_schema limit 1`.execute(db);
  const { rows: ids } = await sql<{ application_id: number }>`pragma application_id`.execute(db);
  const isOurs = ids[0]?.application_id === applicationId;
  if (tables.length > 0 && !isOurs) {
    throw new RollcallError(
      "DATABASE_CORRUPT",
      `${file} is a database, but not one of Rollcall's. Move it away, or choose another data folder.`,
    );
  }
  const pragmas = [
    "journal_mode = wal",
    "synchronous = full",
    "foreign_keys = on",
    // What is deleted is overwritten, so that an erased face is not left in the file's free pages.
    "secure_delete = on",
    ...(isOurs ? [] : [`application_id = ${applicationId}`]),
  ];
  for (const pragma of pragmas) await sql.raw(`pragma ${pragma}`).execute(db);
}

async function refuseNewer(db: Kysely<Schema>, file: string): Promise<void> {
  const { rows: present } = await sql`select 1 from sqlite_schema where name = 'kysely_migration'`.execute(db);
  if (present.length === 0) return;
  const { rows: applied } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const known = await migrationProvider.getMigrations();
  const unknown = applied.find(({ name }) => !(name in known));
  if (!unknown) return;
  throw new RollcallError(
    "DATABASE_NEWER",
    `${file} was written by a newer Rollcall (its schema has "${unknown.name}"). Update Rollcall to use it.`,
  );
}

/** Has what was deleted leave the log too, where its former pages are kept until the log is written over. */
export async function eraseFromLog(db: Kysely<Schema>): Promise<void> {
  await sql`pragma wal_checkpoint(truncate)`.execute(db);
}

/** Of the file and its log, in bytes. */
export async function sizeOfDatabase(file: string): Promise<number> {
  const sizes = await Promise.all([file, `${file}-wal`].map((one) => stat(one).catch(() => undefined)));
  return sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0);
}
