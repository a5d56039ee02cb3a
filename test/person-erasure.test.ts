import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openBackend } from "../src/compose.ts";
import { erasePerson } from "../src/domain/erase-person.ts";
import { acceptUpload } from "../src/domain/photos.ts";
import { claim, direction, face, facesOf, found } from "./contract/fixtures.ts";
import { sampleFolder } from "./e2e/samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("leaves no picture of the person's face, also when one is made at the same moment", async () => {
  const ignore = () => undefined;
  const backend = await openBackend({ dataDir: await temporaryFolder() }, { onFault: ignore, onErased: ignore });
  const { stores, blobs, gallery } = backend;
  const { id: event } = await stores.events.findOrCreate("Party");
  const bytes = createReadStream(join(await sampleFolder(), "sample1.jpg"));
  await acceptUpload(backend, event, { name: "1.jpg", bytes });
  const faces = [face([100, 100, 200, 200], direction(0)), face([300, 100, 400, 200], direction(1))];
  await stores.photos.complete(await claim(stores, event), found(faces));
  const state = await facesOf(stores, event);
  const assignments = state.ids.map((faceId, i) => ({ faceId, personId: `person-${i}` }));
  await stores.faces.assign(event, { state, grouping: "g" }, assignments);
  const crops = async () =>
    (await readdir(blobs.fileOf(event), { recursive: true })).filter((file) => file.includes("face-"));
  const [erased, kept] = await stores.faces.get(event, state.ids);
  if (!(erased && kept)) throw new Error("there are not two faces");
  for (const one of [erased, kept]) await gallery.face(event, one);
  expect(await crops()).toHaveLength(2);

  const made: Promise<unknown>[] = [];
  const whileErasing = {
    ...stores.people,
    erase: async (eventId: string, personId: string) => {
      made.push(gallery.face(eventId, erased));
      return await stores.people.erase(eventId, personId);
    },
  };
  await erasePerson({ stores: { ...stores, people: whileErasing }, blobs }, event, erased.personId ?? "");
  await Promise.all(made);
  expect(await crops()).toEqual([expect.stringContaining(kept.id)]);
  await backend.close();
}, 60_000);
