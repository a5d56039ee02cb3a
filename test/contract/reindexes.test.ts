import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelChoice } from "../../src/domain/model.ts";
import type { Stores } from "../../src/domain/ports.ts";
import type { Reindex } from "../../src/domain/reindex-ports.ts";
import type { PixelBox } from "../../src/face/geometry.ts";
import {
  adapters,
  claim,
  direction,
  eventWith,
  face,
  facesOf,
  file,
  found,
  pipeline,
  type StoresUnderTest,
} from "./fixtures.ts";

const left: PixelBox = [0, 0, 100, 100];
const right: PixelBox = [300, 0, 400, 100];
/** The left one as another model sees it. */
const leftAgain: PixelBox = [4, 2, 102, 101];

const other: ModelChoice = { embedder: "another", preset: "balanced" };
const newPipeline = "detector+another+1";

describe.each(adapters)("looking at photos again in $name", ({ open }) => {
  let under: StoresUnderTest;
  let stores: Stores;
  let event: string;
  let reindex: Reindex;

  beforeEach(async () => {
    under = await open();
    stores = under.stores;
    event = await eventWith(stores, { "/a.jpg": [face(left), face(right)], "/b.jpg": [face(left)] });
    const state = await facesOf(stores, event);
    await stores.faces.assign(
      event,
      { state, grouping: "g" },
      state.ids.map((faceId, i) => ({ faceId, personId: `person${i}` })),
    );
    reindex = await begun(other);
  });

  afterEach(() => under.close());

  const begun = async (models: ModelChoice): Promise<Reindex> => {
    await stores.reindexes.begin(event, models);
    const [only, ...more] = await stores.reindexes.list();
    expect(more).toEqual([]);
    return only ?? expect.fail();
  };

  const unseen = async () =>
    (await stores.reindexes.remaining(event, { after: 0, limit: 10 })).map((one) => one.photoId);

  /** Looks at what is left, and finds the left face in each. */
  const lookAtAll = async () => {
    for (const photoId of await unseen()) {
      const faces = [face(leftAgain, direction(1))];
      expect(await stores.reindexes.record(reindex, photoId, found(faces, newPipeline))).toBe(true);
    }
  };

  const shown = async () => [...(await stores.faces.counts(event)).byPipeline];

  it("shows nothing new before every photo was looked at, then all of it at once", async () => {
    const [first = "", second = ""] = await unseen();
    await stores.reindexes.record(reindex, first, found([face(leftAgain)], newPipeline));
    expect(await stores.reindexes.progress(event)).toEqual({ done: 1, total: 2 });
    expect(await unseen()).toEqual([second]);
    expect(await stores.reindexes.switchOver(reindex)).toBe(false);
    expect(await shown()).toEqual([[pipeline, 3]]);
    await lookAtAll();
    expect(await shown()).toEqual([[pipeline, 3]]);
    const revision = (await facesOf(stores, event)).revision;
    expect(await stores.reindexes.switchOver(reindex)).toBe(true);
    expect(await shown()).toEqual([[newPipeline, 2]]);
    expect((await facesOf(stores, event)).revision).toBeGreaterThan(revision);
    expect((await stores.events.get(event))?.models).toEqual(other);
    expect(await stores.reindexes.list()).toEqual([]);
    expect(await stores.reindexes.pipelines(event)).toEqual([newPipeline]);
    expect(await stores.reindexes.switchOver(reindex)).toBe(false);
  });

  it("keeps faces with their people, and gives them vectors that can be read", async () => {
    const personOf = async (photoId: string) => {
      const faces = await stores.faces.ofPhoto(event, photoId);
      return faces.find(({ box }) => box[0] < 10)?.personId;
    };
    const photos = await unseen();
    const before = await Promise.all(photos.map(personOf));
    await lookAtAll();
    await stores.reindexes.switchOver(reindex);
    expect(await Promise.all(photos.map(personOf))).toEqual(before);
    const { vectors, dimension } = await facesOf(stores, event, newPipeline);
    expect(vectors.slice(0, dimension)).toEqual(direction(1));
  });

  it("sets photos aside that could not be looked at, and counts photos that came meanwhile in", async () => {
    const [first = ""] = await unseen();
    const crashed = { code: "ENGINE_CRASHED", message: "It stopped." } as const;
    await stores.reindexes.record(reindex, first, crashed);
    await stores.photos.recordFiles(event, [file("/c.jpg")]);
    await stores.photos.complete(await claim(stores, event), found([face(right)]));
    await lookAtAll();
    expect(await stores.reindexes.switchOver(reindex)).toBe(true);
    expect((await stores.photos.failures(event)).map(({ error }) => error)).toEqual([crashed]);
    expect(await stores.photos.counts(event)).toMatchObject({ done: 2, failed: 1, pending: 0 });
  });

  it("takes photos back from whoever works on them with the old models", async () => {
    await stores.photos.recordFiles(event, [file("/c.jpg")]);
    const held = await claim(stores, event);
    await lookAtAll();
    expect(await stores.reindexes.switchOver(reindex)).toBe(true);
    expect(await stores.photos.complete(held, found([face(right)]))).toBe(false);
    expect(await stores.photos.counts(event)).toMatchObject({ pending: 1, working: 0 });
    expect(await shown()).toEqual([[newPipeline, 2]]);
  });

  it("does not bring erased people back, found before or after they were", async () => {
    const [first = "", second = ""] = await unseen();
    await stores.reindexes.record(reindex, first, found([face(leftAgain), face(right)], newPipeline));
    for (const photoId of [first, second]) {
      const faces = await stores.faces.ofPhoto(event, photoId);
      const person = faces.find(({ box }) => box[0] < 10)?.personId ?? expect.fail();
      await stores.people.erase(event, person);
    }
    await stores.reindexes.record(reindex, second, found([face(leftAgain)], newPipeline));
    await stores.reindexes.switchOver(reindex);
    expect(await shown()).toEqual([[newPipeline, 1]]);
    expect((await stores.faces.ofPhoto(event, first)).map(({ box }) => box)).toEqual([right]);
  });

  it("leaves nothing when it is given up, and takes nothing in any more", async () => {
    const [first = ""] = await unseen();
    await lookAtAll();
    await stores.reindexes.drop(event);
    expect(await stores.reindexes.list()).toEqual([]);
    expect(await stores.reindexes.record(reindex, first, found([face(left)], newPipeline))).toBe(false);
    expect(await stores.reindexes.switchOver(reindex)).toBe(false);
    expect(await shown()).toEqual([[pipeline, 3]]);
    await begun(other);
    expect(await unseen()).toHaveLength(2);
  });

  it("goes on when it is begun again with the same models, and from the start with others", async () => {
    await lookAtAll();
    await begun(other);
    expect(await unseen()).toEqual([]);
    await begun({ ...other, preset: "thorough" });
    expect(await unseen()).toHaveLength(2);
    expect(await stores.reindexes.record(reindex, (await unseen())[0] ?? "", found([], newPipeline))).toBe(false);
  });

  it("forgets what was found in a photo that is deleted, and goes with its event", async () => {
    const [first = ""] = await unseen();
    await lookAtAll();
    await stores.photos.delete(event, [first]);
    expect(await stores.reindexes.switchOver(reindex)).toBe(true);
    expect(await shown()).toEqual([[newPipeline, 1]]);
    await begun({ ...other, preset: "fast" });
    await stores.events.delete(event);
    expect(await stores.reindexes.list()).toEqual([]);
  });
});
