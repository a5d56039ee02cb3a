import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { expect, it } from "vitest";
import { workerIds } from "../../test/worker-processes.ts";
import { openRenderer } from "./renderer.ts";

it("makes the picture all the same when its process is killed at that moment", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "rollcall-renderer-")), "plain.png");
  await sharp({ create: { width: 40, height: 30, channels: 3, background: "#4450d6" } }).toFile(file);
  const renderer = openRenderer();
  for (let i = 0; i < 5; i++) {
    const facts = await renderer.inspect(file);
    expect(facts).toEqual(expect.objectContaining({ width: 40, height: 30 }));
    for (const pid of workerIds("pictures/process.")) process.kill(pid, "SIGKILL");
  }
  await renderer.close();
}, 60_000);
