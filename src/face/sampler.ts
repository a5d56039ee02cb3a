import type { RgbImage } from "./image.ts";
import { IntegralImage, type Region, sampleArea, type Window } from "./integral.ts";
import { averageDown } from "./reduce.ts";

/**
 * Resamples parts of a picture for the detector's networks by area averaging.
 *
 * The pyramid and large boxes are read from a summed-area table of the picture at the size of the pyramid's largest
 * level, because the table of a whole photo takes longer to make than the networks take to run; small boxes are read
 * from the picture itself, so that they lose nothing.
 */
export class FaceSampler {
  readonly width: number;
  readonly height: number;
  readonly #image: RgbImage;
  readonly #table: IntegralImage;
  readonly #factor: number;

  /** @param largestScale of any level that will be asked for, as a fraction of the picture's size */
  constructor(image: RgbImage, largestScale: number) {
    this.width = image.width;
    this.height = image.height;
    this.#image = image;
    this.#factor = Math.max(1, Math.floor(1 / largestScale));
    const everything = { left: 0, top: 0, width: image.width, height: image.height };
    this.#table = new IntegralImage(this.#factor === 1 ? image : averageDown(image, everything, this.#factor));
  }

  /** A window of the whole picture scaled to `width` x `height`. */
  level(width: number, height: number, window: Window, target: Float32Array): void {
    const everything = { left: 0, top: 0, right: this.#table.width, bottom: this.#table.height };
    this.#table.sample(everything, width, height, window, target, 0);
  }

  /** A rectangle of the picture scaled to `size` x `size`. */
  crop(region: Region, size: number, target: Float32Array, offset: number): void {
    const whole = { left: 0, top: 0, width: size, height: size };
    const factor = this.#factor;
    const left = Math.round(region.left / factor);
    const top = Math.round(region.top / factor);
    const right = Math.min(this.#table.width, Math.round(region.right / factor));
    const bottom = Math.min(this.#table.height, Math.round(region.bottom / factor));
    // Below two pixels of the table for each of the crop, rounding to them would move the crop too far.
    if (factor === 1 || Math.min(right - left, bottom - top) >= 2 * size) {
      this.#table.sample({ left, top, right, bottom }, size, size, whole, target, offset);
    } else {
      sampleArea(this.#image, region, size, target, offset);
    }
  }
}
