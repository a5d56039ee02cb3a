import sharp, { type OverlayOptions } from "sharp";
import { FaceError } from "../face/errors.ts";
import { decodeImage } from "../face/image.ts";
import { readImageFile } from "../face/image-file.ts";
import { sniffFile } from "../face/image-format.ts";

/** Sharp on the page of a guest, and on photos of phones. */
const markSide = 640;

/** Nobody draws a larger logo; a file that says it is one is built to fill the memory. */
const mostMarkPixels = 50_000_000;

/** Of a photo's shorter side: seen, and not in the way. */
const markShare = 0.24;
const marginShare = 0.025;
const markOpacity = 0.8;

/** As cameras save: another round of JPEG that nobody sees. */
const photoQuality = 92;

/**
 * A logo as it is kept: drawn anew, so that nothing of the file that came is left but what is seen, with its transparency.
 *
 * @returns PNG, at most 640 pixels on its longer side
 * @throws FaceError IMAGE_UNSUPPORTED, IMAGE_TOO_LARGE, IMAGE_CORRUPT, IMAGE_UNREADABLE, IMAGE_EMPTY
 */
export async function renderMark(file: string): Promise<Uint8Array> {
  const bytes = await readImageFile(file);
  const kind = sniffFile(bytes);
  if (kind.kind !== "picture" || !["png", "webp", "jpeg"].includes(kind.format)) {
    throw new FaceError(
      "IMAGE_UNSUPPORTED",
      "The file is no picture that can be drawn on others. Use PNG, WebP or JPEG.",
    );
  }
  const picture = sharp(bytes, { limitInputPixels: false });
  const { width, height } = await picture.metadata().catch(corrupt);
  if (width * height > mostMarkPixels) {
    throw new FaceError(
      "IMAGE_TOO_LARGE",
      `The picture says it has ${width} x ${height} pixels, far more than is shown of it. Scale it down to ${markSide} pixels first.`,
    );
  }
  return await picture
    .autoOrient()
    .resize({ width: markSide, height: markSide, fit: "inside", withoutEnlargement: true })
    // Four channels, whatever came: what fades it out on photos counts on that.
    .toColourspace("srgb")
    .ensureAlpha()
    .png()
    .toBuffer()
    .catch(corrupt);
}

/**
 * The photo in full size with the mark in its lower right corner, without what the file says about itself.
 *
 * @returns JPEG
 * @throws as `decodeImage`
 */
export async function renderMarked(file: string, mark: string): Promise<Uint8Array> {
  const { image } = await decodeImage(file);
  const { width, height, data } = image;
  return await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .composite([await placeMark(mark, width, height)])
    .jpeg({ quality: photoQuality })
    .toBuffer();
}

/**
 * The mark as it goes onto a picture of that size: in its lower right corner.
 *
 * @param mark file that `renderMark` made
 */
export async function placeMark(mark: string, width: number, height: number): Promise<OverlayOptions> {
  const shorter = Math.min(width, height);
  const side = Math.max(1, Math.round(shorter * markShare));
  const drawn = await sharp(mark)
    .resize({ width: Math.min(width, side * 2), height: side, fit: "inside" })
    .linear([1, 1, 1, markOpacity], [0, 0, 0, 0])
    .png()
    .toBuffer({ resolveWithObject: true });
  const margin = Math.round(shorter * marginShare);
  return {
    input: drawn.data,
    left: Math.max(0, width - drawn.info.width - margin),
    top: Math.max(0, height - drawn.info.height - margin),
  };
}

function corrupt(cause: unknown): never {
  throw new FaceError("IMAGE_CORRUPT", "The picture cannot be read. It is damaged or was cut short: save it again.", {
    cause,
  });
}
