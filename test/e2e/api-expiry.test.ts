import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sql } from "kysely";
import { expect, it } from "vitest";
import { openBackend } from "../../src/compose.ts";
import { openSqlite } from "../../src/db/sqlite/open.ts";
import type { EventReceipt } from "../../src/domain/expiry.ts";
import { openDataFolder } from "../../src/storage/data-folder.ts";
import { Client, organiserOf, settled, startApi } from "./api-server.ts";
import { runCli } from "./run-cli.ts";
import { sampleFolder, selfieFile } from "./samples.ts";
import { smallPhotos } from "./small-photos.ts";

const hour = 60 * 60 * 1000;

/** An event in which everything there can be is: photos, a name, a search, a guest with matches, a logo, half an upload. */
async function fill(organiser: Client, url: string, name: string): Promise<string> {
  const samples = await sampleFolder();
  const selfie = join(samples, "sample1.jpg");
  const { id } = (await organiser.json("POST", "/api/events", { name })).body;
  const event = `/api/events/${id}`;
  await organiser.upload(`${event}/photos`, [selfie, join(samples, "sample3.jpg")]);
  await settled(organiser, id);
  const { people } = await organiser.get(`${event}/people`);
  await organiser.json("PATCH", `${event}/people/${people[0].id}`, { name: `Somebody at ${name}` });
  await organiser.upload(`${event}/searches`, [selfie]);
  await organiser.json("PATCH", event, { guestSearch: true });
  const { body } = await organiser.json("POST", `${event}/links`, { label: `Table of ${name}` });
  const guest = new Client(url);
  await guest.json("POST", "/api/guest/session", { secret: String(body.url.split("#")[1]) });
  const { consent } = await guest.get("/api/guest");
  await guest.json("POST", "/api/guest/consent", { textHash: consent.hash });
  expect((await guest.upload("/api/guest/search", [await selfieFile()])).body.outcome).toBe("found");
  const logo = new FormData();
  logo.append("file", new File([readFileSync(selfie)], "logo.jpg"));
  expect((await organiser.fetch("PUT", `${event}/branding/logo`, { body: logo })).status).toBe(200);
  const begun = await organiser.fetch("POST", `${event}/uploads`, {
    headers: { "tus-resumable": "1.0.0", "upload-length": "1000", "upload-metadata": "filename YS5qcGc=" },
  });
  expect(begun.status).toBe(201);
  await organiser.json("DELETE", `${event}/people/${people.at(-1).id}`);
  await settled(organiser, id);
  return id;
}

