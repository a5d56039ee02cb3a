import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { sourceHash } from "./source-hash.ts";

test("changes with a file that is imported by way of another, and with nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-source-"));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write("a.ts", 'import { b } from "./b.ts";\n');
  write("b.ts", 'export { c } from "./c.ts";\nimport "./a.ts";\n');
  write("c.ts", "export const c = 1;\n");
  write("d.ts", "export const d = 1;\n");
  const entry = pathToFileURL(join(folder, "a.ts"));
  const before = await sourceHash(entry);
  write("d.ts", "export const d = 2;\n");
  expect(await sourceHash(entry)).toBe(before);
  write("c.ts", "export const c = 2;\n");
  expect(await sourceHash(entry)).not.toBe(before);
});
