import { join } from "node:path";
import { expect, it } from "vitest";
import { openSqlite } from "../../src/db/sqlite/open.ts";
import { openDataFolder } from "../../src/storage/data-folder.ts";
import { Client, organiserOf, settled, startApi } from "./api-server.ts";
import { sampleFolder } from "./samples.ts";

it("groups the faces after a restart when it ended between finding and grouping them", async () => {
  const first = await startApi();
  const organiser = await organiserOf(first);
  const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
  await organiser.upload(`/api/events/${id}/photos`, [join(await sampleFolder(), "sample1.jpg")]);
  await settled(organiser, id);
  await first.close();

  const db = await openSqlite(openDataFolder(first.dataDir).database);
  await db.updateTable("events").set({ grouped_by: null, grouped_revision: null }).execute();
  await db.destroy();

  const second = await startApi({ dataDir: first.dataDir });
  const again = new Client(second.url);
  for (const [name, value] of organiser.cookies) again.cookies.set(name, value);
  expect(await settled(again, id)).toMatchObject({ done: 1, faces: 3 });
  await second.close();
}, 120_000);
