import { createReadStream, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBackend } from "../src/compose.ts";
import {
  ignoreFaces,
  ignorePerson,
  mergePeople,
  moveFaces,
  renamePerson,
  splitPerson,
  undoAction,
} from "../src/domain/decide.ts";
import { erasePerson } from "../src/domain/erase-person.ts";
import { acceptUpload } from "../src/domain/photos.ts";
import type { Stores } from "../src/domain/ports.ts";
import {
  adapters,
  claim,
  direction,
  eventWith,
  face,
  facesOf,
  found,
  type StoresUnderTest,
} from "./contract/fixtures.ts";
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

describe.each(adapters)("an erased person in $name", ({ open }) => {
  let under: StoresUnderTest;
  let stores: Stores;
  let event: string;
  let pictures: string[];

  beforeEach(async () => {
    under = await open();
    stores = under.stores;
    pictures = [];
  });

  afterEach(() => under.close());

  /** Everybody is in so many photos, alone, under the ids given. */
  const photograph = async (people: Readonly<Record<string, number>>) => {
    const owners = Object.entries(people).flatMap(([id, count]) => Array.from({ length: count }, () => id));
    const one = face([0, 0, 100, 100]);
    event = await eventWith(stores, Object.fromEntries(owners.map((id, i) => [`/${id}-${i}.jpg`, [one]])));
    const state = await facesOf(stores, event);
    const photos = await stores.photos.get(event, [...state.photoIds]);
    const ownerOf = new Map(photos.map(({ id, files }) => [id, /\/(.*)-/u.exec(files[0] ?? "")?.[1] ?? null]));
    const personIn = (i: number) => ownerOf.get(state.photoIds[i] ?? "") ?? null;
    const assignments = state.ids.map((faceId, i) => ({ faceId, personId: personIn(i) }));
    await stores.faces.assign(event, { state, grouping: "g" }, assignments);
  };

  /** Looks at all photos again with other models, so that every face has another id. */
  const lookAgain = async () => {
    await stores.photos.requeue(event, { notOf: "none", failedWith: [] });
    const { pending } = await stores.photos.unfinished(event);
    const again = found([face([5, 0, 105, 100])], "another");
    for (let i = 0; i < pending; i++) await stores.photos.complete(await claim(stores, event), again);
  };

  const idsOf = async (personId: string) => (await stores.faces.ofPerson(event, personId)).map(({ id }) => id);
  const blobs = { delete: async (key: string) => void pictures.push(key) };
  const erase = (personId: string) => erasePerson({ stores, blobs }, event, personId);
  const facesLeft = async () => (await stores.faces.counts(event)).faces;
  const tells = (text: string) => Buffer.concat(under.files.map((path) => readFileSync(path))).includes(text);

  it("leaves no face of theirs that was ignored, and none comes back by undo", async () => {
    await photograph({ a: 3, b: 2 });
    await renamePerson(stores, event, "a", "Ann");
    const [shown, ignored = ""] = await idsOf("a");
    const { actionId } = await ignoreFaces(stores, event, [ignored, ...(await idsOf("b"))]);
    expect(await erase("a")).toMatchObject({ faces: 3, photos: 3 });
    expect(await facesLeft()).toBe(2);
    expect(await stores.faces.get(event, [ignored])).toEqual([]);
    expect(pictures).toEqual(expect.arrayContaining([shown, ignored].map((id) => expect.stringContaining(id ?? ""))));
    await undoAction(stores, event, actionId);
    expect(await stores.people.list(event)).toMatchObject([{ id: "b", faces: 2 }]);
  });

  it("may be ignored as a whole, together with others and with other ids since", async () => {
    await photograph({ a: 2, b: 2, c: 1 });
    await renamePerson(stores, event, "a", "Ann Secret");
    await ignoreFaces(stores, event, [...(await idsOf("b")), ...(await idsOf("a"))]);
    await lookAgain();
    expect(await erase("a")).toMatchObject({ faces: 2 });
    expect(await facesLeft()).toBe(3);
    expect(tells("Ann Secret")).toBe(false);
    expect(await erase("b")).toMatchObject({ faces: 2 });
    expect(await idsOf("c")).toHaveLength(1);
    await expect(erase("b")).rejects.toMatchObject({ code: "PERSON_UNKNOWN" });
  });

  it("does not take along who was split from them and ignored", async () => {
    await photograph({ a: 3 });
    const [stranger = ""] = await idsOf("a");
    const { personId = "" } = await splitPerson(stores, event, "a", [stranger]);
    await ignorePerson(stores, event, personId);
    expect(await erase("a")).toMatchObject({ faces: 2 });
    expect(await stores.faces.get(event, [stranger])).toMatchObject([{ personId: null }]);
  });

  describe.each([
    ["as they were", async () => undefined],
    ["looked at again", lookAgain],
  ])("with photos %s", (_, meanwhile) => {
    it("leaves no name they had before they were merged into somebody by mistake, and split from them", async () => {
      await photograph({ a: 3, b: 2 });
      const theirs = await idsOf("a");
      await renamePerson(stores, event, "a", "Ann Secret");
      await renamePerson(stores, event, "b", "Bob");
      await ignoreFaces(stores, event, theirs.slice(2));
      const merged = await mergePeople(stores, event, { into: "b", from: ["a"] });
      const { personId = "" } = await splitPerson(stores, event, "b", theirs.slice(0, 2));
      await meanwhile();
      expect(await erase(personId)).toMatchObject({ faces: 3 });
      expect(tells("Ann Secret")).toBe(false);
      await undoAction(stores, event, merged.actionId);
      expect(await stores.people.names(event)).toEqual(new Map([["b", "Bob"]]));
      const names = (await stores.people.actions(event)).flatMap((action) => action.names);
      expect(names).toEqual([{ personId: "b", before: null, after: "Bob" }]);
    });
  });

  it("leaves no name of theirs in what is told of somebody who got it by mistake", async () => {
    await photograph({ a: 2, b: 2 });
    const theirs = await idsOf("a");
    await renamePerson(stores, event, "a", "Ann Secret");
    await mergePeople(stores, event, { into: "b", from: ["a"] });
    const { personId = "" } = await splitPerson(stores, event, "b", theirs);
    await renamePerson(stores, event, "b", "Bob");
    await erase(personId);
    expect(tells("Ann Secret")).toBe(false);
    expect(await stores.people.names(event)).toEqual(new Map([["b", "Bob"]]));
  });

  it("leaves no name whose faces were all moved to them", async () => {
    await photograph({ a: 2, b: 2 });
    await renamePerson(stores, event, "a", "Ann Secret");
    await moveFaces(stores, event, { faceIds: await idsOf("a"), to: "b" });
    await erase("b");
    expect(tells("Ann Secret")).toBe(false);
  });

  it("does not take the name of somebody who lost a face to them, and whose other photos are away", async () => {
    await photograph({ a: 2, b: 2 });
    const [kept, lost] = await stores.faces.ofPerson(event, "a");
    if (!(kept && lost)) throw new Error("there are not two faces");
    await renamePerson(stores, event, "a", "Ann");
    await moveFaces(stores, event, { faceIds: [lost.id], to: "b" });
    await stores.photos.delete(event, [kept.photoId]);
    await erase("b");
    expect(await stores.people.names(event)).toEqual(new Map([["a", "Ann"]]));
  });
});
