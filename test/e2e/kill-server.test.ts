import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, organiserOf, settled } from "./api-server.ts";
import { type RunningCli, temporaryFolder } from "./run-cli.ts";
import { killServer, type Serving, serveCli } from "./serve-cli.ts";
import { seeded, smallPhotos } from "./small-photos.ts";

const photos = 24;

/** In each a worker is killed, where one has started by then, and then the server: more than 50 ends in all. */
const lives = 30;

/** By turns: long enough to accept photos, and to start the engine and look at a few, on a busy machine too. */
const longestLivesMs = [600, 1_600];

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

  const serve = async (dataDir: string): Promise<Serving> => {
    const serving = await serveCli(dataDir);
    running.add(serving);
    return serving;
  };

  const kill = async (serving: Serving) => {
    await killServer(serving);
    running.delete(serving);
  };

  /** Uploads one photo; false when the connection broke. */
  const upload = async (client: Client, event: string, file: string, acknowledged: Map<string, string>) => {
    try {
      const { status, body } = await client.upload(`${event}/photos`, [file]);
      if (status === 200) acknowledged.set(file, body.results[0].photoId);
      else if (status < 500) throw new Error(`${status} ${JSON.stringify(body)}`);
      return true;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  };

  /** First what was not acknowledged yet, then all of them over and over, so that every end is in the middle of an upload. */
  const uploadUntilItBreaks = async (
    client: Client,
    event: string,
    some: readonly string[],
    acknowledged: Map<string, string>,
  ) => {
    const first = some.filter((file) => !acknowledged.has(file));
    for (let next = [...first, ...some]; ; next = [...some]) {
      for (const file of next) if (!(await upload(client, event, file, acknowledged))) return;
    }
  };

  const uploadTheRest = async (client: Client, event: string, acknowledged: Map<string, string>) => {
    for (const file of files) if (!acknowledged.has(file)) await upload(client, event, file, acknowledged);
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
    let serving = await serve(dataDir);
    let client = await organiserOf(serving);
    const id = await newEvent(client);
    const event = `/api/events/${id}`;
    const acknowledged = new Map<string, string>();
    for (let i = 0; i < lives; i++) {
      // A few more each time, so that all of the lives have something new to take in and to look at.
      const some = files.slice(0, Math.ceil((photos * (i + 1)) / lives));
      const uploading = uploadUntilItBreaks(client, event, some, acknowledged);
      const longestMs = longestLivesMs[i % longestLivesMs.length] ?? 0;
      await sleep(random() * longestMs);
      killAWorker(serving);
      await sleep((random() * longestMs) / 2);
      await kill(serving);
      await uploading;
      const { cookies } = client;
      serving = await serve(dataDir);
      client = new Client(serving.url);
      for (const [name, value] of cookies) client.cookies.set(name, value);
      const { photos: listed } = await client.get(`${event}/photos?limit=500`);
      const ids = listed.map((photo: { id: string }) => photo.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining([...acknowledged.values()]));
    }
    await uploadTheRest(client, event, acknowledged);
    expect(acknowledged.size).toBe(photos);
    await client.json("POST", `${event}/photos/retry`, {});
    expect(await settled(client, id, 120_000)).toMatchObject({ done: photos, failed: 0 });
    const disturbed = await groups(client, event);
    await kill(serving);

    const calm = await serve(temporaryFolder());
    const other = await organiserOf(calm);
    const otherId = await newEvent(other);
    await uploadTheRest(other, `/api/events/${otherId}`, new Map());
    await settled(other, otherId, 120_000);
    expect(disturbed).toEqual(await groups(other, `/api/events/${otherId}`));
    await kill(calm);
  }, 600_000);
});

/** One of the processes that the server started; only where the system lists them. */
function killAWorker({ child }: RunningCli): void {
  try {
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ");
    const pid = Number(children[0]);
    if (pid > 0) process.kill(pid, "SIGKILL");
  } catch {
    // It has none at the moment, or the system has no such list.
  }
}
