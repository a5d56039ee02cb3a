import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from "kysely";
import type Database from "libsql";
import { coded, isBusy } from "./errors.ts";
import { Statements } from "./statements.ts";
import { WriteLock } from "./write-lock.ts";

/**
 * Kysely on libsql. It differs from Kysely's own SQLite dialect in what libsql needs: transactions take the write lock
 * when they begin, so that two processes queue up instead of failing halfway; blobs come back as Uint8Array; values that
 * libsql would end the process over (booleans) or cut short (text with NUL) are refused; and errors are coded.
 */
export class LibsqlDialect extends SqliteDialect {
  readonly #database: Database.Database;
  readonly #lock: WriteLock;

  /** @param busyTimeoutMs how long to wait for another connection's write */
  constructor(database: Database.Database, busyTimeoutMs: number) {
    super({ database: adapted(database) });
    this.#database = database;
    this.#lock = new WriteLock(database, busyTimeoutMs);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#database, this.#lock);
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #lock: WriteLock;

  constructor(database: Database.Database, lock: WriteLock) {
    super({ database: adapted(database) });
    this.#lock = lock;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return locking(await super.acquireConnection(), this.#lock);
  }

  override async beginTransaction(): Promise<void> {
    await this.#lock.begin();
  }

  override async rollbackTransaction(): Promise<void> {
    this.#lock.rollBack();
  }
}

/** The connection, with every change in a transaction. */
function locking(connection: DatabaseConnection, lock: WriteLock): DatabaseConnection {
  return {
    executeQuery: async <R>(query: CompiledQuery) => {
      if (lock.isHeld || !isChange(query)) return await lock.whenFree(() => connection.executeQuery<R>(query));
      await lock.begin();
      try {
        const result = await connection.executeQuery<R>(query);
        lock.commit();
        return result;
      } catch (error) {
        lock.rollBack();
        throw error;
      }
    },
    streamQuery: (...query) => connection.streamQuery(...query),
  };
}

function isChange({ query, sql }: CompiledQuery): boolean {
  if (query.kind === "RawNode") return /^\s*(insert|update|delete|create|alter|drop)\b/iu.test(sql);
  return query.kind !== "SelectQueryNode";
}

function adapted(database: Database.Database): SqliteDatabase {
  const statements = new Statements(database);
  return {
    close: () => void database.close(),
    prepare: (sql) => coded(() => adaptedStatement(sql, statements)),
  };
}

function adaptedStatement(sql: string, statements: Statements): SqliteStatement {
  const statement = statements.prepare(sql);
  const run = <T>(work: () => T): T => statements.use(sql, statement, () => coded(work), isBusy);
  return {
    reader: statement.reader,
    all: (parameters) => run(() => statement.all(parameters.map(bindable)).map(withByteArrays)),
    run: (parameters) => run(() => statement.run(parameters.map(bindable))),
    iterate: () => {
      throw new TypeError("an open cursor keeps the database's log from shrinking: read page by page instead");
    },
  };
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
