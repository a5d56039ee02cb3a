import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { removeRemains } from "./unfinished-uploads.ts";

const description = JSON.stringify({ id: "a", metadata: { event: "0123456789abcdef" } });

it("removes uploads that nobody can go on with, and leaves those that have just begun", async () => {
  const folder = await temporaryFolder();
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write("whole", "half a photo");
  await write("whole.json", description);
  await write("whole.json.0badcafe", description.slice(0, 10));
  await write("unknown", "a whole photo");
  await write("unknown.json", "");
  await write("bare", "a whole photo");
  await write("gone.json", description);
  await removeRemains(folder);
  expect(await readdir(folder)).toHaveLength(7);
  const long = new Date(Date.now() - 60 * 60_000);
  for (const name of await readdir(folder)) await utimes(join(folder, name), long, long);
  await write("begun", "");
  await removeRemains(folder);
  expect((await readdir(folder)).sort()).toEqual(["begun", "whole", "whole.json"]);
});
