import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from "kysely";
import type Database from "libsql";
import { storeError } from "./errors.ts";

/**
 * Kysely on libsql. It differs from Kysely's own SQLite dialect in what libsql needs: transactions take the write lock
 * when they begin, so that two processes queue up instead of failing halfway; blobs come back as Uint8Array; values that
 * libsql would end the process over (booleans) or cut short (text with NUL) are refused; and errors are coded.
 */
export class LibsqlDialect extends SqliteDialect {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    super({ database: adapted(database) });
    this.#database = database;
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#database);
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    super({ database: adapted(database) });
    this.#database = database;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // On a full disk SQLite has rolled back already, and a second time would hide the error that tells of it.
    if (this.#database.inTransaction) await connection.executeQuery(CompiledQuery.raw("rollback"));
  }
}

function adapted(database: Database.Database): SqliteDatabase {
  return {
    close: () => void database.close(),
    prepare: (sql) => coded(() => adaptedStatement(database, sql)),
  };
}

function adaptedStatement(database: Database.Database, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  return {
    reader: statement.reader,
    all: (parameters) => coded(() => statement.all(parameters.map(bindable)).map(withByteArrays)),
    run: (parameters) => coded(() => statement.run(parameters.map(bindable))),
    iterate: () => {
      throw new TypeError("an open cursor keeps the database's log from shrinking: read page by page instead");
    },
  };
}

function coded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}

function bindable(value: unknown): unknown {
  if (value === null || value instanceof Uint8Array) return value;
  if (typeof value === "string" && !value.includes("\0")) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TypeError(`${typeof value} ${String(value)} cannot be stored in SQLite`);
}

/** The row is fresh from the driver and nobody else's yet, so it is put right in place. */
function withByteArrays(row: unknown): unknown {
  if (typeof row !== "object" || row === null) return row;
  for (const [column, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer) Reflect.set(row, column, new Uint8Array(value));
  }
  return row;
}

/** SQLite can undo changes of the schema, which makes every migration all or nothing. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
