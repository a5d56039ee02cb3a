import { readFile, stat } from "node:fs/promises";
import sharp from "sharp";
import { FaceError } from "./errors.ts";

/** Upright pixels in sRGB, 8 bits each: red, green, blue, row by row from the top left, without padding. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface DecodedImage {
  /** At most `maxSide` pixels on its longer side. */
  readonly image: RgbImage;
  /** Size of the upright original in pixels, before any scaling. */
  readonly original: { readonly width: number; readonly height: number };
  /** What the bytes really are, such as "jpeg". */
  readonly format: string;
  /** True when only a part of the file could be decoded. */
  readonly damaged: boolean;
}

export interface DecodeOptions {
  /** Longest side of the result in pixels; a smaller picture is not enlarged. Default: full size. */
  readonly maxSide?: number;
  /** More pixels than this in the original are refused before decoding. */
  readonly maxPixels?: number;
}

// One picture, one thread: the worker processes are what uses the cores.
sharp.concurrency(1);
sharp.cache(false);

/** The largest phone sensor gives 200 megapixels (16,320 x 12,240); at full size 250 million pixels are 750 MB. */
export const defaultMaxPixels = 250_000_000;

export async function decodeImage(source: Uint8Array | string, options: DecodeOptions = {}): Promise<DecodedImage> {
  const bytes = typeof source === "string" ? await readPicture(source) : source;
  if (bytes.length === 0) throw new FaceError("IMAGE_EMPTY", "The file has no content.");
  const maxPixels = options.maxPixels ?? defaultMaxPixels;
  const meta = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw new FaceError("IMAGE_UNSUPPORTED", "The file is not a picture of a known format.", { cause });
    });
  const original = meta.autoOrient;
  if (original.width * original.height > maxPixels) {
    throw new FaceError("IMAGE_TOO_LARGE", `The picture has ${original.width} x ${original.height} pixels.`);
  }
  const pipeline = sharp(bytes, { limitInputPixels: false, failOn: "none", autoOrient: true });
  if (options.maxSide !== undefined) {
    pipeline.resize({ width: options.maxSide, height: options.maxSide, fit: "inside", withoutEnlargement: true });
  }
  const { data, info } = await pipeline
    .flatten({ background: "#fff" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new FaceError("IMAGE_CORRUPT", "The picture cannot be decoded.", { cause });
    });
  const image = { width: info.width, height: info.height, data: asRgb(data, info.channels) };
  return { image, original, format: meta.format, damaged: false };
}

/** Scales to exactly `width` x `height` pixels; returns a new image. */
export async function resizeImage(image: RgbImage, width: number, height: number): Promise<RgbImage> {
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const data = await sharp(image.data, { raw, limitInputPixels: false })
    .resize({ width, height, fit: "fill" })
    .raw()
    .toBuffer();
  return { width, height, data };
}

async function readPicture(path: string): Promise<Uint8Array> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new FaceError("IMAGE_UNREADABLE", `${path} cannot be opened.`, { cause });
  });
  if (!info.isFile()) throw new FaceError("IMAGE_UNREADABLE", `${path} is not a file.`);
  return readFile(path).catch((cause: unknown) => {
    throw new FaceError("IMAGE_UNREADABLE", `${path} cannot be read.`, { cause });
  });
}

function asRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) rgb.fill(data[i * channels] ?? 0, i * 3, i * 3 + 3);
  return rgb;
}
