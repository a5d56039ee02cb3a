import type Database from "libsql";

/** The statements of pages, searches and workers are fewer than a hundred. */
const mostKept = 200;

/** In characters. Longer ones list hundreds of ids, and hardly ever come again with as many. */
const longestKept = 4000;

/** The statements of one connection, by their SQL. Preparing one takes two to three times as long as running it does. */
export class Statements {
  readonly #database: Database.Database;
  /** Ready to be run again, the one used last at the end. */
  readonly #kept = new Map<string, Database.Statement>();
  /**
   * Those that found the database locked. libsql leaves such a statement open until it is run again, so trying again
   * means the same statement.
   */
  readonly #busy = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** @throws SqliteError when it is no SQL */
  prepare(sql: string): Database.Statement {
    return this.#busy.get(sql) ?? this.#kept.get(sql) ?? this.#database.prepare(sql);
  }

  /** Runs a statement that `prepare` gave. @throws what `work` does; after any error but a lock it is prepared anew */
  use<T>(sql: string, statement: Database.Statement, work: () => T, isBusy: (error: unknown) => boolean): T {
    this.#busy.set(sql, statement);
    this.#kept.delete(sql);
    try {
      const result = work();
      this.#busy.delete(sql);
      this.#keep(sql, statement);
      return result;
    } catch (error) {
      if (!isBusy(error)) this.#busy.delete(sql);
      throw error;
    }
  }

  #keep(sql: string, statement: Database.Statement): void {
    if (sql.length > longestKept) return;
    this.#kept.set(sql, statement);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }
}
