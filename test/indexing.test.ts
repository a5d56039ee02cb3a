import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import Database from "libsql";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRollcall, type Rollcall } from "../src/compose.ts";
import { writeBadPictures } from "./bad-pictures.ts";
import { sampleFolder } from "./e2e/samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { workerIds } from "./worker-processes.ts";

const engine = { preset: "fast", workers: 2 } as const;

describe("indexing folders with the real engine", { timeout: 120_000 }, () => {
  let samples: string;
  let dataDir: string;
  let rollcall: Rollcall;

  beforeAll(async () => {
    samples = await sampleFolder();
    dataDir = mkdtempSync(join(tmpdir(), "rollcall-indexing-"));
    rollcall = await openRollcall({ dataDir, engine, env: {} });
  }, 120_000);

  afterAll(async () => {
    await rollcall.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** A folder with some of the sample photos, by number. */
  const party = async (...numbers: readonly number[]): Promise<string> => {
    const folder = await temporaryFolder();
    for (const number of numbers) copyFileSync(join(samples, `sample${number}.jpg`), join(folder, `${number}.jpg`));
    return folder;
  };

  it("does no work the second time, even when times of files change", async () => {
    const folder = await party(1, 2);
    const first = await rollcall.indexFolders({ event: "Twice", folders: [folder] });
    expect(first).toMatchObject({ added: 2, unchanged: 0, processed: 2, photos: 2, failed: [], stopped: false });
    const people = await rollcall.listPeople("Twice");
    const nothing = { added: 0, changed: 0, removed: 0, unchanged: 2, processed: 0, faces: first.faces };
    expect(await rollcall.indexFolders({ event: "Twice", folders: [folder] })).toMatchObject(nothing);
    utimesSync(join(folder, "1.jpg"), 1, 1);
    expect(await rollcall.indexFolders({ event: "Twice", folders: [folder, folder] })).toMatchObject(nothing);
    expect(await rollcall.listPeople("Twice")).toEqual(people);
  });

  it("starts no face worker when nothing is new", async () => {
    const folder = await party(1);
    await rollcall.indexFolders({ event: "Idle", folders: [folder] });
    const before = workerIds();
    const again = await openRollcall({ dataDir, engine, env: {} });
    expect(await again.indexFolders({ event: "Idle", folders: [folder] })).toMatchObject({
      unchanged: 1,
      processed: 0,
    });
    expect(workerIds()).toEqual(before);
    await again.close();
  });

  it("lists a folder that cannot be read, does the rest, and keeps what it knows from there", async () => {
    const [good, away] = [await party(1), await party(2)];
    const [gone, file] = [`${away}-gone`, join(good, "1.jpg")];
    const index = (...folders: readonly string[]) => rollcall.indexFolders({ event: "Two disks", folders });
    expect(await index(good, away)).toMatchObject({ photos: 2, failed: [] });
    renameSync(away, gone);
    const missing = { code: "FOLDER_MISSING" };
    const summary = await index(good, away, file);
    expect(summary).toMatchObject({ unchanged: 1, removed: 0, photos: 2 });
    expect(summary.failed).toHaveLength(2);
    expect(summary.failed).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ file: away, error: expect.objectContaining(missing) }),
        expect.objectContaining({ file, error: expect.objectContaining({ code: "FOLDER_UNREADABLE" }) }),
      ]),
    );
    await expect(index(away)).rejects.toMatchObject(missing);
    const everyFolder = rollcall.indexFolders({ event: "Two disks", folders: [good, away], everyFolder: true });
    await expect(everyFolder).rejects.toMatchObject(missing);
    renameSync(gone, away);
    expect(await index(good, away)).toMatchObject({ unchanged: 2, failed: [] });
  });

  it("notices files that are new, changed, moved and gone", async () => {
    const folder = await party(1, 2, 3);
    const index = () => rollcall.indexFolders({ event: "Changes", folders: [folder] });
    await index();
    copyFileSync(join(samples, "sample4.jpg"), join(folder, "1.jpg"));
    rmSync(join(folder, "2.jpg"));
    copyFileSync(join(samples, "sample5.jpg"), join(folder, "5.jpg"));
    expect(await index()).toMatchObject({ added: 1, changed: 1, removed: 1, unchanged: 1, processed: 2, photos: 3 });
    renameSync(join(folder, "3.jpg"), join(folder, "moved.jpg"));
    expect(await index()).toMatchObject({ added: 1, removed: 1, processed: 0, photos: 3 });
  });

  it("takes the same photo under two names as one photo with two files", async () => {
    const folder = await party(1);
    mkdirSync(join(folder, "sub"));
    copyFileSync(join(folder, "1.jpg"), join(folder, "sub", "copy.jpg"));
    const summary = await rollcall.indexFolders({ event: "Copies", folders: [folder] });
    expect(summary).toMatchObject({ added: 2, processed: 1, photos: 1 });
    const answer = await rollcall.searchEvent({ event: "Copies", picture: join(folder, "1.jpg") });
    if (answer.outcome !== "found") expect.fail(answer.outcome);
    expect(answer.matches[0]?.photo.files).toEqual([join(folder, "1.jpg"), join(folder, "sub", "copy.jpg")]);
  });

  it("keeps what it knows of a folder that is gone for the moment", async () => {
    const folder = await party(1);
    await rollcall.indexFolders({ event: "Unplugged", folders: [folder] });
    renameSync(folder, `${folder}-away`);
    await expect(rollcall.indexFolders({ event: "Unplugged", folders: [folder] })).rejects.toMatchObject({
      code: "FOLDER_MISSING",
    });
    renameSync(`${folder}-away`, folder);
    expect(await rollcall.indexFolders({ event: "Unplugged", folders: [folder] })).toMatchObject({
      unchanged: 1,
      photos: 1,
      processed: 0,
    });
  });

  it("takes the photos of a folder that was deleted out of the event when told to, and nothing for a misspelt one", async () => {
    const [kept, deleted] = [await party(1), await party(2)];
    const event = "Deleted folder";
    await rollcall.indexFolders({ event, folders: [kept, deleted] });
    rmSync(deleted, { recursive: true });
    const misspelt = rollcall.indexFolders({ event, folders: [`${deleted}x`], forgetMissing: true });
    await expect(misspelt).rejects.toMatchObject({ code: "FOLDER_MISSING" });
    expect(await rollcall.indexFolders({ event, folders: [kept, deleted], forgetMissing: true })).toMatchObject({
      unchanged: 1,
      removed: 1,
      photos: 1,
      failed: [],
    });
  });

  it("gives every bad picture its coded error, goes on with the rest, and remembers both", async () => {
    const folder = await party(1);
    const pictures = await writeBadPictures(join(folder, "bad"));
    const summary = await rollcall.indexFolders({ event: "Bad", folders: [folder] });
    const codes = new Map(summary.failed.map(({ file, error }) => [basename(file), error.code]));
    for (const { name, expected } of pictures) {
      expect(codes.get(basename(name)), name).toBe("error" in expected ? expected.error : undefined);
    }
    expect(summary.faces).toBeGreaterThan(0);
    const again = await rollcall.indexFolders({ event: "Bad", folders: [folder] });
    expect(again.failed).toEqual(summary.failed);
    expect(again.processed).toBe(0);
    const retried = await rollcall.indexFolders({ event: "Bad", folders: [folder], retryFailed: true });
    expect(retried.failed).toEqual(summary.failed);
    expect(retried.processed).toBeGreaterThan(0);
  });

  it("stops when told to, without people yet, and goes on where it was", async () => {
    const folder = await party(1, 2, 3, 4, 5, 6);
    const stop = new AbortController();
    const request = { event: "Stopped", folders: [folder] };
    const stopped = await rollcall.indexFolders({
      ...request,
      signal: stop.signal,
      onProgress: ({ done }) => done > 0 && stop.abort(),
    });
    expect(stopped.stopped).toBe(true);
    const finished = await rollcall.indexFolders(request);
    expect(finished).toMatchObject({ stopped: false, photos: 6, processed: 6 - stopped.processed, failed: [] });
    const undisturbed = await rollcall.indexFolders({ ...request, event: "Undisturbed" });
    expect([finished.faces, finished.people]).toEqual([undisturbed.faces, undisturbed.people]);
    const ids = async (event: string) => (await rollcall.listPeople(event)).map(({ id, faces }) => [id, faces]);
    expect(await ids("Stopped")).toEqual(await ids("Undisturbed"));
  });

  it("shares the work between two that index one event at the same time", async () => {
    const folder = await party(1, 2, 3, 4, 5, 6);
    const other = await openRollcall({ dataDir, engine: { ...engine, workers: 1 }, env: {} });
    const request = { event: "Shared", folders: [folder] };
    const [one, two] = await Promise.all([rollcall.indexFolders(request), other.indexFolders(request)]);
    await other.close();
    expect(one.processed + two.processed).toBe(6);
    expect([one.faces, one.people]).toEqual([two.faces, two.people]);
  });

  it("finds the face it is asked for, surest first, and records how long that took", async () => {
    const folder = await party(1, 2, 3, 4);
    await rollcall.indexFolders({ event: "Search", folders: [folder] });
    const picture = join(samples, "sample1.jpg");
    const found = await rollcall.searchEvent({ event: "Search", picture });
    if (found.outcome !== "found") expect.fail(found.outcome);
    const [best] = found.matches;
    expect(best?.photo.files).toEqual([join(folder, "1.jpg")]);
    expect(best?.face.box).toEqual(found.query.box);
    expect(best?.similarity).toBeCloseTo(1, 3);
    expect(best?.distance).toBeLessThan(0.05);
    const confidences = found.matches.map(({ confidence }) => confidence);
    expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
    expect(Math.min(...confidences)).toBeGreaterThanOrEqual(0.7);
    expect((await rollcall.insights("Search")).retrievalMs?.count).toBe(1);
    const none = { event: "Search", picture, faceIndex: found.query.facesInPicture };
    await expect(rollcall.searchEvent(none)).rejects.toMatchObject({ code: "FACE_INDEX_INVALID" });
    await expect(rollcall.searchEvent({ ...none, event: "Nowhere" })).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
  });

  it("does not find people of another party, and says that a picture without a face proves nothing", async () => {
    const folder = await party(1);
    await rollcall.indexFolders({ event: "Strangers", folders: [folder] });
    const stranger = await rollcall.searchEvent({ event: "Strangers", picture: join(samples, "sample6.jpg") });
    expect(stranger.outcome).toBe("not-found");
    const listed = await rollcall.searchEvent({
      event: "Strangers",
      picture: join(samples, "sample6.jpg"),
      least: 0.0001,
    });
    if (listed.outcome !== "not-found") expect.fail(listed.outcome);
    expect(listed.candidates.length).toBeGreaterThan(0);
    const grey = { width: 320, height: 240, channels: 3, background: "grey" } as const;
    const picture = await sharp({ create: grey }).png().toBuffer();
    const blank = await rollcall.searchEvent({ event: "Strangers", picture });
    expect(blank).toMatchObject({ outcome: "not-enough-evidence", candidates: [] });
    expect(blank).not.toHaveProperty("query");
  });

  it("keeps names when faces are found again by another model, which it cannot compare before", async () => {
    const folder = await party(1, 4);
    const request = { event: "Names", folders: [folder] };
    await rollcall.indexFolders(request);
    const [person] = await rollcall.listPeople("Names");
    const named = await rollcall.namePerson({ event: "Names", person: person?.id ?? "", name: "Zoë" });
    const other = await openRollcall({ dataDir, engine: { ...engine, embedder: "dlib" }, env: {} });
    try {
      const before = await other.searchEvent({ event: "Names", picture: join(folder, "1.jpg") });
      expect(before.outcome).toBe("not-enough-evidence");
      expect(await other.indexFolders(request)).toMatchObject({ processed: 2, failed: [] });
      const after = (await other.listPeople("Names")).find(({ name }) => name === "Zoë");
      expect([after?.id, after?.cover.file]).toEqual([named.id, named.cover.file]);
    } finally {
      await other.close();
    }
  });

  it("goes on with the models that were asked for the event once, whoever comes next", async () => {
    const folder = await party(1, 3);
    const request = { event: "Asked", folders: [folder] };
    const asked = await openRollcall({ dataDir, engine: { ...engine, embedder: "dlib" }, env: {} });
    expect(await asked.indexFolders(request)).toMatchObject({ processed: 2 });
    await asked.close();
    const next = await openRollcall({ dataDir, env: { ROLLCALL_EMBEDDER: "mobilefacenet" } });
    try {
      expect(await next.indexFolders(request)).toMatchObject({ processed: 0 });
      const { outcome } = await next.searchEvent({ event: "Asked", picture: join(folder, "1.jpg") });
      expect(outcome).toBe("found");
    } finally {
      await next.close();
    }
  });
});

