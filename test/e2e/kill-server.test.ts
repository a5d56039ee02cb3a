import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, organiserOf, settled } from "./api-server.ts";
import { killServer, type Serving, serve } from "./cli-server.ts";
import { temporaryFolder } from "./run-cli.ts";
import { seeded, smallPhotos } from "./small-photos.ts";

const photos = 24;

/** Of the server; a worker is killed in between every other time. */
const kills = 20;

/** Long enough for the server to start, accept some photos and look at a few, on a busy machine too. */
const longestLifeMs = 3_000;

describe("the server, killed at random moments while photos come in", () => {
  let folder: string;
  let files: readonly string[];
  const running = new Set<Serving>();

  beforeAll(async () => {
    folder = await smallPhotos(photos);
    files = readdirSync(folder)
      .filter((name) => name.endsWith(".jpg"))
      .map((name) => join(folder, name));
  }, 120_000);

  afterAll(() => {
    for (const { child } of running) child.kill("SIGKILL");
  });

  const start = async (dataDir: string) => {
    const serving = await serve(dataDir);
    running.add(serving);
    return serving;
  };

  const kill = async (serving: Serving) => {
    await killServer(serving);
    running.delete(serving);
  };

  /** Uploads what was not acknowledged yet, until the connection breaks. */
  const uploadUntilItBreaks = async (client: Client, event: string, acknowledged: Map<string, string>) => {
    for (const file of files) {
      if (acknowledged.has(file)) continue;
      try {
        const { status, body } = await client.upload(`${event}/photos`, [file]);
        if (status === 200) acknowledged.set(file, body.results[0].photoId);
        else if (status < 500) throw new Error(`${status} ${JSON.stringify(body)}`);
      } catch (error) {
        if (error instanceof TypeError) return;
        throw error;
      }
    }
  };

  /** Faces by person, without the ids of people: which face was seen first makes them. */
  const groups = async (client: Client, event: string): Promise<string[]> => {
    const { people } = await client.get(`${event}/people?limit=500`);
    const facesOf = async ({ id }: { id: string }) =>
      (await client.get(`${event}/people/${id}/faces`)).faces.map((face: { id: string }) => face.id).sort();
    return (await Promise.all(people.map(facesOf))).map((faces) => faces.join(" ")).sort();
  };

  const newEvent = async (client: Client) => (await client.json("POST", "/api/events", { name: "Party" })).body.id;

  it("has every acknowledged photo once, and the people of an undisturbed run", async () => {
    const random = seeded(20261124);
    const dataDir = temporaryFolder();
    let serving = await start(dataDir);
    let client = await organiserOf({ ...serving, setupUrl: serving.setupUrl, close: async () => undefined });
    const id = await newEvent(client);
    const event = `/api/events/${id}`;
    const acknowledged = new Map<string, string>();
    for (let i = 0; i < kills; i++) {
      const uploading = uploadUntilItBreaks(client, event, acknowledged);
      await sleep(random() * longestLifeMs);
      if (i % 2 === 1) killAWorker(serving);
      await kill(serving);
      await uploading;
      const { cookies } = client;
      serving = await start(dataDir);
      client = new Client(serving.url);
      for (const [name, value] of cookies) client.cookies.set(name, value);
      const { photos: listed } = await client.get(`${event}/photos?limit=500`);
      const ids = listed.map((photo: { id: string }) => photo.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining([...acknowledged.values()]));
    }
    await uploadUntilItBreaks(client, event, acknowledged);
    expect(acknowledged.size).toBe(photos);
    await client.json("POST", `${event}/photos/retry`, {});
    expect(await settled(client, id, 120_000)).toMatchObject({ done: photos, failed: 0 });
    const disturbed = await groups(client, event);
    await kill(serving);

    const calm = await start(temporaryFolder());
    const other = await organiserOf({ ...calm, setupUrl: calm.setupUrl, close: async () => undefined });
    const otherId = await newEvent(other);
    await uploadUntilItBreaks(other, `/api/events/${otherId}`, new Map());
    await settled(other, otherId, 120_000);
    expect(disturbed).toEqual(await groups(other, `/api/events/${otherId}`));
    await kill(calm);
  }, 600_000);
});

/** One of the processes that the server started; only where the system lists them. */
function killAWorker({ child }: Serving): void {
  try {
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ");
    const pid = Number(children[0]);
    if (pid > 0) process.kill(pid, "SIGKILL");
  } catch {
    // It has none at the moment, or the system has no such list.
  }
}
