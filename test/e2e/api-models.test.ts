import { copyFile, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, organiserOf, settled } from "./api-server.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";
import { killServer, type Serving, serveCli } from "./serve-cli.ts";

/** Photos that are uploaded; one more is indexed where it is, on a disk that can be taken away. */
const uploaded = 5;

describe("other models", { timeout: 120_000 }, () => {
  const dataDir = temporaryFolder();
  const disk = join(temporaryFolder(), "disk");
  const cupboard = `${disk}-in-the-cupboard`;
  let serving: Serving;
  let organiser: Client;
  let selfie: File;
  let stranger: string;
  let event: string;
  let eventId: string;

  const restart = async () => {
    const { cookies } = organiser;
    await killServer(serving);
    serving = await serveCli(dataDir);
    organiser = new Client(serving.url);
    for (const [name, value] of cookies) organiser.cookies.set(name, value);
  };

  beforeAll(async () => {
    const samples = await sampleFolder();
    await mkdir(disk);
    await copyFile(join(samples, "sample6.jpg"), join(disk, "sample6.jpg"));
    const crop = { left: 950, top: 100, width: 450, height: 520 };
    const bytes = await sharp(join(samples, "sample3.jpg")).extract(crop).jpeg().toBuffer();
    selfie = new File([new Uint8Array(bytes)], "selfie.jpg");
    serving = await serveCli(dataDir);
    organiser = await organiserOf(serving);
    eventId = (await organiser.json("POST", "/api/events", { name: "Party" })).body.id;
    event = `/api/events/${eventId}`;
    const numbers = Array.from({ length: uploaded }, (_, i) => i + 1);
    await organiser.upload(
      `${event}/photos`,
      numbers.map((number) => join(samples, `sample${number}.jpg`)),
    );
    await settled(organiser, eventId);
    const { code, stderr } = await runCli(["index", disk, "--event", "Party", "--preset", "fast"], { dataDir });
    expect([code, stderr]).toEqual([0, expect.anything()]);
    await settled(organiser, eventId);
  }, 180_000);

  afterAll(() => killServer(serving));

  const settings = async () => await organiser.get("/api/settings");

  /** Without how long it took. */
  const search = async () => {
    const { retrievalMs: _, ...answer } = (await organiser.upload(`${event}/searches`, [selfie])).body;
    return answer;
  };

  const people = async () => (await organiser.get(`${event}/people?limit=100`)).people;

  /** Photos by the person that has the name. */
  const photosOf = async (name: string) => {
    const person = (await people()).find((one: { name: string | null }) => one.name === name);
    const { faces } = await organiser.get(`${event}/people/${person.id}/faces`);
    return faces.map(({ photoId }: { photoId: string }) => photoId).sort();
  };

  const until = async (what: string, holds: (now: Awaited<ReturnType<typeof settings>>["models"]) => boolean) => {
    for (let tries = 0; tries < 400; tries++) {
      const { models } = await settings();
      if (holds(models)) return models;
      await sleep(200);
    }
    throw new Error(`never came: ${what}: ${JSON.stringify((await settings()).models)}`);
  };

  const choose = (embedder: string, preset = "fast") =>
    organiser.json("PUT", "/api/settings/models", { embedder, preset });

  it("are offered with licence and size, and refused when nothing can be told from them", async () => {
    const { models } = await settings();
    expect(models.chosen).toEqual({ embedder: "mobilefacenet", preset: "fast" });
    expect(models.pipelineId).toMatch(/^mtcnn-\w+\+mobilefacenet-/u);
    const called = (wanted: string) => models.embedders.find(({ name }: { name: string }) => name === wanted);
    const dlib = called("dlib");
    expect(dlib).toMatchObject({ confidence: "measured", imported: false, dimension: 128 });
    expect([called("facenet").confidence, called("sface").confidence]).toEqual(["estimated", null]);
    expect([dlib.licence, dlib.bytes > 1e6]).toEqual([expect.stringContaining("CC0"), true]);
    expect((await choose("sface")).body.code).toBe("CALIBRATION_MISSING");
    expect((await choose("dlib", "quick")).status).toBe(400);
    expect((await settings()).models.chosen.embedder).toBe("mobilefacenet");
  });

  it("wait for every photo while all goes on with the old ones, and can be given up", async () => {
    const before = await search();
    expect(before.outcome).toBe("found");
    await rename(disk, cupboard);
    expect((await choose("dlib")).status).toBe(204);
    const { reindexes, stalled } = await until("a photo that is missing", (now) => now.stalled !== null);
    expect(reindexes).toMatchObject([{ eventId, eventName: "Party", done: uploaded, total: uploaded + 1 }]);
    expect(stalled.code).toBe("FILE_MISSING");
    expect(await search()).toEqual(before);
    expect((await organiser.json("DELETE", "/api/settings/reindexes")).status).toBe(204);
    const { models, events } = await settings();
    expect([models.chosen.embedder, models.reindexes, models.stalled]).toEqual(["mobilefacenet", [], null]);
    expect(events[0].models.embedder).toBe("mobilefacenet");
    expect(await search()).toEqual(before);
    await restart();
    expect((await settings()).models.reindexes).toEqual([]);
    expect(await search()).toEqual(before);
  });

  it("go on where a killed server was, then take over with names, corrections and erasures", async () => {
    const [first, ...others] = await people();
    await organiser.json("PATCH", `${event}/people/${first.id}`, { name: "Grace" });
    const [second, third] = others;
    await organiser.json("POST", `${event}/people/merge`, { into: second.id, from: [third.id] });
    await organiser.json("PATCH", `${event}/people/${second.id}`, { name: "Two in one" });
    await settled(organiser, eventId);
    const ofTwo = await photosOf("Two in one");
    const before = await search();

    await choose("dlib");
    await until("all but the missing photo", (now) => now.reindexes[0]?.done === uploaded);
    await restart();
    expect((await settings()).models.reindexes).toMatchObject([{ done: uploaded, total: uploaded + 1 }]);
    expect(await search()).toEqual(before);

    // Erased in the middle: found again already, and not to come back.
    stranger = (await people()).at(-1).id;
    const facesBefore = (await organiser.get(event)).faces;
    const { body: erased } = await organiser.json("DELETE", `${event}/people/${stranger}`);
    const left = facesBefore - erased.faces;

    // Renaming the folder leaves the file as it was indexed.
    await rename(cupboard, disk);
    await until("the switch", (now) => now.reindexes.length === 0);
    await settled(organiser, eventId);
    const after = await search();
    expect(after.outcome).toBe("found");
    const names = (answer: typeof after) =>
      answer.matches.map((match: { photo: { name: string } }) => match.photo.name);
    // The new model may be less sure of a photo, but not of other photos.
    expect(names(before)).toEqual(expect.arrayContaining(names(after)));
    expect(names(after).length).toBeGreaterThan(1);
    expect(after.matches[0].similarity).not.toBe(before.matches[0].similarity);
    expect((await settings()).models.pipelineId).toMatch(/\+dlib-/u);
    expect((await settings()).events[0].models.embedder).toBe("dlib");
    // A name was given to the best face, a merge is about all faces; whom others resemble is for the new model to say.
    expect(await photosOf("Grace")).toContain(first.cover.photoId);
    expect(await photosOf("Two in one")).toEqual(expect.arrayContaining(ofTwo));
    expect((await organiser.get(event)).faces).toBe(left);
  }, 240_000);

  it("look more thoroughly when told so, and searches never find nothing meanwhile", async () => {
    await choose("dlib", "balanced");
    const outcomes = new Set<string>();
    for (let under = true; under; ) {
      outcomes.add((await search()).outcome);
      under = (await settings()).models.reindexes.length > 0;
    }
    expect([...outcomes]).toEqual(["found"]);
    expect((await settings()).events[0].models).toEqual({ embedder: "dlib", preset: "balanced" });
    expect((await settled(organiser, eventId)).faces).toBeGreaterThan(0);
    expect((await photosOf("Grace")).length).toBeGreaterThan(0);
  }, 240_000);
});
