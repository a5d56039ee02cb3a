import { join } from "node:path";
import { expect, it } from "vitest";
import { Client, organiserOf, settled, startApi } from "./api-server.ts";
import { sampleFolder } from "./samples.ts";

it("has events looked at again when the server is started with another embedder, and keeps their names", async () => {
  const samples = await sampleFolder();
  const first = await startApi();
  const organiser = await organiserOf(first);
  const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
  const event = `/api/events/${id}`;
  await organiser.upload(`${event}/photos`, [join(samples, "sample1.jpg"), join(samples, "sample3.jpg")]);
  await settled(organiser, id);
  const { people } = await organiser.get(`${event}/people`);
  await organiser.json("PATCH", `${event}/people/${people[0].id}`, { name: "Grace" });
  await settled(organiser, id);
  await first.close();

  const second = await startApi({
    dataDir: first.dataDir,
    engine: { preset: "fast", workers: 2, embedder: "dlib" },
  });
  const again = new Client(second.url);
  for (const [name, value] of organiser.cookies) again.cookies.set(name, value);
  // Before and after: whatever the event shows is searched with what it was found with.
  expect((await again.upload(`${event}/searches`, [join(samples, "sample1.jpg")])).body.outcome).toBe("found");
  await expect
    .poll(async () => (await again.get("/api/settings")).events[0].models.embedder, { timeout: 60_000, interval: 300 })
    .toBe("dlib");
  await settled(again, id);
  expect((await again.get("/api/settings")).models).toMatchObject({ chosen: { embedder: "dlib" }, reindexes: [] });
  const names = (await again.get(`${event}/people`)).people.map(({ name }: { name: string | null }) => name);
  expect(names).toContain("Grace");
  expect((await again.upload(`${event}/searches`, [join(samples, "sample1.jpg")])).body.outcome).toBe("found");
  expect(second.notices).toEqual([]);
  const choice = { embedder: "dlib", preset: "fast" };
  expect((await again.json("PUT", "/api/settings/models", choice)).status).toBe(204);
  await second.close();

  // What was chosen on the page goes before what a start says, which is told.
  const third = await startApi({ dataDir: first.dataDir, engine: { workers: 2, embedder: "mobilefacenet" } });
  expect(third.notices).toEqual([
    expect.stringMatching(/^ROLLCALL_EMBEDDER .* says mobilefacenet, but dlib was chosen/u),
  ]);
  await third.close();
}, 120_000);
