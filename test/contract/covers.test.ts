import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { choosePersonCover, coverOf } from "../../src/domain/covers.ts";
import { getEvent, updateEvent } from "../../src/domain/events.ts";
import type { Stores } from "../../src/domain/ports.ts";
import type { PixelBox } from "../../src/face/geometry.ts";
import { localBlobs } from "../../src/storage/local.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { adapters, claim, direction, eventWith, face, facesOf, file, found, type StoresUnderTest } from "./fixtures.ts";

const left: PixelBox = [0, 0, 100, 100];
const right: PixelBox = [300, 0, 400, 100];

describe.each(adapters)("covers in $name", ({ open }) => {
  let under: StoresUnderTest;
  let stores: Stores;

  beforeEach(async () => {
    under = await open();
    stores = under.stores;
  });

  afterEach(() => under.close());

  /** An event in which Ann is in two photos, best in the second, and Bob in the first. */
  const party = async () => {
    const event = await eventWith(stores, {
      "/a.jpg": [face(left, direction(0), 0.5), face(right, direction(1), 0.6)],
      "/b.jpg": [face(left, direction(0), 0.9)],
    });
    const state = await facesOf(stores, event);
    const faces = await stores.faces.get(event, state.ids);
    const personOf = (id: string) => (faces.find((one) => one.id === id)?.quality.score === 0.6 ? "bob" : "ann");
    const assignments = state.ids.map((faceId) => ({ faceId, personId: personOf(faceId) }));
    await stores.faces.assign(event, { state, grouping: "g" }, assignments);
    const photos = await stores.photos.get(event, [...new Set(faces.map(({ photoId }) => photoId))]);
    const idOf = (path: string) => photos.find(({ files }) => files.includes(path))?.id ?? "";
    const [first, second] = [idOf("/a.jpg"), idOf("/b.jpg")];
    return { event, first, second };
  };

  const shownIn = async (event: string, personId: string) => {
    const [person] = await stores.people.find(event, personId);
    const [cover] = await stores.faces.get(event, [person?.coverFaceId ?? ""]);
    return cover?.photoId;
  };

  it("show people by their best face, until another one of theirs is chosen", async () => {
    const { event, first, second } = await party();
    expect(await shownIn(event, "ann")).toBe(second);
    await choosePersonCover(stores, event, { personId: "ann", photoId: first });
    expect(await shownIn(event, "ann")).toBe(first);
    const listed = await stores.people.list(event);
    expect(listed.find(({ id }) => id === "ann")?.bestFaceId).not.toBe(listed[0]?.coverFaceId);
    await choosePersonCover(stores, event, { personId: "ann", photoId: null });
    expect(await shownIn(event, "ann")).toBe(second);
  });

  it("are of photos that the person is in", async () => {
    const { event, second } = await party();
    const choose = (personId: string) => choosePersonCover(stores, event, { personId, photoId: second });
    await expect(choose("bob")).rejects.toMatchObject({ code: "PEOPLE_SAME" });
    await expect(choose("nobody")).rejects.toMatchObject({ code: "PERSON_UNKNOWN" });
  });

  it("go back to the best face when the photo is deleted, and go with a person who is erased", async () => {
    const { event, first, second } = await party();
    await choosePersonCover(stores, event, { personId: "ann", photoId: first });
    await stores.photos.delete(event, [first]);
    expect(await shownIn(event, "ann")).toBe(second);
    await choosePersonCover(stores, event, { personId: "ann", photoId: second });
    await stores.people.erase(event, "ann");
    expect(await stores.people.find(event, "ann")).toEqual([]);
  });

  it("show an event by the photo that was chosen, else by whoever is in most, else by the first photo", async () => {
    const { event, first, second } = await party();
    const shown = async () => await coverOf(stores, await getEvent(stores, event));
    const choose = async (coverPhotoId: string | null) =>
      await updateEvent({ stores, blobs: localBlobs(await temporaryFolder()) }, event, { coverPhotoId });
    expect(await shown()).toBe(second);
    await choose(first);
    expect(await shown()).toBe(first);
    await stores.photos.delete(event, [first]);
    expect(await shown()).toBe(second);
    await expect(choose(first)).rejects.toMatchObject({ code: "PHOTO_UNKNOWN" });

    const { id: nobody } = await stores.events.findOrCreate("Landscapes");
    expect(await coverOf(stores, await getEvent(stores, nobody))).toBeNull();
    await stores.photos.recordFiles(nobody, [file("/hill.jpg")]);
    const hill = await claim(stores, nobody);
    await stores.photos.complete(hill, found([]));
    expect(await coverOf(stores, await getEvent(stores, nobody))).toBe(hill.photoId);
  });
});
