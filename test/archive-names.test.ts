import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { archiveOriginals, Selections } from "../src/domain/archive.ts";
import type { PhotoRecord } from "../src/domain/ports.ts";
import { openRenderer } from "../src/pictures/renderer.ts";
import { filesInPlace } from "../src/storage/files-in-place.ts";
import { localBlobs } from "../src/storage/local.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const namesOf = async (wanted: readonly string[]) => {
  const folder = await temporaryFolder();
  const file = join(folder, "photo");
  await writeFile(file, "x");
  const pictures = openRenderer();
  const tools = { blobs: localBlobs(folder), files: filesInPlace(), pictures };
  const photos = wanted.map(
    (name, index): PhotoRecord => ({
      id: String(index),
      sha256: String(index).padStart(64, "0"),
      bytes: 1,
      status: "done",
      error: null,
      width: 1,
      height: 1,
      damaged: false,
      addedAt: new Date(),
      takenAt: null,
      faces: 0,
      names: [name],
      files: [file],
    }),
  );
  const entries = await archiveOriginals(tools, "0123456789abcdef", photos);
  await pictures.close();
  const names: string[] = [];
  for (const entry of entries) names.push(await entry.name());
  return names;
};

it("gives every photo of an archive a name of its own, also where capitals make no difference", async () => {
  expect(await namesOf(["a.jpg", "A.JPG", "a (2).jpg", "a.jpg", "b", "b", "a (3).jpg"])).toEqual([
    "a.jpg",
    "A (2).JPG",
    "a (2) (2).jpg",
    "a (3).jpg",
    "b",
    "b (2)",
    "a (3) (2).jpg",
  ]);
});

it("takes no longer for photos that are all called the same, as phones do", { timeout: 15_000 }, async () => {
  const names = await namesOf(Array.from({ length: 20_000 }, () => "image.jpg"));
  expect(new Set(names).size).toBe(20_000);
});

it("cuts long names, so that files of every system can be called so", async () => {
  const long = `${"x".repeat(251)}.jpg`;
  expect(await namesOf([long, long, `con.${"x".repeat(251)}`])).toEqual([
    long,
    `${"x".repeat(247)} (2).jpg`,
    `photo con.${"x".repeat(245)}`,
  ]);
});

it("forgets a selection of photos for good when its time is over, also by a clock that is set back", () => {
  const start = Date.now();
  vi.useFakeTimers({ now: start });
  const selections = new Selections();
  const first = selections.add("event", ["a"]);
  vi.setSystemTime(start + 61 * 60_000);
  expect(selections.get("event", first.id)).toBeUndefined();
  const second = selections.add("event", ["b"]);
  vi.setSystemTime(start);
  expect(selections.get("event", first.id)).toBeUndefined();
  expect(selections.get("event", second.id)).toMatchObject({ photoIds: ["b"] });
  vi.useRealTimers();
});
