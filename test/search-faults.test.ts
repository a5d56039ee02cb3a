import { describe, expect, it, onTestFinished } from "vitest";
import { RollcallError } from "../src/domain/errors.ts";
import { searchEvent } from "../src/domain/search.ts";
import type { FaceEngine } from "../src/face/engine.ts";
import { adapters, face, found } from "./contract/fixtures.ts";

const looked = found([face([0, 0, 50, 50])]);

const engine: FaceEngine = {
  pipelineId: looked.pipelineId,
  embedder: "mobilefacenet",
  workers: 1,
  findFaces: async () => looked,
  compare: () => ({ confidence: 0, similarity: 0, distance: 0 }),
  close: async () => undefined,
};

describe.each(adapters)("searching $name when figures about it cannot be kept", ({ open }) => {
  const searchWhenRecordingFailsWith = async (error: Error) => {
    const { stores, close } = await open();
    onTestFinished(() => close());
    await stores.events.findOrCreate("Party");
    const searches = { ...stores.searches, record: () => Promise.reject(error) };
    const request = { event: "Party", picture: "selfie.jpg" };
    return await searchEvent({ ...stores, searches }, engine, request);
  };

  it.each(["DISK_FULL", "DATABASE_BUSY"] as const)("answers all the same: %s", async (code) => {
    const answer = await searchWhenRecordingFailsWith(new RollcallError(code, "no room"));
    expect(answer).toMatchObject({ event: "Party", facesCompared: 0 });
  });

  it("does not hide a fault of the program", async () => {
    await expect(searchWhenRecordingFailsWith(new TypeError("a bug"))).rejects.toThrow("a bug");
  });

  it("says that the event is gone when it was deleted while its photos were searched", async () => {
    const { stores, close } = await open();
    onTestFinished(() => close());
    const { id } = await stores.events.findOrCreate("Party");
    const findFaces = async () => {
      await stores.events.delete(id);
      return looked;
    };
    const searching = searchEvent(stores, { ...engine, findFaces }, { event: id, picture: "selfie.jpg" });
    await expect(searching).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
  });
});
