import type { RgbImage } from "./image.ts";

const CHANNELS = 3;

/** Whole pixels of a picture. */
export interface PixelArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A part of the picture, each pixel the mean of `factor` x `factor`; a factor of 1 copies it. What does not fill such a
 * square at the right and at the bottom is left out.
 *
 * @param area inside the picture
 * @param factor whole, 1 or more
 */
export function averageDown(image: RgbImage, area: PixelArea, factor: number): RgbImage {
  const width = Math.floor(area.width / factor);
  const height = Math.floor(area.height / factor);
  const source = image.data;
  const data = new Uint8Array(width * height * CHANNELS);
  const stride = image.width * CHANNELS;
  const count = factor * factor;
  const half = count / 2;
  let at = 0;
  for (let y = 0; y < height; y++) {
    let corner = (area.top + y * factor) * stride + area.left * CHANNELS;
    for (let x = 0; x < width; x++) {
      let red = half;
      let green = half;
      let blue = half;
      for (let row = corner; row < corner + factor * stride; row += stride) {
        for (let i = row; i < row + factor * CHANNELS; i += CHANNELS) {
          red += source[i] ?? 0;
          green += source[i + 1] ?? 0;
          blue += source[i + 2] ?? 0;
        }
      }
      data[at] = red / count;
      data[at + 1] = green / count;
      data[at + 2] = blue / count;
      at += CHANNELS;
      corner += factor * CHANNELS;
    }
  }
  return { width, height, data };
}
