import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import type { FaceErrorCode } from "../src/face/errors.ts";
import { orient, type RgbImage } from "../src/face/rgb-image.ts";

/** One hostile, broken or unusual file, and what must come of it. */
export interface BadPicture {
  /** Name inside the folder; not always one that a terminal can print. */
  readonly name: string;
  readonly expected:
    | { readonly error: FaceErrorCode }
    /** `sameAsPhoto` when the upright pixels are those of the photo, so that the same faces must be found in it. */
    | { readonly format: string; readonly damaged: boolean; readonly sameAsPhoto: boolean };
}

/** The inverse of an EXIF orientation: turning upright pixels by it gives the pixels as a camera would store them. */
const inverseOrientation = [0, 1, 2, 3, 4, 5, 8, 7, 6] as const;

/** The upright picture as a camera stores it that was held so; still to be encoded. */
export function storedWith(orientation: number, upright: RgbImage): Sharp {
  return encoder(orient(upright, inverseOrientation[orientation] ?? 1)).withMetadata({ orientation });
}

/**
 * Writes a folder with every kind of bad input: broken files, other formats under a picture's name, unusual encodings,
 * awkward names, a symlink loop, a folder that may not be read, a named pipe.
 *
 * @param folder is created when missing; before it can be deleted, "locked" needs its permissions back
 * @param photo bytes of a picture to build on, such as one with faces; at least 320 wide; a drawn pattern by default
 */
export async function writeBadPictures(folder: string, photo?: Uint8Array): Promise<BadPicture[]> {
  await mkdir(folder, { recursive: true });
  const image = photo ? await pixelsOf(photo) : drawPattern(360, 240);
  const list: BadPicture[] = [];
  const add = async (name: string, bytes: Uint8Array, expected: BadPicture["expected"]) => {
    await writeFile(join(folder, name), bytes);
    list.push({ name, expected });
  };
  for (const [name, bytes, error] of await refusedFiles(image)) await add(name, bytes, { error });
  for (const [name, bytes, format] of await unusualFiles(image)) {
    await add(name, bytes, { format, damaged: false, sameAsPhoto: true });
  }
  const jpeg = await encoder(image).jpeg({ quality: 92 }).toBuffer();
  await add("truncated.jpg", jpeg.subarray(0, jpeg.length * 0.6), {
    format: "jpeg",
    damaged: true,
    sameAsPhoto: false,
  });
  for (const name of awkwardNames) await add(name, jpeg, { format: "jpeg", damaged: false, sameAsPhoto: true });

  await mkdir(join(folder, "folder.jpg"));
  await symlink(".", join(folder, "loop"));
  await symlink("circle.jpg", join(folder, "circle.jpg"));
  await promisify(execFile)("mkfifo", [join(folder, "pipe.jpg")]);
  await mkdir(join(folder, "locked"));
  await copyFile(join(folder, "truncated.jpg"), join(folder, "locked", "unseen.jpg"));
  await chmod(join(folder, "locked"), 0o000);
  return list;
}

/** All but the first hold the same bytes: one photo under several names. */
const awkwardNames = [
  "copy-1.jpg",
  "copy-2.jpg",
  "party 🎉 👩‍👩‍👧.jpg",
  "two\nlines.jpg",
  "-rf.jpg",
  `${"n".repeat(251)}.jpg`,
] as const;

async function refusedFiles(image: RgbImage): Promise<(readonly [string, Uint8Array, FaceErrorCode])[]> {
  const jpeg = await encoder(image).jpeg().toBuffer();
  const tiny = { raw: { width: 1, height: 1, channels: 3 } } as const;
  return [
    ["empty.jpg", new Uint8Array(0), "IMAGE_EMPTY"],
    ["random.jpg", notAMagicNumber(randomBytes(5000)), "IMAGE_UNSUPPORTED"],
    ["text.jpg", Buffer.from("not a picture at all\n"), "IMAGE_UNSUPPORTED"],
    [
      "drawing.jpg",
      Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'),
      "IMAGE_UNSUPPORTED",
    ],
    ["document.jpg", Buffer.from("%PDF-1.7\n%%EOF\n"), "IMAGE_UNSUPPORTED"],
    ["tiff.jpg", await encoder(image).tiff().toBuffer(), "IMAGE_UNSUPPORTED"],
    ["animation.gif", await encoder(image).gif().toBuffer(), "IMAGE_UNSUPPORTED"],
    ["only-header.jpg", jpeg.subarray(0, 150), "IMAGE_CORRUPT"],
    ["only-magic.jpg", jpeg.subarray(0, 4), "IMAGE_CORRUPT"],
    ["no-pixels.jpg", jpeg.subarray(0, jpeg.lastIndexOf(startOfScan) + 14), "IMAGE_CORRUPT"],
    ["half.webp", cut(await encoder(image).webp().toBuffer()), "IMAGE_CORRUPT"],
    ["half.avif", cut(await encoder(image).avif({ effort: 0 }).toBuffer()), "IMAGE_CORRUPT"],
    [
      "one-pixel.png",
      await sharp(Buffer.from([9, 9, 9]), tiny)
        .png()
        .toBuffer(),
      "IMAGE_TOO_SMALL",
    ],
    ["seventeen-thousand.png", onePaletteColourPng(17_000, 17_000), "IMAGE_TOO_LARGE"],
    ["says-65000.jpg", withJpegSize(jpeg, 65_000, 65_000), "IMAGE_TOO_LARGE"],
    ["camera-without-preview.nef", rawFile(undefined), "IMAGE_UNSUPPORTED"],
  ];
}

