import { type RgbImage, resizeImage } from "./image.ts";
import { IntegralImage, normalise, type Region, sampleArea, type Window } from "./integral.ts";

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
  readonly #reduced: RgbImage;
  readonly #table: IntegralImage;

  private constructor(image: RgbImage, reduced: RgbImage) {
    this.width = image.width;
    this.height = image.height;
    this.#image = image;
    this.#reduced = reduced;
    this.#table = new IntegralImage(reduced);
  }

  /** @param largestScale of any level that will be asked for, as a fraction of the picture's size */
  static async of(image: RgbImage, largestScale: number): Promise<FaceSampler> {
    // Less than half: between that and the full size the table of the picture itself is no slower.
    if (largestScale > 0.5) return new FaceSampler(image, image);
    const { width, height } = levelSize(image, largestScale);
    return new FaceSampler(image, await resizeImage(image, width, height));
  }

  /** A window of the whole picture scaled to `width` x `height`. */
  level(width: number, height: number, window: Window, target: Float32Array): void {
    if (width === this.#reduced.width && height === this.#reduced.height) {
      normalise(this.#reduced, window, target);
      return;
    }
    const everything = { left: 0, top: 0, right: this.#table.width, bottom: this.#table.height };
    this.#table.sample(everything, width, height, window, target, 0);
  }

  /**
   * A rectangle of the picture scaled to `size` x `size`.
   *
   * @param detail pixels of the table for each of the crop, below which it is made from the picture itself
   */
  crop(region: Region, size: number, detail: number, target: Float32Array, offset: number): void {
    if (this.#reduced === this.#image) {
      this.#table.sample(region, size, size, { left: 0, top: 0, width: size, height: size }, target, offset);
      return;
    }
    const across = this.#table.width / this.width;
    const down = this.#table.height / this.height;
    const left = region.left * across;
    const top = region.top * down;
    const right = region.right * across;
    const bottom = region.bottom * down;
    if (Math.min(right - left, bottom - top) >= detail * size) {
      this.#table.sampleBetween({ left, top, right, bottom }, size, target, offset);
    } else {
      sampleArea(this.#image, region, size, target, offset);
    }
  }
}

/** Pixels of a level of the pyramid. The cascade always has one to spare. */
export function levelSize(image: { readonly width: number; readonly height: number }, scale: number) {
  return { width: Math.floor(image.width * scale + 1), height: Math.floor(image.height * scale + 1) };
}
