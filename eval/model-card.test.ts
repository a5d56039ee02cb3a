import { describe, expect, test } from "vitest";
import { percent, replaceSection, table } from "./model-card.ts";

describe("replaceSection", () => {
  const page = "# Card\n\n<!-- a -->\nold\n<!-- /a -->\n\nBy hand.\n\n<!-- ab -->\nother\n<!-- /ab -->\n";

  test("replaces what is between the marks and nothing else", () => {
    expect(replaceSection(page, "a", "new\n")).toBe(page.replace("old", "new"));
    expect(replaceSection(page, "ab", "new")).toBe(page.replace("other", "new"));
  });

  test("appends what has no place yet", () => {
    expect(replaceSection(page, "c", "new")).toBe(`${page}\n<!-- c -->\nnew\n<!-- /c -->\n`);
  });

  test("refuses a page whose end mark was lost", () => {
    expect(() => replaceSection("<!-- a -->\nold", "a", "new")).toThrow("without");
  });
});

test("lays out a table", () => {
  expect(table(["name", "value"], [["accuracy", percent(0.993512)]])).toBe(
    "| name | value |\n| --- | ---: |\n| accuracy | 99.35 % |",
  );
});
