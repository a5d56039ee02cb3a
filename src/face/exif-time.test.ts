import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { expect, it } from "vitest";
import { findExifTime, readExifTime } from "./exif-time.ts";
import { decodeImage } from "./image.ts";

const time = "2026:06:13 21:40:05";
const expected = new Date("2026-06-13T21:40:05Z");

async function jpegWith(text: string): Promise<Buffer> {
  const plain = sharp({ create: { width: 40, height: 40, channels: 3, background: "#777" } });
  return await plain
    .withExif({ IFD2: { DateTimeOriginal: text } })
    .jpeg()
    .toBuffer();
}

it("knows when a photo was taken, in JPEG and in HEIC", async () => {
  const jpeg = await jpegWith(time);
  expect((await decodeImage(jpeg)).takenAt).toEqual(expected);
  const { exif } = await sharp(jpeg).metadata();
  const heic = await readFile(new URL("../../test/fixtures/quadrants.heic", import.meta.url));
  expect((await decodeImage(heic)).takenAt).toBeNull();
  // A box that decoders skip: where in the file the EXIF is, is up to the file.
  const head = Buffer.from([0, 0, 0, 0, ...Buffer.from("free")]);
  head.writeUInt32BE(8 + (exif?.length ?? 0));
  const withTime = Buffer.concat([heic, head, exif ?? Buffer.alloc(0)]);
  expect((await decodeImage(withTime)).takenAt).toEqual(expected);
});

it("knows no time that cannot be, and none where there is no EXIF", async () => {
  for (const text of ["0000:00:00 00:00:00", "2026:02:31 10:00:00", "yesterday"]) {
    expect((await decodeImage(await jpegWith(text))).takenAt).toBeNull();
  }
  expect(findExifTime(Buffer.from("no EXIF at all"))).toBeNull();
  expect(readExifTime(Buffer.from("II*\0"))).toBeNull();
});