it("says that the data folder was deleted while folders were indexed, instead of that all is done", async () => {
  const dataDir = await temporaryFolder();
  const rollcall = await openRollcall({ dataDir, engine, env: {} });
  const onProgress = () => rmSync(dataDir, { recursive: true, force: true });
  const indexing = rollcall.indexFolders({ event: "Party", folders: [await temporaryFolder()], onProgress });
  await expect(indexing).rejects.toMatchObject({
    code: "DATA_FOLDER_UNUSABLE",
    message: expect.stringContaining(dataDir),
  });
  await rollcall.close();
}, 60_000);

describe("indexing with a model that does not exist", () => {
  const nosuch = { embedder: "nosuch" } as const;

  it("leaves no empty event behind", async () => {
    const dataDir = await temporaryFolder();
    const rollcall = await openRollcall({ dataDir, engine: nosuch, env: {} });
    const folders = [await temporaryFolder()];
    await expect(rollcall.indexFolders({ event: "Party", folders })).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
    expect(await rollcall.listEvents()).toEqual([]);
    await rollcall.close();
  });

  it("leaves an event the models it has", async () => {
    const dataDir = await temporaryFolder();
    const models = JSON.stringify({ embedder: "dlib", preset: "fast" });
    const modelsOfEvents = (sql: string) => {
      const database = new Database(join(dataDir, "rollcall.db"));
      const rows = database.prepare(sql).all();
      database.close();
      return rows;
    };
    const folders = [await temporaryFolder()];
    const rollcall = await openRollcall({ dataDir, engine: { embedder: "dlib" }, env: {} });
    await rollcall.indexFolders({ event: "Party", folders });
    await rollcall.close();
    modelsOfEvents(`update events set models = '${models}' returning id`);
    const other = await openRollcall({ dataDir, engine: nosuch, env: {} });
    await expect(other.indexFolders({ event: "Party", folders })).rejects.toMatchObject({ code: "MODEL_UNKNOWN" });
    await other.close();
    expect(modelsOfEvents("select models from events")).toEqual([{ models }]);
  });
});

