import { expect, test } from "vitest";
import { StatusLine } from "./status-line.ts";

function stream(settings: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  return { ...settings, written, write: (text: string) => written.push(text) };
}

test("writes the first, then one line in five seconds, then the last when piped", () => {
  const piped = stream({ isTTY: false });
  let now = 0;
  const line = new StatusLine(piped, () => now);
  for (; now < 12_000; now += 100) line.show(`at ${now}`);
  line.finish();
  line.finish();
  expect(piped.written).toEqual(["at 0\n", "at 5000\n", "at 10000\n", "at 11900\n"]);
});

test("writes a line at once when something else is going on, after the last word on what went before", () => {
  const piped = stream({ isTTY: false });
  const line = new StatusLine(piped, () => 0);
  for (const text of ["Scanning 1", "Scanning 2", "Indexing 1", "Indexing 2", "Grouping all"]) line.show(text);
  expect(piped.written).toEqual(["Scanning 1\n", "Scanning 2\n", "Indexing 1\n", "Indexing 2\n", "Grouping all\n"]);
});

test("redraws in place on a terminal, at most ten times a second, and leaves nothing behind", () => {
  const terminal = stream({ isTTY: true, columns: 80 });
  let now = 0;
  const line = new StatusLine(terminal, () => now);
  for (; now < 250; now += 10) line.show(`at ${now}`);
  line.finish();
  expect(terminal.written).toEqual(["\r\u001b[Kat 0", "\r\u001b[Kat 100", "\r\u001b[Kat 200", "\r\u001b[K"]);
});

test("makes room for a message and comes back with the next text", () => {
  const terminal = stream({ isTTY: true, columns: 80 });
  const line = new StatusLine(terminal, () => 0);
  line.show("one");
  line.clear();
  line.clear();
  line.show("two");
  expect(terminal.written).toEqual(["\r\u001b[Kone", "\r\u001b[K", "\r\u001b[Ktwo"]);
});

test("never wraps, because a wrapped line cannot be redrawn", () => {
  const terminal = stream({ isTTY: true, columns: 10 });
  new StatusLine(terminal, () => 0).show("東京東京東京東京");
  expect(terminal.written).toEqual(["\r\u001b[K東京東京"]);
});

test("takes a terminal that does not know its width for one of 80 columns", () => {
  const terminal = stream({ isTTY: true, columns: 0 });
  new StatusLine(terminal, () => 0).show("x".repeat(200));
  expect(terminal.written.join("")).toBe(`\r\u001b[K${"x".repeat(79)}`);
});
