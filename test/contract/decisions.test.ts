import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mergePeople, renamePerson, undoAction } from "../../src/domain/decide.ts";
import { runGroupingJob } from "../../src/domain/group-faces.ts";
import { groupEvent } from "../../src/domain/grouping.ts";
import type { Stores } from "../../src/domain/ports.ts";
import type { PixelBox } from "../../src/face/geometry.ts";
import { adapters, claim, eventWith, face, facesOf, found, pipeline, type StoresUnderTest } from "./fixtures.ts";

const box: PixelBox = [0, 0, 100, 100];

/** Vectors of people who resemble each other not at all. */
function apart(i: number): Float32Array {
  return Float32Array.from({ length: 8 }, (_, k) => (k === i ? 1 : 0));
}

describe.each(adapters)("what humans decide in $name", ({ open }) => {
  let under: StoresUnderTest;
  let stores: Stores;

  beforeEach(async () => {
    under = await open();
    stores = under.stores;
  });

  afterEach(() => under.close());

  /** An event in which everybody is in so many photos, under the ids given. */
  const eventOf = async (people: Readonly<Record<string, number>>, name = "Party") => {
    const photos = Object.entries(people).flatMap(([id, count], i) =>
      Array.from({ length: count }, (_, k) => [`/${id}-${k}.jpg`, [face(box, apart(i))]] as const),
    );
    const event = await eventWith(stores, Object.fromEntries(photos), name);
    const state = await facesOf(stores, event);
    const files = await stores.photos.get(event, [...state.photoIds]);
    const ownerOf = new Map(files.map((photo) => [photo.id, /\/(.*)-/u.exec(photo.files[0] ?? "")?.[1] ?? null]));
    const assignments = state.ids.map((faceId, i) => ({
      faceId,
      personId: ownerOf.get(state.photoIds[i] ?? "") ?? null,
    }));
    await stores.faces.assign(event, { state, grouping: "g" }, assignments);
    return event;
  };

  const regroup = (event: string) =>
    groupEvent(stores, async (job) => runGroupingJob(job), event, { pipelineId: pipeline, embedder: "mobilefacenet" });

  const sizes = async (event: string) =>
    Object.fromEntries((await stores.people.list(event)).map(({ id, faces }) => [id, faces]));

  /** A guest of the event who was found by the faces. */
  const guestOf = async (event: string, faceIds: readonly string[]) => {
    const link = { id: `link-${event}`, eventId: event, label: "Guests", secretHash: event, pinHash: null };
    await under.guests.createLink({ ...link, expiresAt: null });
    const [id, expiresAt] = [`guest-${event}`, new Date(Date.now() + 60_000)];
    await under.guests.createGuest({ id, tokenHash: id, linkId: link.id, expiresAt });
    const faces = await stores.faces.get(event, faceIds);
    await under.guests.addMatches(
      id,
      faces.map((one) => ({ photoId: one.photoId, faceId: one.id, confidence: 0.9 })),
    );
    return id;
  };

  it("is stored once for a face, however many people are merged into its person", async () => {
    const others = ["b", "c", "d", "e", "f"];
    const event = await eventOf({ a: 20, ...Object.fromEntries(others.map((id) => [id, 1])) });
    for (const id of others) await mergePeople(stores, event, { into: "a", from: [id] });
    expect(await sizes(event)).toEqual({ a: 25 });
    expect(await stores.people.decisions(event)).toHaveLength(25);
  });

  it("is taken back for those it was about alone, when others were merged into the same person since", async () => {
    const event = await eventOf({ a: 2, b: 2, c: 2 });
    const first = await mergePeople(stores, event, { into: "a", from: ["b"] });
    const second = await mergePeople(stores, event, { into: "a", from: ["c"] });
    await undoAction(stores, event, first.actionId);
    expect(await sizes(event)).toEqual({ a: 4, b: 2 });
    await regroup(event);
    expect(await sizes(event)).toEqual({ a: 4, b: 2 });
    await undoAction(stores, event, second.actionId);
    await regroup(event);
    expect(await sizes(event)).toEqual({ a: 2, b: 2, c: 2 });
    expect(await stores.people.decisions(event)).toEqual([]);
  });

  it("is refused when the faces went to somebody else, or away, since they were looked at", async () => {
    const event = await eventOf({ a: 1, b: 1, c: 1 });
    const before = await stores.faces.ofPerson(event, "a");
    const late = { ...stores, faces: { ...stores.faces, ofPerson: async () => before } };
    await mergePeople(stores, event, { into: "b", from: ["a"] });
    const lost = { code: "PERSON_UNKNOWN" };
    await expect(renamePerson(late, event, "a", "Ann")).rejects.toMatchObject(lost);
    await stores.people.erase(event, "b");
    await expect(renamePerson(late, event, "a", "Ann")).rejects.toMatchObject(lost);
    expect(await stores.people.names(event)).toEqual(new Map());
  });

  it("is erased with its person, and so are the names and decisions of those who were merged into them", async () => {
    const event = await eventOf({ a: 1, b: 1, c: 1, d: 1 });
    await renamePerson(stores, event, "c", "Secret Sister");
    await renamePerson(stores, event, "a", "Secret Name");
    await renamePerson(stores, event, "d", "Kept Name");
    await mergePeople(stores, event, { into: "a", from: ["c"] });
    await mergePeople(stores, event, { into: "b", from: ["a"] });
    await stores.people.erase(event, "b");
    expect(await sizes(event)).toEqual({ d: 1 });
    expect(await stores.people.decisions(event)).toMatchObject([{ personId: "d" }]);
    const names = (await stores.people.actions(event)).flatMap((action) => action.names);
    expect(names).toEqual([{ personId: "d", before: null, after: "Kept Name" }]);
    const bytes = Buffer.concat(under.files.map((path) => readFileSync(path)));
    expect([bytes.includes("Kept Name"), bytes.includes("Secret")]).toEqual([true, false]);
  });

  it("takes the matches of the event's own guests when a person is erased, not those of another event with the same photos", async () => {
    const [wedding, party] = [await eventOf({ a: 2, b: 1 }, "Wedding"), await eventOf({ a: 2, b: 1 }, "Party")];
    const { ids } = await facesOf(stores, wedding);
    expect((await facesOf(stores, party)).ids).toEqual(ids);
    const [here, there] = [await guestOf(wedding, ids), await guestOf(party, ids)];
    expect((await stores.people.erase(wedding, "a")).guestMatches).toBe(2);
    expect([await under.guests.photos(here), await under.guests.photos(there)].map((photos) => photos.length)).toEqual([
      1, 3,
    ]);
  });

  it("takes the matches of a person whose photos were looked at again since", async () => {
    const event = await eventOf({ a: 2 });
    const guest = await guestOf(event, (await facesOf(stores, event)).ids);
    await stores.photos.requeue(event, { notOf: "none", failedWith: [] });
    for (const moved of [5, 6]) {
      const again = { ...found([face([moved, 0, 105, 100], apart(0))]), pipelineId: "another" };
      await stores.photos.complete(await claim(stores, event), again);
    }
    expect((await stores.people.erase(event, "a")).guestMatches).toBe(2);
    expect(await under.guests.photos(guest)).toEqual([]);
  });
});