/** Every file in the folder, by its path in it. */
function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Rows about the event in every table that knows of events. */
async function rowsAbout(file: string, eventId: string): Promise<Record<string, number>> {
  const db = await openSqlite(file);
  const { rows: tables } = await sql<{ name: string }>`
    select m.name from sqlite_schema m join pragma_table_info(m.name) c on c.name = 'event_id' where m.type = 'table'`.execute(
    db,
  );
  const counts: Record<string, number> = {};
  for (const { name } of [...tables, { name: "events" }]) {
    const column = sql.ref(name === "events" ? "id" : "event_id");
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from ${sql.table(name)} where ${column} = ${eventId}`.execute(db);
    counts[name] = rows[0]?.n ?? 0;
  }
  for (const name of ["guests", "guest_photos"]) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(db);
    counts[name] = rows[0]?.n ?? 0;
  }
  await db.destroy();
  return counts;
}

it("erases an event when its time is over, with everything there is of it, and nothing of another one", async () => {
  const server = await startApi();
  const organiser = await organiserOf(server);
  const over = await fill(organiser, server.url, "Over");
  const other = await fill(organiser, server.url, "Other");
  const time = Date.now() + hour;
  await organiser.json("PATCH", `/api/events/${over}`, { expiresAt: new Date(time).toISOString() });
  expect((await organiser.get(`/api/events/${over}`)).expiresAt).toBe(new Date(time).toISOString());
  const { uploadedBytes, pictureBytes } = await organiser.get(`/api/events/${over}/storage`);
  expect([uploadedBytes > 0, pictureBytes > 0]).toEqual([true, true]);
  const { photos, faces, people } = await organiser.get(`/api/events/${over}`);
  await server.close();

  const { database, photos: folder } = openDataFolder(server.dataDir);
  const full = await rowsAbout(database, over);
  for (const table of ["photos", "faces", "people", "decisions", "searches", "guest_links", "consents", "erasures"]) {
    expect([table, full[table]]).not.toEqual([table, 0]);
  }
  const otherFiles = filesIn(folder).filter((file) => file.includes(other));
  const otherRows = await rowsAbout(database, other);
  const uploads = filesIn(join(folder, "unfinished")).length;

  // The same server, started when the time is over.
  const receipts: EventReceipt[] = [];
  const settings = { dataDir: server.dataDir, env: {} };
  const backend = await openBackend(settings, {
    onFault: (error) => expect.fail(String(error)),
    onErased: (receipt) => receipts.push(receipt),
  });
  const { pipelineId } = await backend.engines.ofEvent(over);
  expect((await backend.stores.faces.index(over, pipelineId)).size).toBe(faces);
  await backend.stores.events.update(over, { expiresAt: new Date(Date.now() - 1) });
  for (const sweep of backend.sweeps) sweep.start();
  for (const sweep of backend.sweeps) await sweep.stop();
  expect(receipts).toEqual([{ eventId: over, photos, faces, people, links: 1, uploadedBytes, pictureBytes }]);
  expect((await backend.stores.faces.index(over, pipelineId)).size).toBe(0);
  await backend.close();

  const left = await rowsAbout(database, over);
  const { guests: _, guest_photos: __, ...ofEvent } = left;
  expect(Object.values(ofEvent).every((rows) => rows === 0)).toBe(true);
  expect(await rowsAbout(database, other)).toEqual({
    ...otherRows,
    guests: (otherRows.guests ?? 0) - 1,
    guest_photos: otherRows.guest_photos === undefined ? 0 : left.guest_photos,
  });
  expect(left.guests).toBe(1);
  expect(filesIn(folder).filter((file) => file.includes(over))).toEqual([]);
  expect(filesIn(folder).filter((file) => file.includes(other))).toEqual(otherFiles);
  // The bytes and the description of the upload that had begun.
  expect(filesIn(join(folder, "unfinished"))).toHaveLength(uploads - 2);
  const stored = [database, `${database}-wal`].map((file) => {
    try {
      return readFileSync(file).toString("latin1");
    } catch {
      return "";
    }
  });
  for (const text of ["Somebody at Over", "Table of Over", over]) {
    expect([text, stored.some((bytes) => bytes.includes(text))]).toEqual([text, false]);
  }
  expect(stored.some((bytes) => bytes.includes("Somebody at Other"))).toBe(true);
}, 120_000);

it("erases an event from the command line, and says that uploaded photos are gone with it", async () => {
  const server = await startApi();
  const organiser = await organiserOf(server);
  await fill(organiser, server.url, "Over");
  await server.close();
  const { dataDir } = server;
  const { code, stdout } = await runCli(["forget", "Over", "--yes"], { dataDir });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("Uploaded photos are gone with it (") });
  expect(filesIn(openDataFolder(dataDir).photos)).toEqual([]);
  const photo = await selfieFile();
  await runCli(["index", dirname(photo), "--event", "In place"], { dataDir });
  const inPlace = await runCli(["forget", "In place", "--yes"], { dataDir });
  expect(inPlace.stdout).toContain("The photos themselves are where they were.");
  expect(existsSync(photo)).toBe(true);
}, 60_000);

it("erases an event while photos come in, with every file of it", async () => {
  const server = await startApi();
  const organiser = await organiserOf(server);
  const folder = await smallPhotos(24);
  const photos = readdirSync(folder)
    .filter((name) => name.endsWith(".jpg"))
    .map((name) => join(folder, name));
  for (let round = 0; round < 4; round++) {
    const { id } = (await organiser.json("POST", "/api/events", { name: "Over" })).body;
    const uploads = [photos.slice(0, 8), photos.slice(8, 16), photos.slice(16)].map((some) =>
      organiser.upload(`/api/events/${id}/photos`, some),
    );
    const photosIn = async () => (await organiser.get(`/api/events/${id}`)).photos;
    await expect.poll(photosIn, { timeout: 20_000 }).toBeGreaterThan(round);
    expect((await organiser.json("DELETE", `/api/events/${id}`)).status).toBe(200);
    await Promise.all(uploads);
    expect(filesIn(openDataFolder(server.dataDir).photos).filter((file) => file.includes(id))).toEqual([]);
  }
  await server.close();
}, 60_000);