describe("the key of a data folder", () => {
  it("is made once, and the database opens with no other", async () => {
    const dataDir = join(await temporaryFolder(), "data");
    await (await openRollcall({ dataDir, env: {} })).close();
    await (await openRollcall({ dataDir, env: {} })).close();
    const file = join(dataDir, "rollcall.key");
    const other = { ROLLCALL_KEY: "3f1c9a5577d0e2b84c06f9a1d35be8270b6e4d92c7f8135aa0917ce34482bd6f" };
    await expect(openRollcall({ dataDir, env: other })).rejects.toMatchObject({ code: "KEY_WRONG" });
    await expect(openRollcall({ dataDir, env: { ROLLCALL_KEY: "x" } })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
    chmodSync(file, 0o644);
    await expect(openRollcall({ dataDir, env: {} })).rejects.toMatchObject({ code: "KEY_EXPOSED" });
    renameSync(file, `${file}.away`);
    await expect(openRollcall({ dataDir, env: {} })).rejects.toMatchObject({ code: "KEY_MISSING" });
    await expect(openRollcall({ dataDir, env: other })).rejects.toMatchObject({ code: "KEY_WRONG" });
  });

  it("is not asked for when the file is no database", async () => {
    const dataDir = await temporaryFolder();
    writeFileSync(join(dataDir, "rollcall.db"), "not a database, but long enough to look like one".repeat(100));
    await expect(openRollcall({ dataDir, env: {} })).rejects.toMatchObject({ code: "DATABASE_CORRUPT" });
  });
});
