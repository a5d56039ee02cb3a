import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";
import { openSqlite } from "../../src/db/sqlite/open.ts";
import { runCli, startCli, temporaryFolder } from "./run-cli.ts";
import { seeded, smallPhotos } from "./small-photos.ts";

const kills = 20;
const photos = 24;

/** Part of the work that a run does at most before it is killed, so that there is work left for most of them. */
const mostWork = 0.25;

/** What the database says, read as another program would: photos that are done, and who every face is of. */
interface Contents {
  readonly done: readonly string[];
  readonly people: Readonly<Record<string, string | null>>;
}

describe("index, killed twenty times at random moments", () => {
  let folder: string;
  const args = () => ["index", folder, "--event", "Party", "--preset", "fast", "--json"];

  beforeAll(async () => {
    folder = await smallPhotos(photos);
  }, 120_000);

  it("keeps every photo it acknowledged once, and finishes with the people of an undisturbed run", async () => {
    const undisturbed = temporaryFolder();
    const started = performance.now();
    const running = startCli(args(), { dataDir: undisturbed });
    await running.stderrMatches(/Indexing [1-9]/u);
    const firstPhotoMs = performance.now() - started;
    const expected = await running.result;
    expect(expected.code, expected.stderr).toBe(0);
    const latestKillMs = firstPhotoMs + (performance.now() - started - firstPhotoMs) * mostWork;

    const dataDir = temporaryFolder();
    const random = seeded(20261123);
    let acknowledged: readonly string[] = [];
    for (let i = 0; i < kills; i++) {
      const { child, result } = startCli(args(), { dataDir });
      await Promise.race([sleep(random() * latestKillMs), result]);
      child.kill("SIGKILL");
      await result;
      const { done } = await readDatabase(dataDir);
      expect(new Set(done).size).toBe(done.length);
      expect(done).toEqual(expect.arrayContaining([...acknowledged]));
      acknowledged = done;
    }
    expect(acknowledged.length).toBeGreaterThan(0);
    const finished = await runCli(args(), { dataDir });
    expect(finished.code, finished.stderr).toBe(0);

    const { seconds: _, processed: __, added: ___, unchanged: ____, ...summary } = JSON.parse(finished.stdout);
    expect(JSON.parse(expected.stdout)).toMatchObject(summary);
    expect(summary).toMatchObject({ photos, failed: [], stopped: false });
    expect(await readDatabase(dataDir)).toEqual(await readDatabase(undisturbed));
  }, 300_000);
});

/** Fails unless the database is whole. */
async function readDatabase(dataDir: string): Promise<Contents> {
  await mkdir(dataDir, { recursive: true });
  const db = await openSqlite(join(dataDir, "rollcall.db"));
  try {
    expect((await sql`pragma integrity_check`.execute(db)).rows).toEqual([{ integrity_check: "ok" }]);
    expect((await sql`pragma foreign_key_check`.execute(db)).rows).toEqual([]);
    const done = await db.selectFrom("photos").select("id").where("status", "=", "done").orderBy("id").execute();
    const faces = await db.selectFrom("faces").select(["id", "person_id"]).orderBy("id").execute();
    return {
      done: done.map((photo) => photo.id),
      people: Object.fromEntries(faces.map((face) => [face.id, face.person_id])),
    };
  } finally {
    await db.destroy();
  }
}
