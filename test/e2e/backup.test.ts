import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Client, organiserOf, settled, startApi } from "./api-server.ts";
import { documentedJson } from "./json-shape.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";
import { smallPhotos } from "./small-photos.ts";

interface Photo {
  readonly id: string;
}

// One data folder from its first photo over its loss to its return; each step builds on those before it.
describe("a data folder", { timeout: 180_000 }, () => {
  const dataDir = join(temporaryFolder(), "data");
  const folder = temporaryFolder();
  const backup = join(folder, "backup");
  const keptKey = join(folder, "kept.key");
  let signedInBefore: readonly [string, string][] = [];
  const inPlace = join(folder, "in-place");
  let selfie: string;
  let eventId: string;
  let before: unknown;

  const answer = async (...args: string[]) => {
    const { code, stdout, stderr } = await runCli([...args, "--json"], { dataDir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("rollcall:") });
    return JSON.parse(stdout);
  };

  /** Everything that has to be the same afterwards. */
  const state = async (client: Client) => {
    const { photos } = await client.get(`/api/events/${eventId}/photos?limit=500`);
    const originals = await Promise.all(
      photos.map(async ({ id }: Photo) => {
        const response = await client.fetch("GET", `/api/events/${eventId}/photos/${id}/original`);
        const hash = createHash("sha256").update(new Uint8Array(await response.arrayBuffer()));
        return [id, hash.digest("hex")];
      }),
    );
    const { retrievalMs: _, ...search } = await answer("search", selfie, "--event", "Party");
    return {
      originals,
      search,
      people: (await client.get(`/api/events/${eventId}/people?limit=500`)).people,
      indexed: await answer("people", "--event", "In place"),
    };
  };

  beforeAll(async () => {
    const samples = await sampleFolder();
    selfie = join(samples, "sample3.jpg");
    await mkdir(inPlace);
    await copyFile(join(samples, "sample5.jpg"), join(inPlace, "five.jpg"));
  });

  test("is backed up while photos come in", async () => {
    const server = await startApi({ dataDir });
    const organiser = await organiserOf(server);
    signedInBefore = [...organiser.cookies];
    const newEvent = async (name: string) => (await organiser.json("POST", "/api/events", { name })).body.id;
    eventId = await newEvent("Party");
    const samples = await sampleFolder();
    await organiser.upload(
      `/api/events/${eventId}/photos`,
      [1, 2, 3, 4].map((number) => join(samples, `sample${number}.jpg`)),
    );
    await settled(organiser, eventId);
    const { people } = await organiser.get(`/api/events/${eventId}/people`);
    await organiser.json("PATCH", `/api/events/${eventId}/people/${people[0].id}`, { name: "Ann" });
    await answer("index", inPlace, "--event", "In place", "--preset", "fast");
    before = await state(organiser);

    const later = await newEvent("Later");
    const small = await smallPhotos(20);
    const names = (await readdir(small)).filter((name) => name.endsWith(".jpg"));
    const upload = (some: readonly string[]) =>
      organiser.upload(
        `/api/events/${later}/photos`,
        some.map((name) => join(small, name)),
      );
    const { body: accepted } = await upload(names.slice(0, 5));
    const uploading = (async () => {
      for (const name of names.slice(5)) await upload([name]);
    })();
    const { code, stdout, stderr } = await runCli(["backup", "--to", backup, "--json"], { dataDir });
    await uploading;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const summary = documentedJson("backup", stdout);
    expect(summary).toMatchObject({ folder: backup, events: 3, keyIncluded: false, lost: [] });
    for (const { photoId } of accepted.results) {
      const { sha256 } = await organiser.get(`/api/events/${later}/photos/${photoId}`);
      expect(existsSync(join(backup, "photos", "blobs", later, "originals", sha256))).toBe(true);
    }
    await server.close();
    expect(await readdir(folder)).not.toContainEqual(expect.stringContaining("unfinished"));
  });

  test("is the same after its loss, with its names, its searches and every byte of its photos", async () => {
    await copyFile(join(dataDir, "rollcall.key"), keptKey);
    await rm(dataDir, { recursive: true });
    const { code, stdout } = await runCli(["restore", backup, "--key-file", keptKey, "--json"], { dataDir });
    expect(code).toBe(0);
    expect(documentedJson("restore", stdout)).toMatchObject({ dataDir, events: 3 });
    expect((await readdir(dataDir)).sort()).toEqual(["photos", "rollcall.db", "rollcall.key"]);
    const server = await startApi({ dataDir });
    const earlier = new Client(server.url);
    for (const [name, value] of signedInBefore) earlier.cookies.set(name, value);
    expect((await earlier.json("GET", "/api/events")).status).toBe(401);
    const organiser = await organiserOf(server);
    expect(await state(organiser)).toEqual(before);
    const { photos } = await organiser.get(`/api/events/${eventId}/photos`);
    const picture = `/api/events/${eventId}/photos/${photos[0].id}/thumbnail`;
    expect((await organiser.fetch("GET", picture)).status).toBe(200);
    await server.close();
  });

  const restoreTo = (target: string, ...args: string[]) =>
    runCli(["restore", ...args, "--data-dir", target, "--json"], { dataDir });

  const refusal = async (...args: string[]) => {
    const target = join(temporaryFolder(), "new");
    const { code, stdout } = await restoreTo(target, ...args);
    expect(code).toBe(1);
    expect(existsSync(target) ? await readdir(target) : []).toEqual([]);
    return JSON.parse(stdout).error;
  };

  const anOriginal = async (copy: string) => {
    const originals = join(copy, "photos", "blobs", eventId, "originals");
    return join(originals, (await readdir(originals))[0] ?? "");
  };

  test.each<[string, (copy: string) => Promise<void>]>([
    ["without its list", (copy) => rm(join(copy, "backup.json"))],
    ["with half a list", (copy) => truncate(join(copy, "backup.json"), 300)],
    ["whose list leads elsewhere", async (copy) => await changeList(copy, /photos\/blobs/u, "../photos/blobs")],
    [
      "whose list names a file twice",
      async (copy) => await changeList(copy, /(\{[^{}]*rollcall\.db[^{}]*\})/u, "$1,$1"),
    ],
    ["with half a photo", async (copy) => await truncate(await anOriginal(copy), 1000)],
    ["without a photo", async (copy) => await rm(await anOriginal(copy))],
    ["with another photo", async (copy) => await changeByte(await anOriginal(copy))],
    ["with half a database", (copy) => truncate(join(copy, "rollcall.db"), 4096)],
    ["with a changed database", (copy) => changeByte(join(copy, "rollcall.db"))],
  ])("is not made from a backup %s", async (_, damage) => {
    const copy = join(temporaryFolder(), "backup");
    await cp(backup, copy, { recursive: true });
    await damage(copy);
    expect(await refusal(copy, "--key-file", keptKey)).toMatchObject({ code: "BACKUP_INVALID" });
  });

  test("is not made without the key, or with another one", async () => {
    expect(await refusal(backup)).toMatchObject({
      code: "KEY_MISSING",
      message: expect.stringContaining("--key-file"),
    });
    const other = join(folder, "other.key");
    await writeFile(other, createHash("sha256").update("another").digest("base64"));
    await chmod(other, 0o600);
    expect(await refusal(backup, "--key-file", other)).toMatchObject({ code: "KEY_WRONG" });
  });

  test("is not made over another one", async () => {
    const { code, stdout } = await restoreTo(dataDir, backup, "--key-file", keptKey);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error.code).toBe("FOLDER_NOT_EMPTY");
  });

  test("is backed up and made from a backup again after both were killed before, which leaves nothing", async () => {
    const place = temporaryFolder();
    const [target, copy] = [join(place, "data"), join(place, "backup")];
    const dead = `${spawnSync(process.execPath, ["--version"]).pid}.0badcafe`;
    const ended = [join(target, `unfinished-restore.${dead}`), `${copy}.unfinished-${dead}`];
    for (const path of [...ended, join(target, "photos")]) {
      await mkdir(path, { recursive: true });
      await writeFile(join(path, "half"), "a photo");
    }
    await copyFile(keptKey, join(target, "rollcall.key"));
    expect((await restoreTo(target, backup, "--key-file", keptKey)).code).toBe(0);
    expect((await readdir(target)).sort()).toEqual(["photos", "rollcall.db", "rollcall.key"]);
    expect(existsSync(join(target, "photos", "half"))).toBe(false);
    await answer("backup", "--to", copy);
    expect((await readdir(place)).sort()).toEqual(["backup", "data"]);
  });

  test("has the key in its backup when that was asked for", async () => {
    const [withKey, target] = [join(folder, "with-key"), join(folder, "from-with-key")];
    expect(await answer("backup", "--to", withKey, "--with-key")).toMatchObject({ keyIncluded: true });
    expect((await restoreTo(target, withKey)).code).toBe(0);
    expect(await readFile(join(target, "rollcall.key"), "utf8")).toBe(await readFile(keptKey, "utf8"));
  });

  test("is backed up without the photos it has lost, which are named", async () => {
    const original = await anOriginal(dataDir);
    await rm(original);
    const { code, stdout } = await runCli(["backup", "--to", join(folder, "less"), "--json"], { dataDir });
    expect(code).toBe(3);
    expect(documentedJson("backup", stdout)).toMatchObject({ lost: [{ eventId, sha256: original.slice(-64) }] });
    expect((await restoreTo(join(folder, "from-less"), join(folder, "less"), "--key-file", keptKey)).code).toBe(0);
  });

  test("is backed up only to a folder of its own, and only where there is one", async () => {
    const taken = await runCli(["backup", "--to", backup, "--json"], { dataDir });
    expect(JSON.parse(taken.stdout).error.code).toBe("FOLDER_NOT_EMPTY");
    const nowhere = join(temporaryFolder(), "nowhere");
    const nothing = await runCli(["backup", "--to", join(folder, "x"), "--json"], { dataDir: nowhere });
    expect(JSON.parse(nothing.stdout).error.code).toBe("DATA_FOLDER_UNUSABLE");
    expect(existsSync(nowhere)).toBe(false);
  });
});

async function changeList(copy: string, from: RegExp, to: string): Promise<void> {
  const list = join(copy, "backup.json");
  await writeFile(list, (await readFile(list, "utf8")).replace(from, to));
}

async function changeByte(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[500] = (bytes[500] ?? 0) ^ 1;
  await writeFile(file, bytes);
}