async function unusualFiles(image: RgbImage): Promise<(readonly [string, Uint8Array, string])[]> {
  const wide = await encoder(image).toColourspace("rgb16").raw({ depth: "ushort" }).toBuffer();
  const raw16 = { width: image.width, height: image.height, channels: 3 } as const;
  const wideSamples = new Uint16Array(wide.buffer, wide.byteOffset, wide.length / 2);
  const files: (readonly [string, Uint8Array, string])[] = [
    ["png-inside.jpg", await encoder(image).png().toBuffer(), "png"],
    ["cmyk.jpg", await encoder(image).toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer(), "jpeg"],
    ["grey.jpg", await encoder(image).greyscale().jpeg().toBuffer(), "jpeg"],
    ["progressive.jpg", await encoder(image).jpeg({ progressive: true }).toBuffer(), "jpeg"],
    ["sixteen-bit.png", await sharp(wideSamples, { raw: raw16 }).toColourspace("rgb16").png().toBuffer(), "png"],
    ["palette.png", await encoder(image).png({ palette: true }).toBuffer(), "png"],
    ["alpha.png", await encoder(image).ensureAlpha().png().toBuffer(), "png"],
    ["grey-alpha.png", await encoder(image).greyscale().ensureAlpha().png().toBuffer(), "png"],
    ["interlaced.png", await encoder(image).png({ progressive: true }).toBuffer(), "png"],
    ["animated.webp", await animatedWebp(image), "webp"],
    ["still.avif", await encoder(image).avif({ quality: 80, effort: 0 }).toBuffer(), "avif"],
    ["camera.nef", rawFile(await encoder(image).jpeg({ quality: 92 }).toBuffer()), "nef"],
  ];
  for (let orientation = 1; orientation <= 8; orientation++) {
    const jpeg = await storedWith(orientation, image).jpeg({ quality: 92 }).toBuffer();
    files.push([`orientation-${orientation}.jpg`, jpeg, "jpeg"]);
  }
  return files;
}

/** A pattern without faces, different in every quarter, so that turning, mirroring and cropping all show. */
export function drawPattern(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      data[at] = 40 + (160 * x) / width;
      data[at + 1] = 60 + (140 * y) / height;
      data[at + 2] = x * 2 < width === y * 3 < height ? 200 : 70;
    }
  }
  return { width, height, data };
}

/**
 * A RAW file as Nikon lays it out: a TIFF whose first directory names the maker, with the sensor's directory below it.
 *
 * @param preview JPEG to embed, if any
 */
export function rawFile(preview: Uint8Array | undefined, orientation = 1, make = "NIKON CORPORATION"): Uint8Array {
  const header = Buffer.alloc(256);
  header.write("II*\0", 0, "latin1");
  header.writeUInt32LE(8, 4);
  const sensorAt = 100;
  const makeAt = 200;
  header.write(`${make}\0`, makeAt, "latin1");
  writeDirectory(header, 8, [
    [0x010f, 2, make.length + 1, makeAt],
    [0x0112, 3, 1, orientation],
    [0x014a, 4, 1, sensorAt],
  ]);
  writeDirectory(header, sensorAt, [[0x0106, 3, 1, 32803]]);
  const sensor = randomBytes(4000).fill(0, 0, 64);
  return Buffer.concat([header, sensor, preview ?? new Uint8Array(0), sensor]);
}

/** The JPEG with other dimensions in its frame header. */
export function withJpegSize(jpeg: Uint8Array, width: number, height: number): Uint8Array {
  const lying = Buffer.from(jpeg);
  const frame = lying.indexOf(Buffer.from([0xff, 0xc0, 0x00, 0x11]));
  lying.writeUInt16BE(height, frame + 5);
  lying.writeUInt16BE(width, frame + 7);
  return lying;
}

/** A valid PNG of one colour with one bit a pixel: millions of pixels in a file of a few kilobytes. */
export function onePaletteColourPng(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 3], 8);
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))), { level: 1 });
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const palette = Buffer.from([120, 90, 60]);
  const chunks = [chunk("IHDR", header), chunk("PLTE", palette), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]);
}

const startOfScan = Buffer.from([0xff, 0xda]);

function encoder(image: RgbImage): Sharp {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}

async function pixelsOf(photo: Uint8Array): Promise<RgbImage> {
  const { data, info } = await sharp(photo).autoOrient().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Two frames, the second one upside down. */
async function animatedWebp(image: RgbImage): Promise<Uint8Array> {
  const frames = Buffer.concat([image.data, orient(image, 3).data]);
  const raw = { width: image.width, height: image.height * 2, channels: 3, pageHeight: image.height } as const;
  return sharp(frames, { raw }).webp({ quality: 90 }).toBuffer();
}

function cut(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length / 2);
}

function notAMagicNumber(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([0x07]), bytes]);
}

function writeDirectory(
  file: Buffer,
  at: number,
  entries: readonly (readonly [tag: number, type: number, count: number, value: number])[],
): void {
  file.writeUInt16LE(entries.length, at);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    file.writeUInt16LE(tag, at + 2 + i * 12);
    file.writeUInt16LE(type, at + 4 + i * 12);
    file.writeUInt32LE(count, at + 6 + i * 12);
    file.writeUInt32LE(value, at + 10 + i * 12);
  }
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** CRC-32 as PNG defines it (reflected polynomial 0xEDB88320). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
