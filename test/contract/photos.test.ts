import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Stores } from "../../src/domain/ports.ts";
import { adapters, claim, face, file, found, pipeline, type StoresUnderTest } from "./fixtures.ts";

describe.each(adapters)("photos in $name", ({ open }) => {
  let under: StoresUnderTest;
  let stores: Stores;
  let event: string;

  beforeEach(async () => {
    under = await open();
    stores = under.stores;
    event = (await stores.events.findOrCreate("Party")).id;
  });

  afterEach(() => under.close());

  const filesOf = async (folder: string) =>
    (await stores.photos.filesUnder(event, folder, { after: "", limit: 100 })).map(({ path }) => path);

  it("keeps the same bytes under fifty names as one photo", async () => {
    const names = Array.from({ length: 50 }, (_, i) => `/p/${String(i).padStart(2, "0")}.jpg`);
    const { queued } = await stores.photos.recordFiles(
      event,
      names.map((name) => file(name, "same")),
    );
    expect(queued).toBe(1);
    const { photoId } = await claim(stores, event);
    expect(await stores.photos.get(event, [photoId])).toMatchObject([{ files: names }]);
    expect(await stores.photos.unfinished(event)).toEqual({ pending: 0, working: 1 });
  });

  it("leaves out files of photos that were deleted from the event, and forgets those that became one", async () => {
    const other = (await stores.events.findOrCreate("Other")).id;
    await stores.photos.recordFiles(event, [file("/a.jpg"), file("/b.jpg")]);
    const [deleted] = await stores.photos.findFiles(event, ["/a.jpg"]);
    await stores.photos.delete(event, [deleted?.photoId ?? ""]);
    const again = [file("/a.jpg"), file("/copy.jpg", "/a.jpg"), file("/b.jpg", "/a.jpg", "2"), file("/c.jpg")];
    const leftOut = new Set([file("/a.jpg").sha256]);
    expect(await stores.photos.recordFiles(event, again)).toEqual({ queued: 1, leftOut });
    expect(await filesOf("/")).toEqual(["/c.jpg"]);
    expect(await stores.photos.statusCounts(event)).toMatchObject({ pending: 1 });
    expect(await stores.photos.recordFiles(other, [file("/a.jpg")])).toEqual({ queued: 1, leftOut: new Set() });
    expect(await stores.photos.recordFiles(event, [file("/a.jpg")], { again: true })).toEqual({
      queued: 1,
      leftOut: new Set(),
    });
    await stores.photos.forgetFiles(event, ["/a.jpg"]);
    expect(await stores.photos.recordFiles(event, [file("/a.jpg")])).toMatchObject({ queued: 1 });
  });

  it("takes a deleted photo back that is uploaded, and forgets what was deleted with the event", async () => {
    const { sha256, bytes } = file("/a.jpg");
    const upload = () => stores.photos.recordUpload(event, { sha256, bytes, name: "a.jpg", takenAt: null });
    const { photoId } = await upload();
    await stores.photos.delete(event, [photoId]);
    expect(await upload()).toEqual({ photoId, isNew: true });
    expect(await stores.photos.recordFiles(event, [file("/a.jpg")])).toEqual({ queued: 0, leftOut: new Set() });
    expect(await filesOf("/")).toEqual(["/a.jpg"]);
    await stores.photos.delete(event, [photoId]);
    await stores.events.delete(event);
    for (const bytesOf of under.files) expect(readFileSync(bytesOf).includes(sha256)).toBe(false);
  });

  it("keeps the same bytes apart in two events", async () => {
    const other = (await stores.events.findOrCreate("Other")).id;
    await stores.photos.recordFiles(event, [file("/a.jpg")]);
    expect(await stores.photos.recordFiles(other, [file("/a.jpg")])).toMatchObject({ queued: 1 });
    await stores.photos.forgetFiles(event, ["/a.jpg"]);
    expect(await stores.photos.unfinished(other)).toEqual({ pending: 1, working: 0 });
  });

  it("stores names with line breaks, emoji and 255 bytes as they are", async () => {
    const names = ["/p/a\nb.jpg", "/p/\u{1f389}.jpg", `/p/${"ä".repeat(125)}x.jpg`, "/p/'; drop table photos; --.jpg"];
    await stores.photos.recordFiles(
      event,
      names.map((name) => file(name)),
    );
    expect(await stores.photos.findFiles(event, names)).toHaveLength(names.length);
    expect(new Set(await filesOf("/p"))).toEqual(new Set(names));
  });

  it("lists files of a folder at any depth, and none of folders that begin with the same name", async () => {
    await stores.photos.recordFiles(event, [file("/p/a.jpg"), file("/p/q/b.jpg"), file("/p2/c.jpg"), file("/p.jpg")]);
    expect(await filesOf("/p")).toEqual(["/p/a.jpg", "/p/q/b.jpg"]);
    expect(await filesOf("/")).toHaveLength(4);
    const page = await stores.photos.filesUnder(event, "/", { after: "/p/a.jpg", limit: 2 });
    expect(page.map(({ path }) => path)).toEqual(["/p/q/b.jpg", "/p2/c.jpg"]);
  });

  it("removes a photo and its faces with its last file, not before", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg", "same"), file("/b.jpg", "same")]);
    await stores.photos.complete(await claim(stores, event), found([face([0, 0, 10, 10])]));
    await stores.photos.forgetFiles(event, ["/a.jpg"]);
    expect((await stores.faces.counts(event)).faces).toBe(1);
    await stores.photos.forgetFiles(event, ["/b.jpg"]);
    expect((await stores.faces.counts(event)).faces).toBe(0);
    expect(await stores.photos.counts(event)).toMatchObject({ done: 0, pending: 0 });
  });

  it("moves a changed file to its new photo and drops the old one", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg", "old", "1")]);
    const { photoId } = await claim(stores, event);
    expect(await stores.photos.recordFiles(event, [file("/a.jpg", "new", "2")])).toMatchObject({ queued: 1 });
    expect(await stores.photos.get(event, [photoId])).toEqual([]);
    expect(await stores.photos.findFiles(event, ["/a.jpg"])).toMatchObject([{ stamp: "2" }]);
    expect(await stores.photos.unfinished(event)).toEqual({ pending: 1, working: 0 });
  });

  it("does not look again at a photo that only got another stamp", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg", "same", "1")]);
    await stores.photos.complete(await claim(stores, event), found([]));
    expect(await stores.photos.recordFiles(event, [file("/a.jpg", "same", "2")])).toMatchObject({ queued: 0 });
    expect(await stores.photos.counts(event)).toMatchObject({ pending: 0, done: 1, withoutFaces: 1 });
  });

  it("remembers when a photo that was indexed in place was taken", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg")]);
    const photo = await claim(stores, event);
    const takenAt = new Date("2026-06-13T21:40:05Z");
    await stores.photos.complete(photo, { ...found([]), takenAt });
    expect(await stores.photos.records(event, [photo.photoId])).toMatchObject([{ takenAt }]);
  });

  it("knows whether an event has a photo", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg")]);
    const { photoId } = await claim(stores, event);
    expect(await stores.photos.has(event, photoId)).toBe(true);
    const { id: other } = await stores.events.findOrCreate("another event");
    expect(await stores.photos.has(other, photoId)).toBe(false);
    await stores.photos.delete(event, [photoId]);
    expect(await stores.photos.has(event, photoId)).toBe(false);
  });

  it("gives every photo to one of many claimants at once, from two connections", async () => {
    const other = await under.another();
    await stores.photos.recordFiles(
      event,
      Array.from({ length: 20 }, (_, i) => file(`/${i}.jpg`)),
    );
    const lease = { owner: "me", until: Date.now() + 30_000 };
    const claims = await Promise.all(
      Array.from({ length: 24 }, (_, i) => (i % 2 ? stores : other).photos.claim(event, lease, Date.now())),
    );
    const ids = claims.flatMap((photo) => photo?.photoId ?? []);
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
  });

  it("takes over a photo when its lease has run out, and then ignores the former holder", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg")]);
    const now = Date.now();
    const late = await stores.photos.claim(event, { owner: "slow", until: now + 10 }, now);
    expect(await stores.photos.claim(event, { owner: "quick", until: now + 1000 }, now + 9)).toBeUndefined();
    const taken = await stores.photos.claim(event, { owner: "quick", until: now + 1000 }, now + 11);
    if (!late || !taken) throw new Error("not claimed");
    expect(await stores.photos.complete(late, found([face([0, 0, 10, 10])]))).toBe(false);
    expect(await stores.photos.fail(late, { code: "IMAGE_EMPTY", message: "" })).toBe(false);
    expect(await stores.photos.complete(taken, found([]))).toBe(true);
    expect((await stores.faces.counts(event)).faces).toBe(0);
  });

  it("keeps a lease that is renewed", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg")]);
    const now = Date.now();
    await stores.photos.claim(event, { owner: "me", until: now + 10 }, now);
    await stores.photos.renewLeases({ owner: "me", until: now + 1000 });
    expect(await stores.photos.claim(event, { owner: "other", until: now + 1000 }, now + 500)).toBeUndefined();
    expect(await stores.photos.leaseOwners(event)).toEqual(["me"]);
  });

  it("puts back what an owner lets go of, and nothing else", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg"), file("/b.jpg"), file("/c.jpg")]);
    const mine = await claim(stores, event, "me");
    await claim(stores, event, "me");
    await claim(stores, event, "you");
    await stores.photos.release("me", mine);
    expect(await stores.photos.unfinished(event)).toEqual({ pending: 1, working: 2 });
    await stores.photos.release("me");
    expect(await stores.photos.unfinished(event)).toEqual({ pending: 2, working: 1 });
  });

  it("stores nothing for a photo that was removed while it was looked at", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg")]);
    const photo = await claim(stores, event);
    await stores.photos.forgetFiles(event, ["/a.jpg"]);
    expect(await stores.photos.complete(photo, found([face([0, 0, 10, 10])]))).toBe(false);
    expect((await stores.faces.counts(event)).faces).toBe(0);
  });

  it("lists each file of a failed photo with the reason", async () => {
    await stores.photos.recordFiles(event, [file("/b.jpg", "bad"), file("/a.jpg", "bad")]);
    await stores.photos.fail(await claim(stores, event), { code: "IMAGE_CORRUPT", message: "cut short" });
    const error = { code: "IMAGE_CORRUPT", message: "cut short" };
    expect(await stores.photos.failures(event)).toEqual([
      { file: "/a.jpg", error },
      { file: "/b.jpg", error },
    ]);
    expect(await stores.photos.counts(event)).toMatchObject({ failed: 1, done: 0 });
  });

  it("counts crashes over a photo", async () => {
    await stores.photos.recordFiles(event, [file("/a.jpg")]);
    const first = await claim(stores, event);
    await stores.photos.recordCrash(first);
    expect([first.attempts, (await claim(stores, event)).attempts]).toEqual([0, 1]);
  });

  it("puts photos of other pipelines back into the queue, and failed ones when asked to", async () => {
    await stores.photos.recordFiles(event, [file("/old.jpg"), file("/new.jpg"), file("/bad.jpg"), file("/gone.jpg")]);
    await stores.photos.complete(await claim(stores, event), found([], "older"));
    await stores.photos.complete(await claim(stores, event), found([]));
    await stores.photos.fail(await claim(stores, event), { code: "IMAGE_CORRUPT", message: "" });
    await stores.photos.fail(await claim(stores, event), { code: "IMAGE_UNREADABLE", message: "" });
    await stores.photos.requeue(event, { notOf: pipeline, failedWith: [] });
    expect(await stores.photos.counts(event)).toMatchObject({ pending: 1, done: 1, failed: 2 });
    await stores.photos.requeue(event, { notOf: pipeline, failedWith: ["IMAGE_UNREADABLE"] });
    expect(await stores.photos.counts(event)).toMatchObject({ pending: 2, done: 1, failed: 1 });
    await stores.photos.requeue(event, { notOf: pipeline, failedWith: "any" });
    expect(await stores.photos.counts(event)).toMatchObject({ pending: 3, done: 1, failed: 0 });
    expect(await stores.photos.failures(event)).toEqual([]);
  });
});
