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
   * Resamples a rectangle to `width` x `height` by area averaging and writes it as three planes (red, green, blue) of
   * (value - 127.5) / 128 into `target` at `offset`.
   *
   * Output cell i of n over m pixels averages pixels floor(i m / n) to ceil((i + 1) m / n), as adaptive average
   * pooling does, so that it also enlarges.
   *
   * @param left, top, right, bottom whole pixels inside the picture, right and bottom exclusive, not empty
   */
  sample(region: Region, width: number, height: number, target: Float32Array, offset: number): void {
    this.sampleWindow(region, width, height, { left: 0, top: 0, width, height }, target, offset);
  }

  /** Like `sample`, but writes only a window of the resampled picture. */
  sampleWindow(
    region: Region,
    width: number,
    height: number,
    window: Window,
    target: Float32Array,
    offset: number,
  ): void {
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

/** First and past-the-last pixel of each output cell, interleaved. */
function cellEdges(pixels: number, cells: number, first: number, count: number): Int32Array {
  const edges = new Int32Array(2 * count);
  for (let i = 0; i < count; i++) {
    edges[2 * i] = Math.floor(((first + i) * pixels) / cells);
    edges[2 * i + 1] = Math.ceil(((first + i + 1) * pixels) / cells);
  }
  return edges;
}
