import { setTimeout as sleep } from "node:timers/promises";
import type Database from "libsql";
import { coded, isBusy } from "./errors.ts";

const longestPauseMs = 40;

/**
 * The lock that one connection at a time has for writing. libsql leaves a statement open that finds the database locked, and
 * as long as one is open that changes something, nothing is committed: what came after it would be answered, and lost. `exec`
 * leaves nothing open, so the lock is taken by it before there is a statement.
 */
export class WriteLock {
  readonly #database: Database.Database;
  readonly #busyTimeoutMs: number;

  constructor(database: Database.Database, busyTimeoutMs: number) {
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  /** By this connection. */
  get isHeld(): boolean {
    return this.#database.inTransaction;
  }

  /** @throws RollcallError DATABASE_BUSY when it takes too long */
  async begin(): Promise<void> {
    await this.whenFree(() => coded(() => this.#database.exec("begin immediate")));
  }

  commit(): void {
    coded(() => this.#database.exec("commit"));
  }

  rollBack(): void {
    // On a full disk SQLite has rolled back already, and a second time would hide the error that tells of it.
    if (this.isHeld) coded(() => this.#database.exec("rollback"));
  }

  /**
   * Waits while another connection writes. SQLite's own wait would block this thread, and with it the stop that a user asks
   * for, or the very transaction that is waited for when the other connection is of the same process.
   *
   * @throws RollcallError DATABASE_BUSY when that takes too long
   */
  async whenFree<T>(work: () => T | Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#busyTimeoutMs;
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
}
