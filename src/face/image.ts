import sharp from "sharp";
import { FaceError } from "./errors.ts";
import { decodeHeic } from "./heic.ts";
import { isSrgb, profileSpace, tiffWithProfile } from "./icc.ts";
import { checkByteCount, readImageFile } from "./image-file.ts";
import {
  checkPixels,
  copyAgain,
  type HeicHeader,
  type ImageHeader,
  isHeic,
  readImageHeader,
  type Size,
} from "./image-header.ts";
import { readablePngRows } from "./png-rows.ts";
import { asRgb, greyBelow, orient, type RgbImage, shareBeforeFill } from "./rgb-image.ts";

export type { RgbImage } from "./rgb-image.ts";

export interface DecodedImage {
  /** At most `maxSide` pixels on its longer side. */
  readonly image: RgbImage;
  /** Size in pixels of the upright original before any scaling; of a RAW file, that of its embedded preview. */
  readonly original: Size;
  /** What the bytes really are: "jpeg", "png", "webp", "avif", "heic", or a kind of RAW such as "nef". */
  readonly format: string;
  /** True when only a part of the file could be decoded; the rest of the image is then grey. */
  readonly damaged: boolean;
  /** By the camera's clock, taken for UTC. */
  readonly takenAt: Date | null;
}

export interface DecodeOptions {
  /** Longest side of the result in pixels; a smaller picture is not enlarged. Default: full size. */
  readonly maxSide?: number;
  /** A picture of more pixels is refused before it is decoded. Default: 250 million. */
  readonly maxPixels?: number;
}

/** The smallest face that is looked for has 20 pixels. */
const minSide = 20;

/** A damaged picture with less than this is only noise where decoding broke off; a face needs more of it anyway. */
const minReadableShare = 0.01;

/** What transparent parts show, as on a white page. */
const background = "#ffffff";

/**
 * Decodes a picture to upright sRGB pixels. The type is found from the bytes; the name of a file is not looked at.
 * Animations give their first frame, transparent parts become white.
 *
 * @param source the bytes of a file, or its path
 * @throws FaceError IMAGE_UNREADABLE, IMAGE_EMPTY, IMAGE_UNSUPPORTED, IMAGE_TOO_LARGE, IMAGE_TOO_SMALL, IMAGE_CORRUPT
 */
export async function decodeImage(source: Uint8Array | string, options: DecodeOptions = {}): Promise<DecodedImage> {
  const bytes = typeof source === "string" ? await readImageFile(source) : source;
  checkByteCount(bytes.length);
  const header = await readImageHeader(bytes);
  return isHeic(header) ? decodeHeif(bytes, header, options) : decodeWithSharp(header, options);
}

/** Scales to exactly `width` x `height` pixels; returns a new image. */
export async function resizeImage(image: RgbImage, width: number, height: number): Promise<RgbImage> {
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const data = await sharp(image.data, { raw, limitInputPixels: false })
    .resize({ width, height, fit: "fill", kernel })
    .raw()
    .toBuffer();
  return { width, height, data };
}

/** Antialiased like the others of libvips; the fastest of them. */
const kernel = "linear";

async function decodeWithSharp(header: ImageHeader, options: DecodeOptions): Promise<DecodedImage> {
  const { format, encoded, stored, upright, orientation, icc, takenAt } = header;
  checkSize(upright, options);
  const scaled = fitInside(stored, options.maxSide);
  const profile = icc && profileSpace(icc) === "RGB " ? icc : undefined;
  const decode = (failOn: "warning" | "none") =>
    sharp(encoded, { limitInputPixels: false, failOn, ignoreIcc: profile !== undefined })
      .resize({ ...scaled, fit: "fill", kernel })
      .flatten({ background })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });

  let damaged = false;
  const { data, info } = await decode("warning")
    .catch(() => {
      damaged = true;
      return decode("none");
    })
    .catch((cause: unknown) => {
      throw new FaceError("IMAGE_CORRUPT", `The picture cannot be decoded. ${copyAgain}`, { cause });
    });
  const decoded = { ...scaled, data: asRgb(data, info.channels) };
  const readable =
    damaged && format === "png"
      ? greyBelow(decoded, Math.floor(((await readablePngRows(encoded)) * scaled.height) / stored.height))
      : decoded;
  if (damaged && shareBeforeFill(readable) < minReadableShare) {
    throw new FaceError("IMAGE_CORRUPT", `Nothing of the picture can be decoded. ${copyAgain}`);
  }
  const image = orient(profile ? await toSrgb(readable, profile) : readable, orientation);
  return { image, original: upright, format, damaged, takenAt };
}

/** libheif applies the container's rotation, which by the standard is all there is: EXIF's says the same thing again. */
async function decodeHeif(
  bytes: Uint8Array,
  { format, takenAt }: HeicHeader,
  options: DecodeOptions,
): Promise<DecodedImage> {
  const full = await decodeHeic(bytes, (width, height) => checkSize({ width, height }, options));
  const original = { width: full.width, height: full.height };
  const scaled = fitInside(full, options.maxSide);
  const image = scaled.width === full.width ? full : await resizeImage(full, scaled.width, scaled.height);
  const upright = full.icc && profileSpace(full.icc) === "RGB " ? await toSrgb(image, full.icc) : image;
  return {
    image: { width: scaled.width, height: scaled.height, data: upright.data },
    original,
    format,
    damaged: false,
    takenAt,
  };
}

/** Converts colours after scaling: on the pixels of the full picture it would take longer than decoding them. */
async function toSrgb(image: RgbImage, profile: Uint8Array): Promise<RgbImage> {
  if (isSrgb(profile)) return image;
  const data = await sharp(tiffWithProfile(image, profile), { limitInputPixels: false })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer();
  return { width: image.width, height: image.height, data };
}

function fitInside({ width, height }: Size, maxSide = Number.POSITIVE_INFINITY): Size {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function checkSize({ width, height }: Size, { maxPixels }: DecodeOptions): void {
  checkPixels({ width, height }, maxPixels);
  if (Math.min(width, height) < minSide) {
    throw new FaceError(
      "IMAGE_TOO_SMALL",
      `The picture has ${width} x ${height} pixels; the smallest face that can be found has ${minSide}.`,
    );
  }
}
