import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { RollcallError } from "../src/domain/errors.ts";
import { type GroupingJob, runGroupingJob } from "../src/domain/group-faces.ts";
import type { Stores } from "../src/domain/ports.ts";
import type { FaceEngine } from "../src/face/engine.ts";
import { FaceError } from "../src/face/errors.ts";
import type { FacesInImage } from "../src/face/face.ts";
import { type IndexTools, indexFolders } from "../src/ingest/index-folders.ts";
import { adapters, face, found } from "./contract/fixtures.ts";
import { temporaryFolder } from "./temporary-folder.ts";

// What no picture can be made to cause when a test wants it: an engine that fails on cue.
describe.each(adapters)("indexing into $name when things go wrong", ({ open }) => {
  let stores: Stores;
  let folder: string;
  let reopen: () => Promise<Stores>;

  beforeEach(async () => {
    const under = await open();
    onTestFinished(() => under.close());
    ({ stores } = under);
    reopen = under.another;
    folder = await temporaryFolder();
  });

  const write = (...names: string[]) => {
    for (const name of names) writeFileSync(join(folder, name), name);
  };

  const oneFace = () => found([face([0, 0, 50, 50])]);

  /** An engine that does this for every picture. */
  const engineThat = (findFaces: (path: string, call: number) => FacesInImage | Promise<FacesInImage>): FaceEngine => {
    let calls = 0;
    return {
      pipelineId: oneFace().pipelineId,
      embedder: "mobilefacenet",
      workers: 1,
      findFaces: async (image) => await findFaces(String(image), ++calls),
      compare: () => ({ confidence: 0, similarity: 0, distance: 0 }),
      close: async () => undefined,
    };
  };

  /** Nothing here is uploaded. */
  const tools = {
    groupFaces: async (job: GroupingJob) => runGroupingJob(job),
    fileOfUpload: () => expect.fail("no photo was uploaded"),
  };

  const index = (engine: FaceEngine, on = stores, signal?: AbortSignal) =>
    indexFolders(
      { ...tools, stores: on, engine: async () => engine },
      { event: "Party", folders: [folder], ...(signal ? { signal } : {}) },
    );

  const crash = () => {
    throw new FaceError("ENGINE_CRASHED", "The picture ended the engine.");
  };

  it("tries a photo again that crashed the engine twice, and sets it aside after the third time", async () => {
    write("bad.jpg", "good.jpg", "unlucky.jpg");
    const crashes = new Map<string, number>();
    const summary = await index(
      engineThat((path) => {
        const before = crashes.get(path) ?? 0;
        crashes.set(path, before + 1);
        if (path.endsWith("bad.jpg") || (path.endsWith("unlucky.jpg") && before < 2)) crash();
        return oneFace();
      }),
    );
    expect(summary).toMatchObject({ processed: 3, faces: 2, stopped: false });
    expect(summary.failed).toMatchObject([{ file: join(folder, "bad.jpg"), error: { code: "ENGINE_CRASHED" } }]);
    expect([...crashes.values()].sort()).toEqual([1, 3, 3]);
  });

  it("ends with the error when the fault is not a photo's, keeps what is done, and goes on later", async () => {
    write("a.jpg", "b.jpg", "c.jpg");
    const broken = engineThat((_, call) => {
      if (call === 2) throw new FaceError("MODEL_CORRUPT", "The model is damaged.");
      return oneFace();
    });
    await expect(index(broken)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
    const { id } = await stores.events.findOrCreate("Party");
    const { done, pending, working, failed } = await stores.photos.counts(id);
    expect([working, failed, done + pending]).toEqual([0, 0, 3]);
    expect(done).toBeGreaterThan(0);
    expect(await index(engineThat(oneFace))).toMatchObject({ processed: pending, faces: 3, failed: [] });
  });

  it("looks at no photo with an embedder whose similarities mean nothing yet", async () => {
    write("a.jpg");
    const looked: string[] = [];
    const engine = engineThat((path) => {
      looked.push(path);
      return oneFace();
    });
    await expect(index({ ...engine, embedder: "homemade" })).rejects.toMatchObject({ code: "CALIBRATION_MISSING" });
    expect(looked).toEqual([]);
    expect(await stores.events.list()).toEqual([]);
  });

  it("does not take a fault of the program for one of the photo", async () => {
    write("a.jpg");
    const faulty = engineThat(() => {
      throw new TypeError("a bug");
    });
    await expect(index(faulty)).rejects.toThrow("a bug");
    expect(await index(engineThat(oneFace))).toMatchObject({ processed: 1, failed: [] });
  });

  it("ends when the disk is full, with what was acknowledged in place", async () => {
    write("a.jpg", "b.jpg", "c.jpg");
    const full = new RollcallError("DISK_FULL", "The disk is full.");
    let completed = 0;
    const filling: Stores = {
      ...stores,
      photos: {
        ...stores.photos,
        complete: (...photo) => (++completed > 1 ? Promise.reject(full) : stores.photos.complete(...photo)),
      },
    };
    await expect(index(engineThat(oneFace), filling)).rejects.toBe(full);
    expect(await index(engineThat(oneFace))).toMatchObject({ processed: 2, photos: 3, faces: 3 });
  });

  it("says that the event was deleted meanwhile, and does not make it again", async () => {
    const deleteEvent = async () => {
      for (const { id } of await stores.events.list()) await stores.events.delete(id);
      return oneFace();
    };
    write("a.jpg", "b.jpg");
    await expect(index(engineThat(deleteEvent))).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });

    const late: FaceEngine = { ...engineThat(oneFace), pipelineId: "other" };
    const engine = async () => {
      await deleteEvent();
      return late;
    };
    const opening: IndexTools = { ...tools, stores, engine };
    await stores.events.findOrCreate("Party");
    const request = { event: "Party", folders: [folder] };
    await expect(indexFolders(opening, request)).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
    await expect(indexFolders(opening, { ...request, mustExist: true })).rejects.toMatchObject({
      code: "EVENT_UNKNOWN",
    });
    expect(await stores.events.list()).toEqual([]);
  });

  it("takes over at once what a process left that died", async () => {
    write("a.jpg");
    await index(engineThat(crash)).catch(() => undefined);
    const { id } = await stores.events.findOrCreate("Party");
    await stores.photos.requeue(id, { notOf: "", failedWith: "any" });
    const { hostname } = await import("node:os");
    // Linux gives no process a number this high.
    const dead = `${hostname()}/99999999/0`;
    expect(await stores.photos.claim(id, { owner: dead, until: Date.now() + 600_000 }, Date.now())).toBeDefined();
    expect(await index(engineThat(oneFace))).toMatchObject({ processed: 1, faces: 1 });
  });

  it("stops waiting for an engine that does not answer", async () => {
    write("a.jpg");
    const stop = new AbortController();
    const { signal } = stop;
    const silent = engineThat(
      () =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
          stop.abort();
        }),
    );
    expect(await index(silent, stores, signal)).toMatchObject({ stopped: true, processed: 0, photos: 1 });
    const { id } = await stores.events.findOrCreate("Party");
    expect(await stores.photos.unfinished(id)).toEqual({ pending: 1, working: 0 });
  });

  it("looks again at a file that was written over while it was looked at", async () => {
    write("a.jpg");
    const path = join(folder, "a.jpg");
    let looks = 0;
    const summary = await index(
      engineThat(() => {
        looks++;
        if (looks === 1) appendFileSync(path, "more");
        return oneFace();
      }),
    );
    expect([looks, summary.processed, summary.photos, summary.faces]).toEqual([2, 1, 1, 1]);
    expect(await index(engineThat(crash))).toMatchObject({ unchanged: 1, processed: 0 });
  });

  it("forgets a file that was removed while it was looked at", async () => {
    write("a.jpg", "b.jpg");
    const summary = await index(
      engineThat((path) => {
        if (!path.endsWith("a.jpg")) return oneFace();
        rmSync(path);
        throw new FaceError("IMAGE_UNREADABLE", "The file is gone.");
      }),
    );
    expect(summary).toMatchObject({ photos: 1, faces: 1, failed: [] });
  });

  it("tries a photo again the next time that could not be read", async () => {
    write("a.jpg");
    const unreadable = engineThat(() => {
      throw new FaceError("IMAGE_UNREADABLE", "The file cannot be read.");
    });
    expect((await index(unreadable)).failed).toMatchObject([{ error: { code: "IMAGE_UNREADABLE" } }]);
    expect(await index(engineThat(oneFace))).toMatchObject({ processed: 1, failed: [] });
  });

  it("finds each photo once when two work on the event at the same time", async () => {
    write(...Array.from({ length: 30 }, (_, i) => `${i}.jpg`));
    const seen: string[] = [];
    const engine = () =>
      engineThat(async (path) => {
        seen.push(path);
        await new Promise((resolve) => setTimeout(resolve, 1));
        return oneFace();
      });
    const both = await Promise.all([index(engine()), index(engine(), await reopen())]);
    expect(both[0].processed + both[1].processed).toBe(30);
    expect(new Set(seen).size).toBe(seen.length);
    expect(both[0].people).toBe(both[1].people);
  });
});
