import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { existingDataFolder } from "./data-folder.ts";

const refusal = (words: RegExp) =>
  expect.objectContaining({ code: "DATA_FOLDER_UNUSABLE", message: expect.stringMatching(words) });

it("says of a folder without a database that there is none", async () => {
  const folder = await temporaryFolder();
  for (const path of [folder, join(folder, "typo")]) {
    expect(() => existingDataFolder(path)).toThrowError(refusal(/There is no database/u));
  }
});

it("says of a folder that cannot be opened just that, because there may be a database in it", async () => {
  const folder = join(await temporaryFolder(), "loop");
  symlinkSync(folder, folder);
  expect(() => existingDataFolder(folder)).toThrowError(refusal(/cannot be opened \(ELOOP\)/u));
});

it.skipIf(process.getuid?.() === 0)(
  "says so of one that may not be read (skipped for root, who can read all)",
  async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, "rollcall.db"), "");
    chmodSync(folder, 0);
    expect(() => existingDataFolder(folder)).toThrowError(refusal(/cannot be opened \(EACCES\)/u));
    chmodSync(folder, 0o700);
  },
);
