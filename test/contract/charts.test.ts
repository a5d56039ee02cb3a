import { expect, onTestFinished, test } from "vitest";
import { adapters, claim, face, found } from "./fixtures.ts";

const photo = (name: string, takenAt: string) => ({
  sha256: name.repeat(64),
  bytes: 1,
  name: `${name}.jpg`,
  takenAt: new Date(takenAt),
});

test.each(adapters)(
  "$name counts photos by the hour they were taken and the minute they were looked at",
  async ({ open }) => {
    const { stores, close } = await open();
    onTestFinished(close);
    const { id } = await stores.events.findOrCreate("Party");
    await stores.photos.recordUpload(id, photo("a", "2026-06-12T18:05:00Z"));
    await stores.photos.recordUpload(id, photo("b", "2026-06-12T18:55:00Z"));
    await stores.photos.recordUpload(id, photo("c", "2026-06-12T20:00:00Z"));
    expect(await stores.charts.photosOverTime(id)).toEqual([
      { at: new Date("2026-06-12T18:00:00Z"), photos: 2 },
      { at: new Date("2026-06-12T20:00:00Z"), photos: 1 },
    ]);
    expect(await stores.charts.ingestSpeed(id)).toEqual([]);
    await stores.photos.complete(await claim(stores, id), found([face([10, 10, 60, 60])]));
    await stores.photos.fail(await claim(stores, id), { code: "IMAGE_CORRUPT", message: "no picture" });
    const minutes = await stores.charts.ingestSpeed(id);
    expect(minutes.reduce((sum, { photos }) => sum + photos, 0)).toBe(2);
    // The minute may end in between.
    expect(minutes.length).toBeLessThanOrEqual(2);
    for (const { at } of minutes) expect(at.getTime() % 60_000).toBe(0);
  },
);
