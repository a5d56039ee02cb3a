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

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** @throws SqliteError when it is no SQL */
  prepare(sql: string): Database.Statement {
    return this.#kept.get(sql) ?? this.#database.prepare(sql);
  }

  /** Runs a statement that `prepare` gave. @throws what `work` does; after any error but a lock it is prepared anew */
  use<T>(sql: string, statement: Database.Statement, work: () => T, isBusy: (error: unknown) => boolean): T {
    this.#kept.delete(sql);
    try {
      const result = work();
      if (sql.length <= longestKept) this.#keep(sql, statement);
      return result;
    } catch (error) {
      // libsql leaves a statement open that found the database locked, until it is run again: the same one has to be.
      if (isBusy(error)) this.#keep(sql, statement);
      throw error;
    }
  }

  #keep(sql: string, statement: Database.Statement): void {
    this.#kept.set(sql, statement);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }
}
