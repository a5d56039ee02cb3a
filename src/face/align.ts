import { fitSimilarity, invertTransform, type Landmarks, type SimilarityTransform } from "./geometry.ts";
import type { RgbImage } from "./image.ts";
import { averageDown, type PixelArea } from "./reduce.ts";

const CHANNELS = 3;

/** Where a crop is written: three planes of floats (red, green, blue) of `size` x `size`. */
export interface CropTarget {
  readonly data: Float32Array;
  readonly offset: number;
}

/**
 * Cuts a face out of the picture, turned and scaled so that its landmarks come to lie on the template's.
 *
 * Bilinear between pixel centres; a face larger than the crop is first averaged down by a whole factor, so that no
 * pixel is skipped. Outside the picture the crop is black, as it was when the embedders were trained.
 *
 * @param landmarks in pixels of `image`
 * @param template in pixels of the crop
 * @param target takes values of 0 to 255
 */
export function alignFace(
  image: RgbImage,
  landmarks: Landmarks,
  template: Landmarks,
  size: number,
  target: CropTarget,
): void {
  const toPicture = invertTransform(fitSimilarity(landmarks, template));
  const factor = Math.floor(Math.hypot(toPicture.a, toPicture.b));
  if (factor < 2) {
    warp(image, toPicture, size, target);
    return;
  }
  const area = cropArea(toPicture, size, factor, image);
  // Pixel i of the reduced picture covers pixels i * factor to (i + 1) * factor - 1, whose centre is half of that on.
  const centre = (factor - 1) / 2;
  warp(
    averageDown(image, area, factor),
    {
      a: toPicture.a / factor,
      b: toPicture.b / factor,
      tx: (toPicture.tx - centre - area.left) / factor,
      ty: (toPicture.ty - centre - area.top) / factor,
    },
    size,
    target,
  );
}

function warp(image: RgbImage, { a, b, tx, ty }: SimilarityTransform, size: number, target: CropTarget): void {
  const { data, width, height } = image;
  const plane = size * size;
  const out = target.data;
  let at = target.offset;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at++) {
      const px = a * x - b * y + tx;
      const py = b * x + a * y + ty;
      const left = Math.floor(px);
      const top = Math.floor(py);
      if (left < -1 || top < -1 || left >= width || top >= height) {
        out[at] = 0;
        out[at + plane] = 0;
        out[at + 2 * plane] = 0;
        continue;
      }
      const right = px - left;
      const bottom = py - top;
      const w00 = left >= 0 && top >= 0 ? (1 - right) * (1 - bottom) : 0;
      const w01 = left + 1 < width && top >= 0 ? right * (1 - bottom) : 0;
      const w10 = left >= 0 && top + 1 < height ? (1 - right) * bottom : 0;
      const w11 = left + 1 < width && top + 1 < height ? right * bottom : 0;
      const i00 = (top * width + left) * CHANNELS;
      const i10 = i00 + width * CHANNELS;
      for (let c = 0; c < CHANNELS; c++) {
        out[at + c * plane] =
          w00 * (data[i00 + c] ?? 0) +
          w01 * (data[i00 + CHANNELS + c] ?? 0) +
          w10 * (data[i10 + c] ?? 0) +
          w11 * (data[i10 + CHANNELS + c] ?? 0);
      }
    }
  }
}

/** The upright rectangle of the picture that the crop comes from, with `margin` pixels to spare; empty outside of it. */
function cropArea({ a, b, tx, ty }: SimilarityTransform, size: number, margin: number, image: RgbImage): PixelArea {
  const xs = [tx, a * size + tx, -b * size + tx, a * size - b * size + tx];
  const ys = [ty, b * size + ty, a * size + ty, b * size + a * size + ty];
  const left = clamp(Math.floor(Math.min(...xs)) - margin, image.width);
  const top = clamp(Math.floor(Math.min(...ys)) - margin, image.height);
  const right = clamp(Math.ceil(Math.max(...xs)) + margin, image.width);
  const bottom = clamp(Math.ceil(Math.max(...ys)) + margin, image.height);
  return { left, top, width: right - left, height: bottom - top };
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}
