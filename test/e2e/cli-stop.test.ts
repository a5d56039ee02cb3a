import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { runCli, startCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

/** Enough to take seconds, so that there is time to stop. */
const photoCount = 60;

describe("index, when it is stopped", { timeout: 120_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await manyPhotos(photoCount);
  }, 120_000);

  const args = () => ["index", folder, "--event", "Party", "--json"];

  test("keeps what is done, says how to go on, and goes on there", async () => {
    const dataDir = temporaryFolder();
    const running = startCli(args(), { dataDir });
    await running.stderrMatches(/Indexing [1-9]/u);
    running.child.kill("SIGINT");
    const stopped = await running.result;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain("Ctrl-C again stops at once");
    expect(stopped.stderr).toContain("Run the same command again to go on from there");
    const before = JSON.parse(stopped.stdout);
    expect(before).toMatchObject({ stopped: true, failed: [] });
    expect(before.processed).toBeGreaterThan(0);
    expect(before.processed).toBeLessThan(photoCount);

    const search = await runCli(["search", join(folder, "0.jpg"), "--json"], { dataDir });
    expect(JSON.parse(search.stdout)).toMatchObject({ photosPending: expect.any(Number) });
    expect(JSON.parse(search.stdout).photosPending).toBeGreaterThan(0);

    const finished = await runCli(args(), { dataDir });
    expect(finished.code).toBe(0);
    const after = JSON.parse(finished.stdout);
    expect(after).toMatchObject({ stopped: false, photos: photoCount, processed: photoCount - before.processed });
  });

  test("ends at once on the second Ctrl-C, and loses nothing", async () => {
    const dataDir = temporaryFolder();
    const running = startCli(args(), { dataDir });
    await running.stderrMatches(/Indexing [1-9]/u);
    running.child.kill("SIGINT");
    await running.stderrMatches(/Stopping/u);
    running.child.kill("SIGINT");
    expect((await running.result).code).toBe(130);
    const finished = await runCli(args(), { dataDir });
    expect(finished.code).toBe(0);
    expect(JSON.parse(finished.stdout)).toMatchObject({ photos: photoCount, failed: [] });
  });

  test("takes SIGTERM as a request to stop", async () => {
    const running = startCli(args());
    await running.stderrMatches(/Indexing [1-9]/u);
    running.child.kill("SIGTERM");
    const { code, stdout } = await running.result;
    expect(code).toBe(143);
    expect(JSON.parse(stdout)).toMatchObject({ stopped: true });
  });
});

/** Different photos of the same party: each is a sample, a little smaller than the one before. */
async function manyPhotos(amount: number): Promise<string> {
  const samples = await sampleFolder();
  const folder = join(temporaryFolder(), "many");
  await mkdir(folder);
  await cp(join(samples, "sample1.jpg"), join(folder, "0.jpg"));
  for (let i = 1; i < amount; i++) {
    const sample = join(samples, `sample${(i % 6) + 1}.jpg`);
    await sharp(sample, { failOn: "none" })
      .resize(1900 - i)
      .jpeg()
      .toFile(join(folder, `${i}.jpg`));
  }
  return folder;
}
