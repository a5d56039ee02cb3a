import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { PixelBox } from "../src/face/index.ts";
import { ensureModel } from "../src/face/models/store.ts";
import { type Area, cuts, type Placement, photoPlans, sampleFaces } from "./photo-plans.ts";

export interface BenchPhoto {
  readonly file: string;
  /** The faces that are in it, in pixels. */
  readonly faces: readonly PixelBox[];
}

const WIDTH = 4000;
const HEIGHT = 3000;

/** Of the noise that a camera adds, in steps of 0 to 255: without it an enlarged picture would decode faster than a photo. */
const GRAIN = 5;
const GRAIN_LENGTH = 99_991;
const QUALITY = 92;

/** The most faces in one photo. */
export const mostFaces = photoPlans.length;

/**
 * Composes 12-megapixel JPEG photos of the sample event's party photos; the same bytes every time.
 *
 * @param faceCounts one photo for each of them, with so many faces, 1 to `mostFaces`
 */
export async function makePhotos(folder: string, faceCounts: readonly number[]): Promise<BenchPhoto[]> {
  const samples = (await ensureModel("sample-event")).files;
  const photos: BenchPhoto[] = [];
  for (const count of faceCounts) {
    const plan = photoPlans[count - 1];
    if (plan === undefined) throw new RangeError(`there is no plan for a photo with ${count} faces`);
    const faces = plan.flatMap(facesOf);
    if (faces.length !== count) throw new RangeError(`the photo with ${count} faces is planned with ${faces.length}`);
    const file = join(folder, `${count}-faces.jpg`);
    await writeFile(file, await compose(plan, samples));
    photos.push({ file, faces });
  }
  return photos;
}

async function compose(plan: readonly Placement[], samples: Readonly<Record<string, string>>): Promise<Buffer> {
  const layers = await Promise.all(
    plan.map(async ({ cut, cell }) => {
      const { sample, area } = cuts[cut];
      const input = await sharp(await readFile(samples[`${sample}.jpg`] ?? ""))
        .extract(area)
        .resize({ width: cell.width, height: cell.height, fit: "fill" })
        .toBuffer();
      return { input, left: cell.left, top: cell.top };
    }),
  );
  const data = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: "#000" } })
    .composite(layers)
    .removeAlpha()
    .raw()
    .toBuffer();
  addGrain(data);
  return await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

/** The faces of a cut, in pixels of the photo. */
function facesOf({ cut, cell }: Placement): PixelBox[] {
  const { sample, area } = cuts[cut];
  const scale = cell.width / area.width;
  return sampleFaces[sample]
    .filter((box) => isInside(box, area))
    .map(([x1, y1, x2, y2]) => [
      cell.left + (x1 - area.left) * scale,
      cell.top + (y1 - area.top) * scale,
      cell.left + (x2 - area.left) * scale,
      cell.top + (y2 - area.top) * scale,
    ]);
}

function isInside([x1, y1, x2, y2]: PixelBox, { left, top, width, height }: Area): boolean {
  return x1 >= left && y1 >= top && x2 <= left + width && y2 <= top + height;
}

/** A number near 0, the same at every run: the sum of four uniform ones is close enough to a normal distribution. */
function makeGrain(): Int8Array {
  let state = 12_345;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  // The variance of a uniform number is 1/12, that of the sum of four 1/3.
  return Int8Array.from({ length: GRAIN_LENGTH }, () =>
    Math.round((uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3) * GRAIN),
  );
}

/** Changes the pixels in place: they are this module's own, and many. */
function addGrain(pixels: Buffer): void {
  const grain = makeGrain();
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = Math.min(255, Math.max(0, (pixels[i] ?? 0) + (grain[i % GRAIN_LENGTH] ?? 0)));
  }
}
