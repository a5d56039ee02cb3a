import { expect, test } from "vitest";
import { coloursFor } from "./colours.ts";
import { describeIndexing, indexExample } from "./index-folders.ts";

const view = { colours: coloursFor({}), folder: "/photos" };

test("does not call photos old that it was stopped before looking at", () => {
  const nothing = { ...indexExample, added: 352, processed: 0, failed: [] };
  expect(describeIndexing({ ...nothing, stopped: true }, view)[0]).toBe("No photo was looked at yet.");
  expect(describeIndexing({ ...nothing, stopped: false }, view)[0]).toBe("No photo was new.");
});
