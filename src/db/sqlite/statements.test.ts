import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import { Statements } from "./statements.ts";

function open() {
  const database = new Database(":memory:");
  onTestFinished(() => void database.close());
  database.exec("create table people (name text not null)");
  const statements = new Statements(database);
  const isLocked = (error: unknown) => error instanceof Error && error.message.includes("locked");
  return {
    database,
    run: (sql: string, ...values: string[]) => {
      const statement = statements.prepare(sql);
      return statements.use(
        sql,
        statement,
        () => (statement.reader ? statement.all(values) : statement.run(values)),
        isLocked,
      );
    },
    isKept: (sql: string) => {
      const statement = statements.prepare(sql);
      return statements.prepare(sql) === statement;
    },
  };
}

test("runs a statement again without preparing it, also after the table got another column", () => {
  const { database, run, isKept } = open();
  run("insert into people values (?)", "Anna");
  expect(run("select * from people")).toEqual([{ name: "Anna" }]);
  expect(isKept("select * from people")).toBe(true);
  database.exec("alter table people add column age integer default 7");
  expect(run("select * from people")).toEqual([{ name: "Anna", age: 7 }]);
});

test("a statement that failed neither stays nor keeps a transaction open", () => {
  const { run, isKept } = open();
  run("begin");
  run("insert into people values (?)", "Anna");
  expect(() => run("insert into people values (null)")).toThrow(/NOT NULL/u);
  run("commit");
  expect(isKept("insert into people values (null)")).toBe(false);
  expect(run("select name from people")).toEqual([{ name: "Anna" }]);
});

test("keeps those used last, and none that lists hundreds of ids", () => {
  const { run, isKept } = open();
  run("select 'first'");
  for (let i = 0; i < 300; i++) run(`select ${i}`);
  expect(isKept("select 'first'")).toBe(false);
  expect(isKept("select 299")).toBe(true);
  const long = `select * from people where name in (${Array(2000).fill("'x'").join()})`;
  run(long);
  expect(isKept(long)).toBe(false);
});
