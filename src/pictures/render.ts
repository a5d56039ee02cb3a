import sharp, { type Sharp } from "sharp";
import type { Rendition } from "../domain/pictures.ts";
import { boxHeight, boxWidth, type PixelBox } from "../face/geometry.ts";
import { type DecodedImage, decodeImage } from "../face/image.ts";
import { inspectPicture } from "./inspect.ts";
import { placeMark } from "./mark.ts";

/** Around a face, as a share of its longer side: enough for hair and chin, little enough to know who is meant. */
const faceMargin = 0.45;

/** As quick as the decoding it follows; slower efforts save a tenth of the bytes. */
const effort = 3;

/** Decodes the photo once, no larger than needed, and makes every rendition from that. */
export async function renderPicture(file: string, renditions: readonly Rendition[]): Promise<Uint8Array[]> {
  const { width, height } = await inspectPicture(file);
  const longest = Math.max(width, height);
  const maxSide = Math.max(1, ...renditions.map((rendition) => sideNeeded(rendition, longest)));
  const decoded = await decodeImage(file, { maxSide });
  const pictures: Uint8Array[] = [];
  for (const rendition of renditions) pictures.push(await encode(decoded, rendition));
  return pictures;
}

/** The longer side that the photo has to be decoded to. */
function sideNeeded(rendition: Rendition, longest: number): number {
  if (rendition.kind === "whole") return rendition.maxSide;
  const scale = Math.min(1, rendition.side / squareSide(rendition.box));
  // The size of a picture whose header does not tell it is not known before: then all of it is decoded.
  return longest === 0 ? Number.POSITIVE_INFINITY : Math.ceil(longest * scale);
}

function squareSide(box: PixelBox): number {
  return Math.max(boxWidth(box), boxHeight(box)) * (1 + 2 * faceMargin);
}

async function encode({ image, original }: DecodedImage, rendition: Rendition): Promise<Uint8Array> {
  const { width, height, data } = image;
  const raw = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  const options = { quality: rendition.quality, effort };
  if (rendition.kind === "whole") {
    const { maxSide, mark } = rendition;
    const whole = raw.resize({ width: maxSide, height: maxSide, fit: "inside", withoutEnlargement: true });
    return await (mark === undefined ? whole : await marked(whole, mark)).webp(options).toBuffer();
  }
  const scale = width / original.width;
  const side = Math.max(1, Math.min(width, height, Math.round(squareSide(rendition.box) * scale)));
  const [x1, y1, x2, y2] = rendition.box;
  const left = clamp(Math.round(((x1 + x2) / 2) * scale - side / 2), 0, width - side);
  const top = clamp(Math.round(((y1 + y2) / 2) * scale - side / 2), 0, height - side);
  return await raw
    .extract({ left, top, width: side, height: side })
    .resize({ width: rendition.side, height: rendition.side, fit: "fill" })
    .webp(options)
    .toBuffer();
}

/** Scaled first: a mark is drawn for the size that is looked at. */
async function marked(picture: Sharp, mark: string): Promise<Sharp> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return sharp(data, { raw: { width, height, channels: 3 } }).composite([await placeMark(mark, width, height)]);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
