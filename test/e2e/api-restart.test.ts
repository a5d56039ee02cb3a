import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBackend } from "../../src/compose.ts";
import { claim, face, file, found } from "../contract/fixtures.ts";
import { direction, gaussian } from "../synthetic-faces.ts";
import { organiserOf, settled, startApi } from "./api-server.ts";

test("a server that ended before it grouped the faces does so when it starts again", { timeout: 60_000 }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "rollcall-restart-"));
  const env = { ROLLCALL_LOG_LEVEL: "silent" };
  const backend = await openBackend({ dataDir, env, engine: { preset: "fast", workers: 1 } }, (error) => {
    throw error;
  });
  const { id } = await backend.stores.events.findOrCreate("Party");
  await backend.stores.photos.recordFiles(id, [file("one.jpg")]);
  const { pipelineId } = await backend.engine();
  const somebody = face([10, 10, 60, 60], direction(gaussian(1)), 0.9);
  await backend.stores.photos.complete(await claim(backend.stores, id), found([somebody], pipelineId));
  await backend.close();

  const server = await startApi({ dataDir });
  try {
    expect((await settled(await organiserOf(server), id)).people).toBe(1);
  } finally {
    await server.close();
  }
});
