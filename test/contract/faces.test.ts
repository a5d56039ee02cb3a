import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPerson } from "../../src/domain/people.ts";
import { eventGone, type Stores } from "../../src/domain/ports.ts";
import type { PixelBox } from "../../src/face/geometry.ts";
import {
  adapters,
  claim,
  direction,
  eventWith,
  face,
  facesOf,
  found,
  pipeline,
  type StoresUnderTest,
} from "./fixtures.ts";

const left: PixelBox = [0, 0, 100, 100];
const right: PixelBox = [300, 0, 400, 100];

describe.each(adapters)("faces and people in $name", ({ open }) => {
  let under: StoresUnderTest;
  let stores: Stores;

  beforeEach(async () => {
    under = await open();
    stores = under.stores;
  });

  afterEach(() => under.close());

  /** Makes all faces of the event one person each, or as told. */
  const assign = async (event: string, personOf: (faceId: string, i: number) => string | null, grouping = "g") => {
    const state = await facesOf(stores, event);
    return await stores.faces.assign(
      event,
      { state, grouping },
      state.ids.map((faceId, i) => ({ faceId, personId: personOf(faceId, i) })),
    );
  };

  const name = async (event: string, personId: string, text: string) => {
    const [best] = await stores.faces.ofPerson(event, personId);
    await stores.people.decide(event, {
      kind: "name",
      decisions: best ? [{ face: best, verdict: "is", personId }] : [],
      assignments: [],
      names: new Map([[personId, text]]),
      people: [personId],
    });
    return { photoId: best?.photoId, box: best?.box, verdict: "is", personId };
  };

  it("gives back every face exactly as it was found", async () => {
    const faces = [face([1.5, 2.25, 100.125, 90], direction(1), 0.4), face(right, direction(2))];
    const event = await eventWith(stores, { "/a.jpg": faces });
    const { ids, vectors, dimension, qualities, boxes, photoIds } = await facesOf(stores, event);
    const stored = await stores.faces.get(event, ids);
    for (const [i, id] of ids.entries()) {
      const { photoId, personId, ...rest } = stored.find((one) => one.id === id) ?? expect.fail();
      const { embedding, ...original } = faces.find(({ box }) => box[0] === rest.box[0]) ?? expect.fail();
      expect(rest).toEqual({ id, ...original });
      expect([photoId, personId]).toEqual([photoIds[i], null]);
      expect(vectors.slice(i * dimension, (i + 1) * dimension)).toEqual(embedding);
      expect(qualities[i]).toBeCloseTo(original.quality.score, 6);
      expect([...boxes.slice(i * 4, i * 4 + 4)]).toEqual([...original.box]);
    }
  });

  it("loads more faces than fit one page, by id", async () => {
    const many = Array.from({ length: 2101 }, (_, i) => face([i, 0, i + 10, 10], direction(i / 500)));
    const event = await eventWith(stores, { "/a.jpg": many });
    const { ids, vectors } = await facesOf(stores, event);
    expect(ids).toHaveLength(many.length);
    expect(ids).toEqual(ids.toSorted());
    expect(vectors).toHaveLength(many.length * 4);
  });

  it("leaves nothing of an event in memory when told so", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face([0, 0, 10, 10], direction(1))] });
    const before = await stores.faces.index(event, pipeline);
    expect(await stores.faces.index(event, pipeline)).toBe(before);
    stores.faces.forget(event);
    const after = await stores.faces.index(event, pipeline);
    expect(after).not.toBe(before);
    expect(after.snapshot()).toEqual(before.snapshot());
  });

  it("knows what another process would read, whatever came, moved, was assigned or went since the last time", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face(left, direction(1)), face(right, direction(2))] });
    let action = "";
    const changes = [
      () => eventWith(stores, { "/b.jpg": [face(left, direction(3))] }),
      () => assign(event, (_, i) => `person-${i % 2}`),
      async () => {
        await stores.photos.requeue(event, { notOf: "none", failedWith: [] });
        const moved = [face([5, 0, 105, 100], direction(4)), face(right, direction(2))];
        await stores.photos.complete(await claim(stores, event), found(moved));
        await stores.photos.complete(await claim(stores, event), found([face(left, direction(3))]));
      },
      async () => {
        const { ids } = await facesOf(stores, event);
        const [first] = await stores.faces.get(event, ids.slice(0, 1));
        if (!first) throw new Error("there is no face");
        action = await stores.people.decide(event, {
          kind: "move",
          decisions: [{ face: first, verdict: "is", personId: "moved" }],
          assignments: [{ faceId: first.id, personId: "moved" }],
          names: new Map(),
          people: ["moved"],
        });
      },
      () => stores.people.undo(event, action),
      () => assign(event, (_, i) => `other-${i}`),
      () => eventWith(stores, { "/c.jpg": [face(left, direction(5))] }),
      () => assign(event, (_, i) => `last-${i}`),
      () => stores.people.erase(event, "last-0"),
      () => stores.photos.forgetFiles(event, ["/b.jpg"]),
    ];
    let before = await facesOf(stores, event);
    for (const change of changes) {
      await change();
      const faces = await facesOf(stores, event);
      expect(faces).toEqual(await facesOf(await under.another(), event));
      expect({ ...faces, revision: 0, decided: 0, assigned: 0 }).not.toEqual({
        ...before,
        revision: 0,
        decided: 0,
        assigned: 0,
      });
      before = faces;
    }
  });

  it("reads nothing again of faces that have not changed", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face(left, direction(1))] });
    const index = await stores.faces.index(event, pipeline);
    const [id = ""] = index.snapshot().ids;
    const before = index.face(id);
    await eventWith(stores, { "/b.jpg": [face(left, direction(3))] });
    expect((await stores.faces.index(event, pipeline)).size).toBe(2);
    expect(index.face(id)).toBe(before);
  });

  it("gives the same face the same id in every database", async () => {
    const photos = { "/a.jpg": [face(left), face(right)] };
    const event = await eventWith(stores, photos);
    const elsewhere = await open();
    const same = await eventWith(elsewhere.stores, photos, "Another name");
    expect((await facesOf(elsewhere.stores, same)).ids).toEqual((await facesOf(stores, event)).ids);
    await elsewhere.close();
  });

  it("keeps faces of other pipelines out of a load, and counts them", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face(left)] });
    expect((await facesOf(stores, event, "another")).ids).toEqual([]);
    expect((await stores.faces.counts(event)).byPipeline).toEqual(new Map([[pipeline, 1]]));
  });

  it("stores no embedding in the clear", async () => {
    const embedding = Float32Array.from({ length: 192 }, (_, i) => Math.sin(i + 1) / 10);
    await eventWith(stores, { "/a.jpg": [face(left, embedding)] });
    const bytes = Buffer.concat(under.files.map((path) => readFileSync(path)));
    expect(bytes.includes("too blurred") || bytes.includes("/a.jpg")).toBe(true);
    const plain = Buffer.from(embedding.buffer);
    for (let i = 0; i < plain.length; i += 16) expect(bytes.includes(plain.subarray(i, i + 16))).toBe(false);
  });

  it("replaces the faces of a photo that is looked at again, and leaves them with their people", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face(left), face(right)] });
    await assign(event, (_, i) => `person-${i}`);
    const before = await stores.faces.get(event, (await facesOf(stores, event)).ids);
    const personAt = (faces: typeof before, x: number) => faces.find(({ box }) => Math.abs(box[0] - x) < 20)?.personId;
    await stores.photos.requeue(event, { notOf: "newer", failedWith: [] });
    const moved = [face([310, 5, 405, 100]), face([500, 0, 600, 100]), face([4, 0, 100, 96])];
    await stores.photos.complete(await claim(stores, event), found(moved, "newer"));
    const after = await stores.faces.get(event, (await facesOf(stores, event, "newer")).ids);
    expect(after).toHaveLength(3);
    expect(personAt(after, 0)).toBe(personAt(before, 0));
    expect(personAt(after, 300)).toBe(personAt(before, 300));
    expect(personAt(after, 500)).toBeNull();
    expect((await facesOf(stores, event)).ids).toEqual([]);
  });

  it("refuses people made from faces that have changed since", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face(left)] });
    const state = await facesOf(stores, event);
    await eventWith(stores, { "/b.jpg": [face(left)] });
    const assignments = state.ids.map((faceId) => ({ faceId, personId: "p" }));
    expect(await stores.faces.assign(event, { state, grouping: "g" }, assignments)).toBe(false);
    expect(await stores.people.list(event)).toEqual([]);
    expect(await stores.faces.grouping(event)).toBeUndefined();
  });

  it("remembers what grouped the faces until they change", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face(left)] });
    expect(await assign(event, () => "p", "first")).toBe(true);
    expect(await stores.faces.grouping(event)).toBe("first");
    await eventWith(stores, { "/b.jpg": [] });
    expect(await stores.faces.grouping(event)).toBeUndefined();
  });

  it("lists people by photos, then faces, then id, with their best face", async () => {
    const event = await eventWith(stores, {
      "/a.jpg": [face(left, direction(0), 0.5), face(right, direction(0), 0.9)],
      "/b.jpg": [face(left, direction(0), 0.7), face(right, direction(0), 0.6)],
    });
    const { ids } = await facesOf(stores, event);
    const quality = new Map((await stores.faces.get(event, ids)).map((one) => [one.id, one.quality.score]));
    const people = new Map([
      [0.5, "twice"],
      [0.7, "twice"],
      [0.9, "once-a"],
      [0.6, "once-b"],
    ]);
    await assign(event, (id) => people.get(quality.get(id) ?? 0) ?? null);
    const listed = await stores.people.list(event);
    expect(listed.map(({ id, photos, faces }) => [id, photos, faces])).toEqual([
      ["twice", 2, 2],
      ["once-a", 1, 1],
      ["once-b", 1, 1],
    ]);
    expect(quality.get(listed[0]?.bestFaceId ?? "")).toBe(0.7);
    expect(await stores.people.list(event, 1)).toHaveLength(1);
    expect(await stores.faces.counts(event)).toMatchObject({ faces: 4, people: 3, seenOnce: 2 });
    expect((await stores.faces.ofPerson(event, "twice")).map((one) => one.quality.score)).toEqual([0.7, 0.5]);
  });

  it("finds people by id, the start of an id, or name", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face(left), face(right)] });
    await assign(event, (_, i) => ["abc1", "abc2"][i] ?? null);
    await name(event, "abc2", "Zoë");
    const find = async (text: string) => (await stores.people.find(event, text)).map(({ id }) => id);
    expect(await find("abc1")).toEqual(["abc1"]);
    expect(await find("abc")).toEqual(["abc1", "abc2"]);
    expect(await find("Zoë")).toEqual(["abc2"]);
    expect(await find("b")).toEqual([]);
    expect(await find("%")).toEqual([]);
  });

  it("finds people by their name in any case, and says whom it could mean", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face(left), face(right)] });
    await assign(event, (_, i) => ["p1", "p2"][i] ?? null);
    await name(event, "p1", "Zoë Groß");
    const open = (text: string) => openPerson(stores, event, text);
    expect(await open("ZOË GROSS")).toMatchObject({ id: "p1" });
    await name(event, "p2", "zoë groß");
    expect(await open("zoë groß")).toMatchObject({ id: "p2" });
    await expect(open("ZOË GROSS")).rejects.toMatchObject({
      code: "PERSON_AMBIGUOUS",
      message: expect.stringMatching(/p1 \(Zoë Groß\), p2 \(zoë groß\)/u),
    });
    // A name that is the id of somebody else locks nobody out.
    await name(event, "p1", "p2");
    expect(await open("p2")).toMatchObject({ id: "p2" });
  });

  it("keeps people with a name or a decision when they have no face left, and removes the others", async () => {
    const event = await eventWith(stores, { "/a.jpg": [face(left), face(right)] });
    await assign(event, (_, i) => ["known", "unknown"][i] ?? null);
    const decision = await name(event, "known", "Ann");
    await assign(event, () => "new");
    expect(await stores.people.names(event)).toEqual(new Map([["known", "Ann"]]));
    expect(await stores.people.decisions(event)).toEqual([decision]);
    expect((await stores.people.list(event)).map(({ id }) => id)).toEqual(["new"]);
    await assign(event, (_, i) => ["known", "unknown"][i] ?? null);
    expect((await stores.people.list(event)).map(({ id, name }) => [id, name])).toEqual([
      ["known", "Ann"],
      ["unknown", null],
    ]);
  });

  it("erases an event with everything in it, down to the bytes, and leaves the others", async () => {
    const event = await eventWith(stores, { "/secret-path.jpg": [face(left)] }, "Secret event");
    await assign(event, () => "p");
    await name(event, "p", "Secret name");
    await stores.searches.record(event, { retrievalMs: 5, faces: 1 });
    const kept = await eventWith(stores, { "/kept.jpg": [face(left)] }, "Kept");
    await stores.events.delete(event);
    expect(await stores.events.find("Secret event")).toBeUndefined();
    expect((await facesOf(stores, event)).revision).toBe(eventGone);
    expect(await stores.searches.retrievalTimes(event, 9)).toEqual([]);
    expect((await stores.faces.counts(kept)).faces).toBe(1);
    const bytes = Buffer.concat(under.files.map((path) => readFileSync(path)));
    expect(bytes.includes("Kept")).toBe(true);
    for (const secret of ["Secret event", "Secret name", "/secret-path.jpg"])
      expect(bytes.includes(secret)).toBe(false);
  });

  it("finds events by name before id, and makes one of a name once", async () => {
    const event = await stores.events.findOrCreate("Party");
    expect(await stores.events.findOrCreate("Party")).toEqual(event);
    const odd = await stores.events.findOrCreate(event.id);
    expect((await stores.events.find(event.id))?.id).toBe(odd.id);
    expect((await stores.events.find(odd.id))?.name).toBe(event.id);
    expect(await stores.events.list()).toHaveLength(2);
  });

  it("tells how long the latest searches of an event took", async () => {
    const [{ id }, other] = [await stores.events.findOrCreate("Party"), await stores.events.findOrCreate("Other")];
    for (const retrievalMs of [1.5, 2, 3.25]) await stores.searches.record(id, { retrievalMs, faces: 1 });
    await stores.searches.record(other.id, { retrievalMs: 9, faces: 1 });
    expect(await stores.searches.retrievalTimes(id, 2)).toEqual([3.25, 2]);
  });
});
