import { expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { localBlobs } from "./local.ts";

it("says that the disk is full before bytes are sent that it has no room for", async () => {
  const blobs = localBlobs(await temporaryFolder());
  await blobs.checkSpace(0);
  await expect(blobs.checkSpace(Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: "DISK_FULL" });
});
