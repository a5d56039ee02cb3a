import { appendFile, copyFile, mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "libsql";
import { expect, it } from "vitest";
import { runCli, startCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

it("watch takes in what comes into a folder, and stops with what it did", async () => {
  const samples = await sampleFolder();
  const [folder, dataDir] = [temporaryFolder(), temporaryFolder()];
  await copyFile(join(samples, "sample1.jpg"), join(folder, "1.jpg"));
  const { child, result, stderrMatches } = startCli(
    ["watch", folder, "--event", "Party", "--preset", "fast", "--json"],
    { dataDir },
  );
  await stderrMatches(/Watching/u);
  await copyFile(join(samples, "sample2.jpg"), join(folder, "2.jpg"));
  for (let photos = 1; photos < 2; ) {
    await sleep(500);
    const { stdout } = await runCli(["events", "--json"], { dataDir });
    ({ photos } = JSON.parse(stdout).events[0]);
  }
  await sleep(1500);
  child.kill("SIGINT");
  const { stdout, code } = await result;
  expect(code).toBe(130);
  const passes = JSON.parse(stdout);
  expect(passes.map(({ photos }: { photos: number }) => photos)).toEqual([1, 2]);
  for (const { seconds } of passes) expect(String(seconds)).toMatch(/^\d+(\.\d{1,2})?$/u);
}, 120_000);

it("watch takes photos in while another one is being written all the time", async () => {
  const [folder, dataDir] = [temporaryFolder(), temporaryFolder()];
  const running = startCli(["watch", folder, "--event", "Party", "--preset", "fast"], { dataDir });
  await running.stderrMatches(/Watching/u);
  await copyFile(join(await sampleFolder(), "sample1.jpg"), join(folder, "1.jpg"));
  const writing = setInterval(() => void appendFile(join(folder, "2.jpg.part"), "more"), 100);
  for (let photos = 0; photos < 1; ) {
    await sleep(500);
    const { stdout } = await runCli(["events", "--json"], { dataDir });
    photos = JSON.parse(stdout).events[0]?.photos ?? 0;
  }
  clearInterval(writing);
  running.child.kill("SIGINT");
  await running.result;
}, 60_000);

it("watch takes a photo in when it has arrived as a whole, and others meanwhile", async () => {
  const samples = await sampleFolder();
  const [folder, dataDir] = [temporaryFolder(), temporaryFolder()];
  const running = startCli(["watch", folder, "--event", "Party", "--preset", "fast", "--json"], { dataDir });
  await running.stderrMatches(/Watching/u);
  await copyFile(join(samples, "sample2.jpg"), join(folder, "2.jpg"));
  const bytes = await readFile(join(samples, "sample1.jpg"));
  const parts = 12;
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map((end) => Math.floor((bytes.length * end) / parts));
    await appendFile(join(folder, "1.jpg"), bytes.subarray(from, to));
    await sleep(900);
  }
  const events = async () => JSON.parse((await runCli(["events", "--json"], { dataDir })).stdout).events;
  await expect.poll(async () => (await events())[0]?.photos, { timeout: 15_000, interval: 300 }).toBe(2);
  await sleep(1500);
  running.child.kill("SIGINT");
  const passes: Record<string, number>[] = JSON.parse((await running.result).stdout);
  const counts = passes.map(({ added, changed, removed, photos }) => ({ added, changed, removed, photos }));
  expect(counts).toEqual([
    { added: 1, changed: 0, removed: 0, photos: 1 },
    { added: 1, changed: 0, removed: 0, photos: 2 },
  ]);
}, 60_000);

it("watch waits for a folder that goes away, as one on a disk that is unplugged, and goes on when it is back", async () => {
  const samples = await sampleFolder();
  const [place, dataDir] = [temporaryFolder(), temporaryFolder()];
  const folder = join(place, "card");
  await mkdir(folder);
  await copyFile(join(samples, "sample1.jpg"), join(folder, "1.jpg"));
  const running = startCli(["watch", folder, "--event", "Party", "--preset", "fast", "--json"], { dataDir });
  await running.stderrMatches(/Watching/u);
  await rename(folder, join(place, "unplugged"));
  await running.stderrMatches(/Waiting for .*card to be there again/u);
  await rename(join(place, "unplugged"), folder);
  await copyFile(join(samples, "sample2.jpg"), join(folder, "2.jpg"));
  const events = async () => JSON.parse((await runCli(["events", "--json"], { dataDir })).stdout).events;
  await expect.poll(async () => (await events())[0]?.photos, { timeout: 20_000, interval: 300 }).toBe(2);
  running.child.kill("SIGINT");
  const { stdout, code } = await running.result;
  expect(code).toBe(130);
  expect(JSON.parse(stdout)[0]).toMatchObject({ photos: 1, removed: 0 });
}, 60_000);

it("watch --json says why it did not begin, and ends its list with why it did not go on", async () => {
  const missing = await runCli(["watch", "/nowhere", "--event", "Party", "--json"]);
  expect(missing.code).toBe(1);
  expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: "FOLDER_MISSING" } });

  const samples = await sampleFolder();
  const [folder, dataDir] = [temporaryFolder(), temporaryFolder()];
  await copyFile(join(samples, "sample1.jpg"), join(folder, "1.jpg"));
  const running = startCli(["watch", folder, "--event", "Party", "--preset", "fast", "--json"], { dataDir });
  await running.stderrMatches(/Watching/u);
  const database = new Database(join(dataDir, "rollcall.db"));
  database.exec("pragma foreign_keys = off; drop table photos");
  database.close();
  await copyFile(join(samples, "sample2.jpg"), join(folder, "2.jpg"));
  const { stdout, code } = await running.result;
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([{ photos: 1 }, { error: { code: "DATABASE_FAILED" } }]);
}, 60_000);

it("watch goes on with an event that is renamed, and does not bring one back that is deleted", async () => {
  const samples = await sampleFolder();
  const [folder, dataDir] = [temporaryFolder(), temporaryFolder()];
  await copyFile(join(samples, "sample1.jpg"), join(folder, "1.jpg"));
  const running = startCli(["watch", folder, "--event", "Party", "--preset", "fast", "--json"], { dataDir });
  await running.stderrMatches(/Watching/u);
  const database = new Database(join(dataDir, "rollcall.db"));
  database.exec("update events set name = 'Wedding'");
  database.close();
  await copyFile(join(samples, "sample2.jpg"), join(folder, "2.jpg"));
  const events = async () => JSON.parse((await runCli(["events", "--json"], { dataDir })).stdout).events;
  await expect.poll(async () => (await events())[0]?.photos, { timeout: 20_000, interval: 300 }).toBe(2);
  expect(await events()).toMatchObject([{ name: "Wedding" }]);

  await runCli(["forget", "Wedding", "--yes"], { dataDir });
  const { stdout, code } = await running.result;
  expect(code).toBe(1);
  expect(JSON.parse(stdout).at(-1)).toMatchObject({ error: { code: "EVENT_UNKNOWN" } });
  expect(await events()).toEqual([]);
}, 90_000);
