import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { organiserOf, settled, startApi } from "./api-server.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

it("photos that the organiser deleted stay deleted when their folder is indexed again, until they are wanted", async () => {
  const samples = await sampleFolder();
  const [folder, dataDir] = [temporaryFolder(), temporaryFolder()];
  for (const name of ["1.jpg", "2.jpg"]) await copyFile(join(samples, `sample${name}`), join(folder, name));
  await copyFile(join(folder, "1.jpg"), join(folder, "1 again.jpg"));
  const index = async (...more: readonly string[]) => {
    const { stdout } = await runCli(["index", folder, "--event", "Party", "--preset", "fast", ...more], { dataDir });
    return stdout;
  };
  const counts = async (...more: readonly string[]) => {
    const { photos, added, deletedBefore } = JSON.parse(await index("--json", ...more));
    return { photos, added, deletedBefore };
  };
  expect(await counts()).toEqual({ photos: 2, added: 3, deletedBefore: 0 });

  const server = await startApi({ dataDir });
  const organiser = await organiserOf(server);
  const [{ id: eventId }] = (await organiser.get("/api/events")).events;
  const event = `/api/events/${eventId}`;
  const remove = async () => {
    const [{ id }] = (await organiser.get(`${event}/photos?order=added`)).photos.filter(
      ({ name }: { name: string }) => name !== "2.jpg",
    );
    expect((await organiser.json("DELETE", `${event}/photos/${id}`)).status).toBe(204);
  };
  await remove();
  expect(await counts()).toEqual({ photos: 1, added: 0, deletedBefore: 1 });
  expect(await index()).toContain(
    "1 photo was deleted before and is left out (bring it back with npx rollcall index --again).",
  );
  expect(await counts("--again")).toEqual({ photos: 2, added: 2, deletedBefore: 0 });
  expect(await counts()).toEqual({ photos: 2, added: 0, deletedBefore: 0 });

  await remove();
  await organiser.upload(`${event}/photos`, [join(folder, "1.jpg")]);
  await settled(organiser, eventId);
  expect(await counts()).toEqual({ photos: 2, added: 2, deletedBefore: 0 });
  await server.close();
}, 120_000);
