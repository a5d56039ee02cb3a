/** Upright pixels in sRGB, 8 bits each: red, green, blue, row by row from the top left, without padding. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** True when upright width and height are the stored height and width. */
export function swapsSides(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/** Pixels of a square block: its columns in the source and its rows in the result stay in the first-level cache. */
const blockSide = 32;

/**
 * Turns stored pixels upright; a new image, or the same one when there is nothing to turn.
 *
 * @param orientation EXIF tag 0x0112, 1 to 8: where the stored first row and first column lie in the upright picture
 */
export function orient(image: RgbImage, orientation: number): RgbImage {
  if (orientation <= 1 || orientation > 8) return image;
  const { width: storedWidth, height: storedHeight, data: stored } = image;
  const swap = swapsSides(orientation);
  const width = swap ? storedHeight : storedWidth;
  const height = swap ? storedWidth : storedHeight;
  // The first stored row is at the bottom (3, 4) or on the right (6, 7); the first stored column likewise (7, 8 and 2, 3).
  const mirrorsX = [2, 3, 6, 7].includes(orientation);
  const mirrorsY = [3, 4, 7, 8].includes(orientation);
  const stepX = (mirrorsX ? -3 : 3) * (swap ? storedWidth : 1);
  const stepY = (mirrorsY ? -3 : 3) * (swap ? 1 : storedWidth);
  const origin = (mirrorsX ? -stepX * (width - 1) : 0) + (mirrorsY ? -stepY * (height - 1) : 0);

  const data = new Uint8Array(stored.length);
  for (let top = 0; top < height; top += blockSide) {
    const bottom = Math.min(top + blockSide, height);
    for (let left = 0; left < width; left += blockSide) {
      const right = Math.min(left + blockSide, width);
      for (let y = top; y < bottom; y++) {
        let from = origin + y * stepY + left * stepX;
        let to = (y * width + left) * 3;
        for (let x = left; x < right; x++) {
          data[to] = stored[from] ?? 0;
          data[to + 1] = stored[from + 1] ?? 0;
          data[to + 2] = stored[from + 2] ?? 0;
          from += stepX;
          to += 3;
        }
      }
    }
  }
  return { width, height, data };
}

/** Grey values as RGB; RGB as it is. */
export function asRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels) {
    const grey = data[from] ?? 0;
    rgb[to++] = grey;
    rgb[to++] = grey;
    rgb[to++] = grey;
  }
  return rgb;
}

/** The first `rows` rows as they are and grey below them, as JPEG decoders fill what they cannot read; a new image. */
export function greyBelow(image: RgbImage, rows: number): RgbImage {
  return { ...image, data: image.data.slice().fill(128, rows * image.width * 3) };
}

/** Share of the pixels, 0 to 1, that differ from the last one: of what a decoder read before it began to fill. */
export function shareBeforeFill({ data }: RgbImage): number {
  const [red, green, blue] = data.subarray(-3);
  let different = 0;
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== red || data[i + 1] !== green || data[i + 2] !== blue) different++;
  }
  return different / (data.length / 3);
}
