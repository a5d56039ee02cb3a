import { setTimeout as sleep } from "node:timers/promises";
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
import { RollcallError } from "../../domain/errors.ts";
import { storeError } from "./errors.ts";
import { Statements } from "./statements.ts";

const longestPauseMs = 40;

/**
 * Kysely on libsql. It differs from Kysely's own SQLite dialect in what libsql needs: transactions take the write lock
 * when they begin, so that two processes queue up instead of failing halfway; blobs come back as Uint8Array; values that
 * libsql would end the process over (booleans) or cut short (text with NUL) are refused; and errors are coded.
 */
export class LibsqlDialect extends SqliteDialect {
  readonly #database: Database.Database;
  readonly #busyTimeoutMs: number;

  /** @param busyTimeoutMs how long to wait for another connection's write */
  constructor(database: Database.Database, busyTimeoutMs: number) {
    super({ database: adapted(database) });
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#database, this.#busyTimeoutMs);
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: Database.Database;
  readonly #busyTimeoutMs: number;

  /** @param busyTimeoutMs how long to wait for another connection's write */
  constructor(database: Database.Database, busyTimeoutMs: number) {
    super({ database: adapted(database) });
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return locking(await super.acquireConnection(), this.#database, this.#busyTimeoutMs);
  }

  override async beginTransaction(): Promise<void> {
    await begin(this.#database, this.#busyTimeoutMs);
  }

  override async rollbackTransaction(): Promise<void> {
    rollBack(this.#database);
  }
}

/**
 * The connection, with every change in a transaction. libsql leaves a statement open that finds the database locked, and
 * as long as one is open that changes something, nothing is committed: what came after it would be answered, and lost.
 * `exec` leaves nothing open, so the lock is taken by it before there is a statement.
 */
function locking(
  connection: DatabaseConnection,
  database: Database.Database,
  busyTimeoutMs: number,
): DatabaseConnection {
  return {
    executeQuery: async <R>(query: CompiledQuery) => {
      if (database.inTransaction || !isChange(query)) {
        return await whenFree(() => connection.executeQuery<R>(query), busyTimeoutMs);
      }
      await begin(database, busyTimeoutMs);
      try {
        const result = await connection.executeQuery<R>(query);
        coded(() => database.exec("commit"));
        return result;
      } catch (error) {
        rollBack(database);
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

async function begin(database: Database.Database, busyTimeoutMs: number): Promise<void> {
  await whenFree(() => coded(() => database.exec("begin immediate")), busyTimeoutMs);
}

function rollBack(database: Database.Database): void {
  // On a full disk SQLite has rolled back already, and a second time would hide the error that tells of it.
  if (database.inTransaction) coded(() => database.exec("rollback"));
}

/**
 * Waits while another connection writes. SQLite's own wait would block this thread, and with it the stop that a user asks
 * for, or the very transaction that is waited for when the other connection is of the same process.
 *
 * @throws RollcallError DATABASE_BUSY when that takes too long
 */
async function whenFree<T>(work: () => T | Promise<T>, busyTimeoutMs: number): Promise<T> {
  const deadline = performance.now() + busyTimeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      // Not all at the same moment.
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
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

function isBusy(error: unknown): boolean {
  return error instanceof RollcallError && error.code === "DATABASE_BUSY";
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
