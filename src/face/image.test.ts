import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type BadPicture,
  drawPattern,
  onePaletteColourPng,
  rawFile,
  storedWith,
  withJpegSize,
  writeBadPictures,
} from "../../test/bad-pictures.ts";
import type { FaceErrorCode } from "./errors.ts";
import { decodeImage, type RgbImage, resizeImage } from "./image.ts";
import { orient } from "./rgb-image.ts";

const pattern = drawPattern(360, 240);

function encode(image: RgbImage = pattern) {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}

function meanDifference(a: RgbImage, b: RgbImage): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  let sum = 0;
  for (const [i, value] of a.data.entries()) sum += Math.abs(value - (b.data[i] ?? 0));
  return sum / a.data.length;
}

function pixelAt({ width, data }: RgbImage, x: number, y: number): number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

async function refusal(source: Uint8Array | string, maxPixels?: number): Promise<FaceErrorCode> {
  const error: unknown = await decodeImage(source, maxPixels === undefined ? {} : { maxPixels }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toHaveProperty("name", "FaceError");
  expect(error).toHaveProperty("message", expect.stringMatching(/^[^\n]+[.]$/));
  return Object(error).code;
}

describe("a folder of bad pictures", () => {
  let folder = "";
  let pictures: readonly BadPicture[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bad-pictures-"));
    pictures = await writeBadPictures(folder);
  });
  afterAll(async () => {
    await chmod(join(folder, "locked"), 0o700);
    await rm(folder, { recursive: true });
  });

  it("refuses every broken file with its code", async () => {
    const expected: Record<string, FaceErrorCode> = {};
    const got: Record<string, FaceErrorCode> = {};
    for (const { name, expected: outcome } of pictures) {
      if (!("error" in outcome)) continue;
      expected[name] = outcome.error;
      got[name] = await refusal(join(folder, name));
    }
    expect(got).toEqual(expected);
  });

  it("decodes every unusual file to the pixels of the photo, and flags only the damaged one", async () => {
    for (const { name, expected } of pictures) {
      if ("error" in expected) continue;
      const decoded = await decodeImage(join(folder, name));
      expect({ name, format: decoded.format, damaged: decoded.damaged }).toEqual({
        name,
        format: expected.format,
        damaged: expected.damaged,
      });
      expect(decoded.original).toEqual({ width: 360, height: 240 });
      if (!expected.sameAsPhoto) continue;
      const wanted = /grey/.test(name) ? { ...pattern, data: await greyOf(pattern) } : pattern;
      // CMYK without a profile goes through a printing process that holds fewer colours.
      expect(meanDifference(decoded.image, wanted), name).toBeLessThan(name.startsWith("cmyk") ? 25 : 4);
    }
  });

  it("refuses what is not a file without waiting for it", async () => {
    for (const name of ["folder.jpg", "loop", "circle.jpg", "pipe.jpg", "missing.jpg", "copy-1.jpg/inside.jpg"]) {
      expect(await refusal(join(folder, name)), name).toBe("IMAGE_UNREADABLE");
    }
  });
});

async function greyOf(image: RgbImage): Promise<Uint8Array> {
  return encode(image).greyscale().toColourspace("srgb").raw().toBuffer().then(tripled);
}

function tripled(grey: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: grey.length * 3 }, (_, i) => grey[Math.floor(i / 3)] ?? 0);
}

describe("orientation", () => {
  it("gives identical pixels for all eight EXIF orientations of a lossless file", async () => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const png = await storedWith(orientation, pattern).png().toBuffer();
      const { image, original } = await decodeImage(png);
      expect(original).toEqual({ width: 360, height: 240 });
      expect(Buffer.compare(image.data, pattern.data), `orientation ${orientation}`).toBe(0);
    }
  });

  it("applies the rotation of an AVIF container once", async () => {
    const avif = await encode(orient(pattern, 8)).withMetadata({ orientation: 6 }).avif({ quality: 90 }).toBuffer();
    expect(meanDifference((await decodeImage(avif)).image, pattern)).toBeLessThan(4);
  });

  it("turns a RAW preview as the RAW file says", async () => {
    const preview = await encode(orient(pattern, 8)).jpeg({ quality: 95 }).toBuffer();
    const { image, original } = await decodeImage(rawFile(preview, 6));
    expect(original).toEqual({ width: 360, height: 240 });
    expect(meanDifference(image, pattern)).toBeLessThan(4);
  });

  it("lets a RAW preview's own orientation come first", async () => {
    const preview = await encode(orient(pattern, 8)).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    expect(meanDifference((await decodeImage(rawFile(preview, 6))).image, pattern)).toBeLessThan(4);
  });
});

