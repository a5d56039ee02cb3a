import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { documentedJson } from "./json-shape.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

// One event from the first photo to the last copy; each step builds on those before it.
describe("an event", { timeout: 120_000 }, () => {
  const dataDir = temporaryFolder();
  const photos = join(temporaryFolder(), "photos");
  let samples: string;
  let personId: string;

  /** Runs a command that must succeed, and checks its answer against the documented shape. */
  async function answerOf(command: string, ...args: string[]): Promise<unknown> {
    const { code, stdout, stderr } = await runCli([command, ...args, "--json"], { dataDir });
    expect(stderr).not.toContain("rollcall:");
    expect(code).toBe(0);
    return documentedJson(command, stdout);
  }

  const index = (...args: string[]) => answerOf("index", photos, "--event", "Party", ...args);

  beforeAll(async () => {
    samples = await sampleFolder();
    await mkdir(join(photos, "evening"), { recursive: true });
    for (const name of ["sample1.jpg", "sample2.jpg", "sample3.jpg"]) await cp(join(samples, name), join(photos, name));
    await cp(join(samples, "sample4.jpg"), join(photos, "evening", "two\nlines.jpg"));
    await cp(join(samples, "sample1.jpg"), join(photos, "evening", "copy.jpg"));
    await writeFile(join(photos, "notes.txt"), "not a picture");
  }, 120_000);

  test("is made by indexing a folder, with the same bytes counted once", async () => {
    const summary = await index();
    expect(summary).toMatchObject({ event: "Party", added: 5, skipped: 1, photos: 4, failed: [], stopped: false });
    expect(summary).toMatchObject({ processed: 4, faces: expect.any(Number), people: expect.any(Number) });
  });

  test("costs nothing to index again", async () => {
    expect(await index()).toMatchObject({ added: 0, changed: 0, removed: 0, unchanged: 5, processed: 0, photos: 4 });
  });

  test("lists its people, most photographed first", async () => {
    const answer = await answerOf("people", "--event", "Party");
    const people = fieldOf(answer, "people");
    expect(Array.isArray(people) && people.length).toBeGreaterThan(5);
    // The woman of sample1 and sample3.
    expect(people).toContainEqual(expect.objectContaining({ photos: 2, faces: 2 }));
    personId = String(fieldOf(Array.isArray(people) ? people[0] : undefined, "id"));
  });

  test("may be left out when it is the only one", async () => {
    expect(await answerOf("people")).toMatchObject({ event: "Party" });
    expect(await answerOf("events")).toMatchObject({ events: [{ name: "Party", photos: 4 }] });
  });

  test("keeps the name that a person is given, over another indexing", async () => {
    expect(await answerOf("name", personId, "Ann\u200D É")).toMatchObject({
      person: { id: personId, name: "Ann\u200D É" },
    });
    expect(await answerOf("name", personId.slice(0, 8), "Ann")).toMatchObject({ person: { name: "Ann" } });
    await cp(join(samples, "sample5.jpg"), join(photos, "sample5.jpg"));
    expect(await index()).toMatchObject({ added: 1, processed: 1, photos: 5 });
    expect(await answerOf("people")).toMatchObject({
      people: expect.arrayContaining([expect.objectContaining({ id: personId, name: "Ann" })]),
    });
  });

  test("finds a person from another picture, and tells how sure it is", async () => {
    // The woman in front of sample3 is also on the right of sample1, and nowhere else.
    const selfie = join(temporaryFolder(), "selfie.webp");
    await sharp(join(samples, "sample3.jpg")).extract({ left: 900, top: 60, width: 520, height: 520 }).toFile(selfie);
    const answer = await answerOf("search", selfie, "--event", "Party", "--threshold", "0.9");
    const files = [join(photos, "sample1.jpg"), join(photos, "evening", "copy.jpg")];
    expect(answer).toMatchObject({ outcome: "found", threshold: 0.9, query: { file: selfie } });
    expect(fieldOf(answer, "matches")).toEqual([
      expect.objectContaining({ file: join(photos, "sample3.jpg"), margin: fieldOf(answer, "margin") }),
      expect.objectContaining({ files: expect.arrayContaining(files) }),
    ]);
    const { stdout } = await runCli(["search", selfie], { dataDir, cwd: photos });
    expect(stdout).toMatch(/>99% match .* sample3\.jpg/u);
  });

  test("says that a picture without a face is not evidence", async () => {
    const blank = join(temporaryFolder(), "blank.png");
    await sharp({ create: { width: 300, height: 200, channels: 3, background: "#888" } }).toFile(blank);
    const answer = await answerOf("search", blank, "--event", "Party");
    expect(answer).toMatchObject({ outcome: "not-enough-evidence", matches: [], facesCompared: 0 });
  });

  test("says of somebody who is not there how near the nearest face is", async () => {
    const other = join(temporaryFolder(), "only-them.jpg");
    await sharp(join(samples, "sample6.jpg")).extract({ left: 130, top: 360, width: 460, height: 540 }).toFile(other);
    const answer = await answerOf("search", other, "--event", "Party");
    expect(answer).toMatchObject({ outcome: "not-found", matches: [], bestConfidence: expect.any(Number) });
  });

  test("has figures", async () => {
    expect(await answerOf("insights")).toMatchObject({
      event: "Party",
      photos: 5,
      photosFailed: 0,
      photosPending: 0,
      retrievalMs: {
        count: expect.any(Number),
        p50: expect.any(Number),
        p95: expect.any(Number),
        p99: expect.any(Number),
      },
    });
  });

  test("gives the photos of a person away as copies, byte for byte, and does not overwrite", async () => {
    const folder = join(temporaryFolder(), "new", "folder");
    const summary = await answerOf("export", "Ann", "--to", folder);
    const written = fieldOf(summary, "written");
    expect(await readdir(folder)).toHaveLength(Array.isArray(written) ? written.length : -1);
    const copy = String(Array.isArray(written) ? written[0] : undefined);
    const bytes = await readFile(copy);
    const originals = await Promise.all([1, 2, 3, 4, 5].map((n) => readFile(join(samples, `sample${n}.jpg`))));
    expect(originals.some((original) => original.equals(bytes))).toBe(true);
    expect(await answerOf("export", "Ann", "--to", folder)).toMatchObject({ written: [], failed: [] });
  });

  test("notices files that are gone, changed or broken", async () => {
    await rm(join(photos, "sample2.jpg"));
    await cp(join(samples, "sample6.jpg"), join(photos, "sample5.jpg"));
    await writeFile(join(photos, "empty.jpg"), "");
    const { code, stdout } = await runCli(["index", photos, "--event", "Party", "--json"], { dataDir });
    expect(code).toBe(3);
    expect(documentedJson("index", stdout)).toMatchObject({
      added: 1,
      changed: 1,
      removed: 1,
      failed: [{ file: join(photos, "empty.jpg"), error: { code: "IMAGE_EMPTY" } }],
    });
  });

  test("must be named when there is another, and is forgotten on request", async () => {
    await answerOf("index", join(photos, "evening"), "--event", "Another");
    const { code, stderr } = await runCli(["people"], { dataDir });
    expect(code).toBe(1);
    expect(stderr).toContain('"Another"');
    expect(stderr).toContain("--event");
    expect(await answerOf("forget", "Another", "--yes")).toMatchObject({ event: "Another", photos: 2 });
    expect(await answerOf("events")).toMatchObject({ events: [{ name: "Party" }] });
    expect(await readdir(join(photos, "evening"))).toEqual(["copy.jpg", "two\nlines.jpg"]);
  });
});

test("the demo indexes, lists and finds", { timeout: 120_000 }, async () => {
  const dataDir = temporaryFolder();
  const { code, stdout } = await runCli(["demo", "--json"], { dataDir });
  expect(code).toBe(0);
  expect(String(JSON.parse(stdout).index.seconds)).toMatch(/^\d+(\.\d{1,2})?$/u);
  expect(documentedJson("demo", stdout)).toMatchObject({
    index: { photos: 6, failed: [] },
    search: { outcome: "found", matches: [{ confidence: expect.any(Number) }, { confidence: expect.any(Number) }] },
  });
  const again = await runCli(["demo"], { dataDir });
  expect(again.code).toBe(0);
  expect(again.stdout).toContain("No photo was new.");
  expect(again.stdout).not.toContain("skipped");
  expect(again.stdout).toContain("Found in 2 photos of demo");
});

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value
    ? Object.entries(value).find(([k]) => k === key)?.[1]
    : undefined;
}
