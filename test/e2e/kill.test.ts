import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { openSqlite } from "../../src/db/sqlite/open.ts";
import { runCli, startCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

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
    folder = await smallPhotos();
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

/** Photos of the sample party, scaled down a little differently each, in folders; some of them twice. */
async function smallPhotos(): Promise<string> {
  const samples = await sampleFolder();
  const target = join(temporaryFolder(), "party");
  await mkdir(join(target, "again"), { recursive: true });
  for (let i = 0; i < photos; i++) {
    const file = join(target, `${i}.jpg`);
    await sharp(join(samples, `sample${(i % 6) + 1}.jpg`), { failOn: "none" })
      .resize(640 - i)
      .jpeg()
      .toFile(file);
    if (i % 4 === 0) await copyFile(file, join(target, "again", `${i}.jpg`));
  }
  return target;
}

/** Mulberry32, a small generator of public domain: the same moments in every run of the test. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
