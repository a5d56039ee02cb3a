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
   * @param region inside the picture, in whole pixels, not empty
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
        const a = upper + x0 * CHANNELS;
        const b = upper + x1 * CHANNELS;
        const c = lower + x0 * CHANNELS;
        const d = lower + x1 * CHANNELS;
        // Written out for the three channels: as a loop over them it takes twice the time.
        const red = ((sums[d] ?? 0) - (sums[b] ?? 0) - (sums[c] ?? 0) + (sums[a] ?? 0)) | 0;
        const green = ((sums[d + 1] ?? 0) - (sums[b + 1] ?? 0) - (sums[c + 1] ?? 0) + (sums[a + 1] ?? 0)) | 0;
        const blue = ((sums[d + 2] ?? 0) - (sums[b + 2] ?? 0) - (sums[c + 2] ?? 0) + (sums[a + 2] ?? 0)) | 0;
        target[at] = red * scale - MEAN_SCALED;
        target[at + plane] = green * scale - MEAN_SCALED;
        target[at + 2 * plane] = blue * scale - MEAN_SCALED;
        at++;
      }
    }
  }

  /**
   * Resamples a rectangle with edges between pixels to `size` x `size`: each cell is the mean of the pixels under it,
   * those at its edges by the part that is under it. Sums at such edges lie linearly between those at the pixels'.
   *
   * @param region inside the picture, which has at most 8.4 million pixels here
   */
  sampleBetween(region: Region, size: number, target: Float32Array, offset: number): void {
    const stride = (this.width + 1) * CHANNELS;
    const columns = cornersBetween(region.left, region.right, size, this.width);
    const rows = cornersBetween(region.top, region.bottom, size, this.height);
    const length = (size + 1) * CHANNELS;
    let above = new Float64Array(length);
    let below = new Float64Array(length);
    this.#sumsAlong(rows[0]?.index ?? 0, rows[0]?.part ?? 0, columns, stride, above);
    const plane = size * size;
    const scale = (size * size) / (128 * (region.right - region.left) * (region.bottom - region.top));
    let at = offset;
    for (let y = 1; y <= size; y++) {
      this.#sumsAlong(rows[y]?.index ?? 0, rows[y]?.part ?? 0, columns, stride, below);
      for (let i = 0; i < size * CHANNELS; i += CHANNELS, at++) {
        const red = (below[i + 3] ?? 0) - (below[i] ?? 0) - (above[i + 3] ?? 0) + (above[i] ?? 0);
        const green = (below[i + 4] ?? 0) - (below[i + 1] ?? 0) - (above[i + 4] ?? 0) + (above[i + 1] ?? 0);
        const blue = (below[i + 5] ?? 0) - (below[i + 2] ?? 0) - (above[i + 5] ?? 0) + (above[i + 2] ?? 0);
        target[at] = red * scale - MEAN_SCALED;
        target[at + plane] = green * scale - MEAN_SCALED;
        target[at + 2 * plane] = blue * scale - MEAN_SCALED;
      }
      [above, below] = [below, above];
    }
  }

  /** Sums above and left of the corners in one row of them. */
  #sumsAlong(row: number, part: number, columns: readonly Corner[], stride: number, target: Float64Array): void {
    const sums = this.#sums;
    let at = 0;
    for (const column of columns) {
      const a = row * stride + column.index * CHANNELS;
      const b = a + stride;
      const right = column.part;
      for (let i = 0; i < CHANNELS; i++) {
        const upperLeft = sums[a + i] ?? 0;
        const lowerLeft = sums[b + i] ?? 0;
        const upper = upperLeft + right * ((sums[a + CHANNELS + i] ?? 0) - upperLeft);
        const lower = lowerLeft + right * ((sums[b + CHANNELS + i] ?? 0) - lowerLeft);
        target[at++] = upper + part * (lower - upper);
      }
    }
  }
}

/** A place between two entries of the table, which exist both. */
interface Corner {
  readonly index: number;
  /** 0 at the entry, 1 at the next. */
  readonly part: number;
}

function cornersBetween(from: number, to: number, cells: number, pixels: number): Corner[] {
  return Array.from({ length: cells + 1 }, (_, i) => {
    const place = from + ((to - from) * i) / cells;
    const index = Math.min(pixels - 1, Math.floor(place));
    return { index, part: place - index };
  });
}

/** Right and bottom are exclusive. */
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

/** A window of the picture as it is, in three planes of (value - 127.5) / 128. */
export function normalise(image: RgbImage, window: Window, target: Float32Array): void {
  const { data } = image;
  const plane = window.width * window.height;
  let at = 0;
  for (let y = 0; y < window.height; y++) {
    let source = ((window.top + y) * image.width + window.left) * CHANNELS;
    for (let x = 0; x < window.width; x++, at++, source += CHANNELS) {
      target[at] = (data[source] ?? 0) / 128 - MEAN_SCALED;
      target[at + plane] = (data[source + 1] ?? 0) / 128 - MEAN_SCALED;
      target[at + 2 * plane] = (data[source + 2] ?? 0) / 128 - MEAN_SCALED;
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
