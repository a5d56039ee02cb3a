import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { imagePath } from "../lfw-pairs.ts";
import { LFW_FACE, type PlannedFace, type PlannedPhoto } from "./plan.ts";
import { renderPhoto } from "./render.ts";

const image = { person: "Nobody", number: 1 };
const face: PlannedFace = { image, centre: [200, 150], width: 60, roll: 25, gain: 1, box: [170, 110, 230, 190] };
const photo: PlannedPhoto = {
  id: "photo-0001",
  width: 400,
  height: 300,
  faces: [face],
  backdrop: image,
  blur: 1,
  gain: 1,
  noise: 3,
  jpegQuality: 90,
};

let folder: string;

/** Red where the face is, blue around it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollcall-render-"));
  const path = imagePath(folder, image);
  await mkdir(dirname(path), { recursive: true });
  const [left, top, right, bottom] = LFW_FACE.map(Math.round) as [number, number, number, number];
  const red = { create: { width: right - left, height: bottom - top, channels: 3, background: "#ff0000" } } as const;
  await sharp({ create: { width: 250, height: 250, channels: 3, background: "#0000ff" } })
    .composite([{ input: await sharp(red).png().toBuffer(), left, top }])
    .jpeg({ quality: 100 })
    .toFile(path);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("draws the same bytes for the same plan and seed", async () => {
  const first = await renderPhoto(photo, folder, "seed");
  expect(await renderPhoto(photo, folder, "seed")).toEqual(first);
  expect(await renderPhoto(photo, folder, "other")).not.toEqual(first);
});

test("puts the face where the plan says, turned about its own centre", async () => {
  const { data, info } = await sharp(await renderPhoto(photo, folder, "seed"))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([photo.width, photo.height]);
  const red: [number, number][] = [];
  for (let y = 0; y < info.height; y++) {
    for (let x = 0; x < info.width; x++) {
      const at = (y * info.width + x) * info.channels;
      if ((data[at] ?? 0) > 180 && (data[at + 1] ?? 0) < 70 && (data[at + 2] ?? 0) < 70) red.push([x, y]);
    }
  }
  const mean = (axis: 0 | 1) => red.reduce((sum, point) => sum + point[axis], 0) / red.length;
  expect(Math.abs(mean(0) - face.centre[0])).toBeLessThan(1.5);
  expect(Math.abs(mean(1) - face.centre[1])).toBeLessThan(1.5);
  // 60 wide and, at LFW's shape of the face, 79.8 high; the blur of the edge takes some.
  expect(red.length).toBeGreaterThan(0.88 * 60 * 79.8);
  expect(red.length).toBeLessThan(1.05 * 60 * 79.8);
});
