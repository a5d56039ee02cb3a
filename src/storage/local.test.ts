import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { thisProcess } from "../domain/this-process.ts";
import { localBlobs } from "./local.ts";

it("says that the disk is full before bytes are sent that it has no room for", async () => {
  const blobs = localBlobs(await temporaryFolder());
  await blobs.checkSpace(0);
  await expect(blobs.checkSpace(Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: "DISK_FULL" });
});

it("removes what a killed server left, though the one after it in its container has the same number", async () => {
  const folder = await temporaryFolder();
  const incoming = join(folder, "incoming");
  mkdirSync(incoming);
  writeFileSync(join(incoming, `${process.pid}.0badcafe-1`), "half a photo");
  writeFileSync(join(incoming, `${thisProcess}-2`), "a photo that comes in now");
  localBlobs(folder);
  expect(readdirSync(incoming)).toEqual([`${thisProcess}-2`]);
});