describe("scaling", () => {
  it("fits the longer side and never enlarges", async () => {
    const jpeg = await encode().jpeg().toBuffer();
    const sizes: Record<number, number[]> = {};
    for (const maxSide of [1, 90, 359, 360, 1000]) {
      const { image, original } = await decodeImage(jpeg, { maxSide });
      expect(original).toEqual({ width: 360, height: 240 });
      expect(image.data.length).toBe(image.width * image.height * 3);
      sizes[maxSide] = [image.width, image.height];
    }
    expect(sizes).toEqual({ 1: [1, 1], 90: [90, 60], 359: [359, 239], 360: [360, 240], 1000: [360, 240] });
  });

  it("keeps positions: a point stays within half a pixel of where scaling puts it", async () => {
    const width = 1600;
    const height = 1200;
    const image = { width, height, data: new Uint8Array(width * height * 3) };
    // A white square whose centre is (1000, 400).
    for (let y = 380; y < 420; y++) image.data.fill(255, (y * width + 980) * 3, (y * width + 1020) * 3);
    const jpeg = await encode(image).jpeg({ quality: 95 }).toBuffer();
    for (const maxSide of [200, 333, 401, 640, 799]) {
      const scaled = (await decodeImage(jpeg, { maxSide })).image;
      let sum = 0;
      let sumX = 0;
      let sumY = 0;
      for (let i = 0; i < scaled.data.length; i += 3) {
        const weight = Math.max(0, (scaled.data[i] ?? 0) - 20);
        const pixel = i / 3;
        sum += weight;
        sumX += weight * ((pixel % scaled.width) + 0.5);
        sumY += weight * (Math.floor(pixel / scaled.width) + 0.5);
      }
      expect(Math.abs(sumX / sum - (1000 * scaled.width) / width)).toBeLessThan(0.5);
      expect(Math.abs(sumY / sum - (400 * scaled.height) / height)).toBeLessThan(0.5);
    }
  });

  it("resizes to exactly the size asked for and leaves its input alone", async () => {
    const before = pattern.data.slice();
    const small = await resizeImage(pattern, 33, 77);
    expect([small.width, small.height, small.data.length]).toEqual([33, 77, 33 * 77 * 3]);
    expect(Buffer.compare(pattern.data, before)).toBe(0);
  });
});

describe("colour", () => {
  it("converts Display P3 to sRGB, at full size and scaled", async () => {
    const png = await encode().withIccProfile("p3").png().toBuffer();
    const asStored = await sharp(png, { ignoreIcc: true }).raw().toBuffer();
    expect(meanDifference({ ...pattern, data: asStored }, pattern)).toBeGreaterThan(4);
    expect(meanDifference((await decodeImage(png)).image, pattern)).toBeLessThan(1);
    const { image } = await decodeImage(png, { maxSide: 90 });
    expect(meanDifference(image, await resizeImage(pattern, 90, 60))).toBeLessThan(1.5);
  });

  it("converts a 16-bit picture with a profile like its 8-bit twin", async () => {
    const png = await encode().toColourspace("rgb16").withIccProfile("p3").png().toBuffer();
    expect((await sharp(png).metadata()).depth).toBe("ushort");
    expect(meanDifference((await decodeImage(png)).image, pattern)).toBeLessThan(1);
  });

  it("decodes a picture whose colour profile is nonsense as if it had none", async () => {
    const jpeg = await encode().withIccProfile("srgb").jpeg({ quality: 95 }).toBuffer();
    const profile = jpeg.indexOf("ICC_PROFILE") + 14;
    const spoilt = Buffer.from(jpeg).fill(0xee, profile + 20, profile + 400);
    expect(meanDifference((await decodeImage(spoilt)).image, pattern)).toBeLessThan(4);
  });

  it("shows transparent parts as white", async () => {
    const clear = { width: 40, height: 40, channels: 4, background: { r: 200, g: 0, b: 0, alpha: 0 } } as const;
    const png = await sharp({ create: clear }).png().toBuffer();
    expect(pixelAt((await decodeImage(png)).image, 20, 20)).toEqual([255, 255, 255]);
  });
});

