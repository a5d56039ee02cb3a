import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import Database from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { openSqlite } from "./open.ts";

const open = async (file: string, busyTimeoutMs?: number) => {
  const db = await openSqlite(file, busyTimeoutMs);
  onTestFinished(() => db.destroy());
  return db;
};

const newFile = async () => join(await temporaryFolder(), "rollcall.db");

describe("openSqlite", () => {
  it("makes a database for its owner only, and its log too", async () => {
    const file = await newFile();
    const db = await open(file);
    await db.insertInto("meta").values({ key: "a", value: "b" }).execute();
    for (const path of [file, `${file}-wal`]) expect(statSync(path).mode & 0o777, path).toBe(0o600);
  });

  it("syncs every commit, holds references, and overwrites what is deleted", async () => {
    const db = await open(await newFile());
    const pragma = async (name: string) =>
      Object.values((await sql.raw<object>(`pragma ${name}`).execute(db)).rows[0] ?? {});
    expect(await pragma("journal_mode")).toEqual(["wal"]);
    expect(await pragma("synchronous")).toEqual([2]);
    expect(await pragma("foreign_keys")).toEqual([1]);
    expect(await pragma("secure_delete")).toEqual([1]);
  });

  it("reads the quality of faces that an earlier version wrote", async () => {
    const file = await newFile();
    const before = await open(file);
    await sql`pragma foreign_keys = off`.execute(before);
    await sql`insert into events (id, name, created_at) values ('e', 'Party', 0)`.execute(before);
    await sql`insert into faces (event_id, id, photo_id, x1, y1, x2, y2, landmarks, score, quality, quality_details, pipeline_id,
      embedding) values ('e', 'f', 'p', 0, 0, 1, 1, '[]', 1, 1, '{"score":1,"steadiness":0.9,"reasons":[]}', 'old', x'00')`.execute(
      before,
    );
    await sql`delete from kysely_migration where name >= '0012'`.execute(before);
    const after = await open(file);
    const { quality_details } = await after.selectFrom("faces").select("quality_details").executeTakeFirstOrThrow();
    expect(JSON.parse(quality_details)).toEqual({ score: 1, reliability: 0.9, reasons: [] });
  });

  it("can be made by several at the same time", async () => {
    const file = await newFile();
    const all = await Promise.all(Array.from({ length: 5 }, () => open(file)));
    await Promise.all(
      all.map((db, i) =>
        db
          .insertInto("meta")
          .values({ key: `${i}`, value: "" })
          .execute(),
      ),
    );
    expect(await all[0]?.selectFrom("meta").selectAll().execute()).toHaveLength(5);
  });

  it("gives up a change while another connection writes for too long, and keeps what comes after", async () => {
    const file = await newFile();
    const [one, other] = [await open(file, 50), await open(file)];
    const add = (key: string) => one.insertInto("meta").values({ key, value: "" });
    await other.transaction().execute(async (tx) => {
      await tx.insertInto("meta").values({ key: "held", value: "" }).execute();
      const refused = expect.objectContaining({ code: "DATABASE_BUSY" });
      await expect(add("alone").execute()).rejects.toEqual(refused);
      await expect(add("with an answer").returningAll().execute()).rejects.toEqual(refused);
      await expect(one.transaction().execute((late) => late.selectFrom("meta").execute())).rejects.toEqual(refused);
    });
    await add("after").execute();
    await add("after that").returningAll().execute();
    await one.transaction().execute((tx) => tx.insertInto("meta").values({ key: "at last", value: "" }).execute());
    const seen = await other.selectFrom("meta").select("key").orderBy("key").execute();
    expect(seen.map(({ key }) => key)).toEqual(["after", "after that", "at last", "held"]);
  });

  it("waits for a write of another connection, without holding up this thread", async () => {
    const file = await newFile();
    const [one, other] = [await open(file), await open(file)];
    const order: string[] = [];
    const long = one.transaction().execute(async (tx) => {
      await tx.insertInto("meta").values({ key: "first", value: "" }).execute();
      await sleep(50);
      order.push("first");
    });
    await sleep(5);
    await other.insertInto("meta").values({ key: "second", value: "" }).execute();
    order.push("second");
    await long;
    expect(order).toEqual(["first", "second"]);
    // What had to wait must not stand in the way of later commits.
    await other.transaction().execute((tx) => tx.insertInto("meta").values({ key: "third", value: "" }).execute());
    await one.insertInto("meta").values({ key: "fourth", value: "" }).execute();
  });

  it("refuses files that are no database, not ours, of a newer version, or cannot be made", async () => {
    const garbage = await newFile();
    writeFileSync(garbage, "no database ".repeat(1000));
    await expect(openSqlite(garbage)).rejects.toMatchObject({ code: "DATABASE_CORRUPT" });
    const foreign = await newFile();
    const other = new Database(foreign);
    other.exec("create table t (x)");
    other.close();
    await expect(openSqlite(foreign)).rejects.toMatchObject({ code: "DATABASE_CORRUPT" });
    const newer = await newFile();
    const db = await open(newer);
    await sql`insert into kysely_migration values ('9999-later', '2030')`.execute(db);
    await expect(openSqlite(newer)).rejects.toMatchObject({ code: "DATABASE_NEWER" });
    await expect(openSqlite("/nowhere/at/all.db")).rejects.toMatchObject({ code: "DATA_FOLDER_UNUSABLE" });
  });

  it("says that the disk is full, undoes the transaction, and works on when there is room", async () => {
    const db = await open(await newFile());
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    const pages = rows[0]?.page_count ?? 0;
    await sql.raw(`pragma max_page_count = ${pages + 2}`).execute(db);
    const insert = (rowsToWrite: number) =>
      db.transaction().execute(async (tx) => {
        for (let i = 0; i < rowsToWrite; i++) {
          await tx
            .insertInto("meta")
            .values({ key: `${i}`, value: "x".repeat(2000) })
            .execute();
        }
      });
    await expect(insert(50)).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(await db.selectFrom("meta").selectAll().execute()).toEqual([]);
    await sql.raw("pragma max_page_count = 100000").execute(db);
    await insert(50);
    expect(await db.selectFrom("meta").selectAll().execute()).toHaveLength(50);
  });

  it("refuses values that libsql would end the process over or cut short", async () => {
    const db = await open(await newFile());
    await expect(sql`select ${true}`.execute(db)).rejects.toThrow("boolean");
    await expect(sql`select ${"a\0b"}`.execute(db)).rejects.toThrow("cannot be stored");
    await expect(sql`select ${Number.NaN}`.execute(db)).rejects.toThrow("NaN");
  });
});
