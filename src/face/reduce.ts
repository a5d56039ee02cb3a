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
  const data = new Uint8Array(width * height * CHANNELS);
  const sums = new Uint32Array(width * CHANNELS);
  const count = factor * factor;
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let row = 0; row < factor; row++) {
      let source = ((area.top + y * factor + row) * image.width + area.left) * CHANNELS;
      for (let at = 0; at < sums.length; at += CHANNELS) {
        for (let column = 0; column < factor; column++, source += CHANNELS) {
          sums[at] = (sums[at] ?? 0) + (image.data[source] ?? 0);
          sums[at + 1] = (sums[at + 1] ?? 0) + (image.data[source + 1] ?? 0);
          sums[at + 2] = (sums[at + 2] ?? 0) + (image.data[source + 2] ?? 0);
        }
      }
    }
    for (let i = 0; i < sums.length; i++) data[y * sums.length + i] = ((sums[i] ?? 0) + count / 2) / count;
  }
  return { width, height, data };
}