describe("damage and lies", () => {
  it("keeps the readable part of a truncated JPEG", async () => {
    const jpeg = await encode().jpeg({ quality: 95 }).toBuffer();
    const { image, damaged } = await decodeImage(jpeg.subarray(0, jpeg.length * 0.7));
    expect(damaged).toBe(true);
    const top = { width: 360, height: 100, data: image.data.subarray(0, 360 * 100 * 3) };
    expect(meanDifference(top, { ...top, data: pattern.data.subarray(0, 360 * 100 * 3) })).toBeLessThan(3);
    expect(pixelAt(image, 350, 235)).toEqual([128, 128, 128]);
  });

  it("shows the readable part of a truncated PNG once, and grey below it, whatever was decoded before", async () => {
    const photo = drawPattern(600, 1600);
    const png = await encode(photo).png({ compressionLevel: 0 }).toBuffer();
    for (const maxSide of [1600, 800]) {
      const scale = maxSide / 1600;
      const { image, damaged } = await decodeImage(png.subarray(0, png.length * 0.6), { maxSide });
      expect(damaged).toBe(true);
      const rows = Math.floor(940 * scale);
      const top = { ...image, height: rows, data: image.data.subarray(0, image.width * rows * 3) };
      const whole = await decodeImage(png, { maxSide });
      expect(meanDifference(top, { ...top, data: whole.image.data.subarray(0, top.data.length) })).toBeLessThan(0.1);
      const rest = image.data.subarray(image.width * Math.ceil(960 * scale) * 3);
      expect(rest.every((value) => value === 128)).toBe(true);
    }
  });

  it("flags a JPEG with foreign bytes in the middle", async () => {
    const jpeg = await encode().jpeg({ quality: 95 }).toBuffer();
    const spoilt = Buffer.from(jpeg).fill(0xaa, jpeg.length / 2, jpeg.length / 2 + 2000);
    expect((await decodeImage(spoilt)).damaged).toBe(true);
  });

  it("takes a whole JPEG with something after its end as whole", async () => {
    const jpeg = await encode().jpeg().toBuffer();
    expect((await decodeImage(Buffer.concat([jpeg, Buffer.from("appended by some program")]))).damaged).toBe(false);
  });

  it("flags a JPEG that claims to be higher than it is", async () => {
    const jpeg = await encode().jpeg().toBuffer();
    expect(await decodeImage(withJpegSize(jpeg, 360, 1000))).toMatchObject({
      damaged: true,
      original: { width: 360, height: 1000 },
    });
  });

  it("refuses too many pixels from the header alone", async () => {
    const png = onePaletteColourPng(400, 300);
    expect(await refusal(png, 119_999)).toBe("IMAGE_TOO_LARGE");
    expect((await decodeImage(png, { maxPixels: 120_000 })).image.width).toBe(400);
  });

  it("refuses 17,000 x 17,000 pixels by default, and lets the largest phone sensor pass", async () => {
    // Cut before the pixels: a limit checked first gives the first error, and decoding the second.
    expect(await refusal(onePaletteColourPng(17_000, 17_000).subarray(0, 70))).toBe("IMAGE_TOO_LARGE");
    expect(await refusal(onePaletteColourPng(200, 200).subarray(0, 60))).toBe("IMAGE_CORRUPT");
    // A small JPEG that claims the size of the largest sensor gets past the limit, and is then found to hold nothing.
    const claim = withJpegSize(await encode().jpeg().toBuffer(), 16_320, 12_240);
    await expect(decodeImage(claim, { maxSide: 640 })).rejects.toMatchObject({ code: "IMAGE_CORRUPT" });
  });

  it("refuses strips too narrow for a face", async () => {
    expect(await refusal(onePaletteColourPng(4000, 19))).toBe("IMAGE_TOO_SMALL");
    expect((await decodeImage(onePaletteColourPng(4000, 20))).image.height).toBe(20);
  });

  it("refuses a RAW file that holds only a thumbnail", async () => {
    const thumbnail = await encode(drawPattern(160, 120)).jpeg().toBuffer();
    expect(await refusal(rawFile(thumbnail))).toBe("IMAGE_UNSUPPORTED");
  });

  it("names the type that a refused file really has", async () => {
    const tiff = await encode().tiff().toBuffer();
    await expect(decodeImage(tiff)).rejects.toThrow("By its content, the file is a TIFF picture.");
  });
});

