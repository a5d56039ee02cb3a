import { describe, expect, test } from "vitest";
import { columns, count, duration, list, percent, printable, round, shellWord, table } from "./text.ts";

describe("printable", () => {
  test("shows control characters instead of obeying them", () => {
    expect(printable("a\nb\r\tc\u001b[2Jd\u0000")).toBe("a\\nb\\r\\tc\\u{1b}[2Jd\\u{0}");
  });

  test("shows characters that turn the writing direction, which can disguise a file's extension", () => {
    expect(printable("photo\u202Egpj.exe")).toBe("photo\\u{202e}gpj.exe");
  });

  test("leaves emoji, accents and the joiner of family emoji alone", () => {
    const name = "Fête d'été 👨‍👩‍👧 東京.jpg";
    expect(printable(name)).toBe(name);
  });
});

test.each([
  [0, "<1%"],
  [0.004, "<1%"],
  [0.5, "50%"],
  [0.924, "92%"],
  [0.9951, ">99%"],
  [1, ">99%"],
])("percent of %d is %s, and never claims a certainty it has not", (fraction, text) => {
  expect(percent(fraction)).toBe(text);
});

test.each([
  [0.4, "0.4 ms"],
  [40, "40 ms"],
  [8000, "8 s"],
  [59_600, "1 min"],
  [80_000, "1 min 20 s"],
  [3_600_000, "1 h"],
  [7_500_000, "2 h 5 min"],
])("a duration of %d ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test("counts in plain English", () => {
  expect(count(0, "photo")).toBe("0 photos");
  expect(count(1, "person", "people")).toBe("1 person");
  expect(count(1204, "person", "people")).toBe("1,204 people");
  expect(list(["Ann"])).toBe("Ann");
  expect(list(["Ann", "Ben", "Eve"])).toBe("Ann, Ben and Eve");
  expect(list([])).toBe("");
});

test("rounds to as many decimals as asked for", () => {
  expect(round(0.123456, 4)).toBe(0.1235);
  expect(round(-1.005, 1)).toBe(-1);
});

describe("table", () => {
  test("aligns by what a terminal shows, not by the length of the string", () => {
    const painted = "\u001b[1mAnn\u001b[22m";
    const lines = table(
      [{ title: "Name" }, { title: "Photos", align: "right" }],
      [
        ["東京 🎉", "7"],
        [painted, "1,204"],
      ],
    );
    expect(lines).toEqual(["Name     Photos", "東京 🎉       7", `${painted}       1,204`]);
    expect(lines.map(columns)).toEqual([15, 15, 15]);
  });

  test("has no titles when there are no rows, and no column without content", () => {
    expect(table([{ title: "Name" }], [])).toEqual([]);
    expect(table([{ title: "Id" }, { title: "Name" }, { title: "" }], [["1", "", "x"]])).toEqual(["Id", "1   x"]);
    expect(table([{ title: "" }], [["a"]])).toEqual(["a"]);
  });
});

test("quotes what a shell would take apart or replace", () => {
  expect(shellWord("demo")).toBe("demo");
  expect(shellWord("Summer party")).toBe('"Summer party"');
  expect(shellWord('$HOME "x" `id`')).toBe('"\\$HOME \\"x\\" \\`id\\`"');
});
