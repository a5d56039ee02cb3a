import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
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

it.skipIf(process.platform === "win32")("takes no file for whole that there was room for a part of only", async () => {
  const program = `
    import { localBlobs } from ${JSON.stringify(new URL("./local.ts", import.meta.url))};
    const bytes = (async function* () { yield Buffer.alloc(300_000); })();
    const blobs = localBlobs(${JSON.stringify(await temporaryFolder())});
    await blobs.receive(bytes, { mostBytes: 1e6 }).then(() => console.log("whole"), () => console.log("refused"));
  `;
  // Files may have 100 blocks; the system writes that much of a larger piece, as it does on a disk that fills up.
  const limited = `trap "" XFSZ; ulimit -f 100; exec "$0" "$@"`;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const node = [process.execPath, "--import", tsx, "--input-type=module", "--eval", program];
  const { stdout, stderr } = spawnSync("sh", ["-c", limited, ...node], {
    encoding: "utf8",
    env: { ...process.env, TSX_DISABLE_CACHE: "1" },
  });
  expect([stdout.trim(), stderr]).toEqual(["refused", ""]);
});