describe("HEIC", () => {
  const fixture = new URL("../../test/fixtures/quadrants.heic", import.meta.url);
  const corners = ({ width: w, height: h }: RgbImage) => [
    [8, 8],
    [w - 8, 8],
    [8, h - 8],
    [w - 8, h - 8],
  ];
  const colours = [
    [220, 200, 90],
    [40, 200, 90],
    [220, 50, 90],
    [40, 50, 90],
  ];

  /** The fixture with one of its properties replaced, in place, by a rotation or a mirroring. */
  async function withProperty(name: "irot" | "imir", value: number): Promise<Uint8Array> {
    const heic = await readFile(fixture);
    const at = heic.indexOf("pixi");
    heic.write(name, at, "latin1");
    heic[at + 4] = value;
    return heic;
  }

  function cornersSeen(image: RgbImage): number[] {
    return corners(image).map(([x = 0, y = 0]) => {
      const [red = 0, green = 0] = pixelAt(image, x, y);
      return colours.findIndex(([r = 0, g = 0]) => Math.abs(red - r) < 8 && Math.abs(green - g) < 8);
    });
  }

  it("decodes to the pixels that were encoded", async () => {
    const { image, original, format, damaged } = await decodeImage(await readFile(fixture));
    expect({ original, format, damaged }).toEqual({
      original: { width: 64, height: 48 },
      format: "heic",
      damaged: false,
    });
    expect(cornersSeen(image)).toEqual([0, 1, 2, 3]);
    const small = await decodeImage(await readFile(fixture), { maxSide: 32 });
    expect([small.image.width, small.image.height]).toEqual([32, 24]);
  });

  it("applies the container's rotation and mirroring once", async () => {
    // irot counts quarter turns against the clock; imir 0 swaps top and bottom, 1 left and right (ISO/IEC 23008-12).
    const turned = await decodeImage(await withProperty("irot", 1));
    expect(turned.original).toEqual({ width: 48, height: 64 });
    expect(cornersSeen(turned.image)).toEqual([1, 3, 0, 2]);
    expect(cornersSeen((await decodeImage(await withProperty("irot", 2))).image)).toEqual([3, 2, 1, 0]);
    expect(cornersSeen((await decodeImage(await withProperty("imir", 0))).image)).toEqual([2, 3, 0, 1]);
    expect(cornersSeen((await decodeImage(await withProperty("imir", 1))).image)).toEqual([1, 0, 3, 2]);
  });

  it("refuses a size that is too large or a lie, and decodes the next file", async () => {
    const heic = await readFile(fixture);
    const size = heic.lastIndexOf("ispe") + 8;
    const claim = (side: number) => {
      const lying = Buffer.from(heic);
      lying.writeUInt32BE(side, size);
      lying.writeUInt32BE(side, size + 4);
      return lying;
    };
    expect(await refusal(claim(30_000))).toBe("IMAGE_TOO_LARGE");
    expect(await refusal(claim(6_400))).toBe("IMAGE_CORRUPT");
    expect(await refusal(claim(10))).toBe("IMAGE_TOO_SMALL");
    expect(cornersSeen((await decodeImage(heic)).image)).toEqual([0, 1, 2, 3]);
  });

  it("answers every flipped bit with a picture or a coded error", async () => {
    const heic = await readFile(fixture);
    for (let at = 12; at < heic.length; at += 3) {
      const spoilt = Buffer.from(heic);
      spoilt[at] = (spoilt[at] ?? 0) ^ (1 << (at % 8));
      const outcome: unknown = await decodeImage(spoilt).catch((error: unknown) => error);
      expect(outcome, `byte ${at}`).not.toBeInstanceOf(TypeError);
      if (outcome instanceof Error) expect(outcome).toHaveProperty("name", "FaceError");
    }
  });

  it("refuses a truncated file", async () => {
    const heic = await readFile(fixture);
    for (const length of [20, 100, 300, 470]) {
      expect(await refusal(heic.subarray(0, length)), `${length} bytes`).toBe("IMAGE_CORRUPT");
    }
  });
});

it("does not write into the bytes it is given, nor into the file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "decode-"));
  const path = join(folder, "a.jpg");
  const jpeg = await encode().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const before = Buffer.from(jpeg);
  await decodeImage(jpeg, { maxSide: 100 });
  expect(jpeg.equals(before)).toBe(true);
  await writeFile(path, jpeg);
  await decodeImage(path);
  expect((await readFile(path)).equals(before)).toBe(true);
  await rm(folder, { recursive: true });
});
