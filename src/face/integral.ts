import type { RgbImage } from "./image.ts";

const CHANNELS = 3;

/**
 * A summed-area table of an RGB picture: the mean colour of any rectangle in four look-ups, whatever its size.
 *
 * Sums wrap around at 32 bits; differences of wrapped sums are still exact for rectangles of up to 8.4 million pixels.
 */
export class IntegralImage {
  readonly width: number;
  readonly height: number;
  readonly #sums: Int32Array;

  constructor(image: RgbImage) {
    this.width = image.width;
    this.height = image.height;
    const stride = (image.width + 1) * CHANNELS;
    const sums = new Int32Array(stride * (image.height + 1));
    const { data } = image;
    let source = 0;
    for (let y = 0; y < image.height; y++) {
      let above = y * stride + CHANNELS;
      let here = above + stride;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let x = 0; x < image.width; x++) {
        red += data[source] ?? 0;
        green += data[source + 1] ?? 0;
        blue += data[source + 2] ?? 0;
        sums[here] = (sums[above] ?? 0) + red;
        sums[here + 1] = (sums[above + 1] ?? 0) + green;
        sums[here + 2] = (sums[above + 2] ?? 0) + blue;
        source += CHANNELS;
        above += CHANNELS;
        here += CHANNELS;
      }
    }
    this.#sums = sums;
  }

  /**
   * Resamples a rectangle to `width` x `height` by area averaging and writes a window of the result as three planes
   * (red, green, blue) of (value - 127.5) / 128 into `target` at `offset`.
   *
   * Output cell i of n over m pixels averages pixels floor(i m / n) to ceil((i + 1) m / n), as adaptive average
   * pooling does, so that it also enlarges.
   *
   * @param region inside the picture, not empty
   */
  sample(region: Region, width: number, height: number, window: Window, target: Float32Array, offset: number): void {
    const sums = this.#sums;
    const stride = (this.width + 1) * CHANNELS;
    const columns = cellEdges(region.right - region.left, width, window.left, window.width);
    const rows = cellEdges(region.bottom - region.top, height, window.top, window.height);
    const plane = window.width * window.height;
    let at = offset;
    for (let y = 0; y < window.height; y++) {
      const y0 = rows[2 * y] ?? 0;
      const y1 = rows[2 * y + 1] ?? 0;
      const upper = (region.top + y0) * stride + region.left * CHANNELS;
      const lower = (region.top + y1) * stride + region.left * CHANNELS;
      for (let x = 0; x < window.width; x++) {
        const x0 = columns[2 * x] ?? 0;
        const x1 = columns[2 * x + 1] ?? 0;
        const scale = 1 / (128 * (x1 - x0) * (y1 - y0));
        const upperLeft = upper + x0 * CHANNELS;
        const upperRight = upper + x1 * CHANNELS;
        const lowerLeft = lower + x0 * CHANNELS;
        const lowerRight = lower + x1 * CHANNELS;
        for (let c = 0; c < CHANNELS; c++) {
          const sum =
            ((sums[lowerRight + c] ?? 0) -
              (sums[upperRight + c] ?? 0) -
              (sums[lowerLeft + c] ?? 0) +
              (sums[upperLeft + c] ?? 0)) |
            0;
          target[at + c * plane] = sum * scale - MEAN_SCALED;
        }
        at++;
      }
    }
  }
}

/** Whole pixels; right and bottom are exclusive. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const MEAN_SCALED = 127.5 / 128;

/** The same as a table's `sample` to `size` x `size`, straight from the pixels: faster for a few small rectangles. */
export function sampleArea(image: RgbImage, region: Region, size: number, target: Float32Array, offset: number): void {
  const { data } = image;
  const columns = cellEdges(region.right - region.left, size, 0, size);
  const rows = cellEdges(region.bottom - region.top, size, 0, size);
  const plane = size * size;
  let at = offset;
  for (let y = 0; y < size; y++) {
    const y0 = region.top + (rows[2 * y] ?? 0);
    const y1 = region.top + (rows[2 * y + 1] ?? 0);
    for (let x = 0; x < size; x++) {
      const x0 = region.left + (columns[2 * x] ?? 0);
      const x1 = region.left + (columns[2 * x + 1] ?? 0);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let row = y0; row < y1; row++) {
        const end = (row * image.width + x1) * CHANNELS;
        for (let i = (row * image.width + x0) * CHANNELS; i < end; i += CHANNELS) {
          red += data[i] ?? 0;
          green += data[i + 1] ?? 0;
          blue += data[i + 2] ?? 0;
        }
      }
      const scale = 1 / (128 * (x1 - x0) * (y1 - y0));
      target[at] = red * scale - MEAN_SCALED;
      target[at + plane] = green * scale - MEAN_SCALED;
      target[at + 2 * plane] = blue * scale - MEAN_SCALED;
      at++;
    }
  }
}

/** First and past-the-last pixel of each output cell, interleaved. */
function cellEdges(pixels: number, cells: number, first: number, count: number): Int32Array {
  const edges = new Int32Array(2 * count);
  for (let i = 0; i < count; i++) {
    edges[2 * i] = Math.floor(((first + i) * pixels) / cells);
    edges[2 * i + 1] = Math.ceil(((first + i + 1) * pixels) / cells);
  }
  return edges;
}
