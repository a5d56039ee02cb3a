import Database from "libsql";
import { expect, test } from "vitest";
import { storeError } from "./errors.ts";

test.each([
  ["SQLITE_FULL", 13, "DISK_FULL"],
  ["SQLITE_IOERR_SHMSIZE", 4874, "DISK_FULL"],
  ["SQLITE_IOERR_READ", 266, "DATABASE_FAILED"],
  ["SQLITE_BUSY_SNAPSHOT", 517, "DATABASE_BUSY"],
])("says of %s what it means to the user", (code, rawCode, expected) => {
  expect(storeError(new Database.SqliteError("as SQLite puts it", code, rawCode))).toMatchObject({ code: expected });
});

test("leaves errors alone that are not the database's", () => {
  const error = new TypeError("a bug");
  expect(storeError(error)).toBe(error);
});
