import sharp from "sharp";
import type { Face, FacesInImage } from "../src/face/index.ts";
import { LFW_FACE } from "./events/plan.ts";
import { createRandom, type Random } from "./events/random.ts";
import { centredFace, type Source } from "./find-faces.ts";

/**
 * The picture with a head, a thing or the edge of the photo over a part of the face, and down to half as large: the same every
 * time.
 *
 * @param source of LFW
 */
export function halfHidden(source: Source): Source {
  return {
    key: `${source.key} half hidden`,
    load: async () => {
      const random = createRandom(`${source.key} half hidden`);
      const hidden = await hide(await source.load(), random.between(0.25, 0.65), random);
      const { width = 0 } = await sharp(hidden).metadata();
      return sharp(hidden)
        .resize({ width: Math.round(width * random.between(0.5, 1)) })
        .jpeg({ quality: 90 })
        .toBuffer();
    },
  };
}

/**
 * A picture of LFW with something over this share of the width or height of its face.
 *
 * @returns PNG
 */
export async function hide(picture: Uint8Array, share: number, random: Random): Promise<Buffer> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const cover = coverOver(share, random);
  for (let i = 0; i < info.width * info.height; i++) {
    const colour = cover(i % info.width, Math.floor(i / info.width));
    if (colour) data.set(colour, i * info.channels);
  }
  return await sharp(data, { raw: info }).png({ compressionLevel: 1 }).toBuffer();
}

type Colour = readonly [red: number, green: number, blue: number];
/** The colour of what is before the picture there; undefined: nothing. */
type Cover = (x: number, y: number) => Colour | undefined;

/** One of a head, a thing and the edge, over this share of the face from one of its sides. */
function coverOver(share: number, random: Random): Cover {
  const [left, top, right, bottom] = LFW_FACE;
  const middle = [(left + right) / 2, (top + bottom) / 2] as const;
  // Towards the side that is hidden, and from the middle of the face to where what is seen of it ends.
  const [dx, dy, half] = random.pick([
    [-1, 0, (right - left) / 2],
    [1, 0, (right - left) / 2],
    [0, -1, (bottom - top) / 2],
    [0, 1, (bottom - top) / 2],
  ]);
  const seenTo = half * (1 - 2 * share);
  const kind = random.pick(["edge", "thing", "head"]);
  const turn = kind === "edge" ? 0 : random.between(-0.25, 0.25);
  const colour: Colour = [random.integer(10, 220), random.integer(10, 220), random.integer(10, 220)];
  if (kind !== "head") {
    const fill: Colour = kind === "edge" ? [0, 0, 0] : colour;
    const along = [dx * Math.cos(turn) - dy * Math.sin(turn), dx * Math.sin(turn) + dy * Math.cos(turn)] as const;
    return (x, y) => ((x - middle[0]) * along[0] + (y - middle[1]) * along[1] > seenTo ? fill : undefined);
  }
  const [width, height] = [random.between(40, 60), random.between(55, 75)];
  const away = seenTo + (dx === 0 ? height : width);
  const centre = [middle[0] + dx * away, middle[1] + dy * away] as const;
  const hair: Colour = [random.integer(10, 90), random.integer(10, 70), random.integer(10, 60)];
  const light = random.integer(90, 220);
  const skin: Colour = [light, 0.8 * light, 0.7 * light];
  return (x, y) => {
    const [across, down] = [(x - centre[0]) / width, (y - centre[1]) / height];
    if (across ** 2 + down ** 2 > 1) return undefined;
    return down < 0.2 ? hair : skin;
  };
}

/** Farther than this share of the picture's width from its middle is somebody else. */
const FARTHEST = 0.15;

/** The face that was hidden, if it was found: the one in the middle, and no other. */
export function hiddenFace(found: FacesInImage | undefined): Face | undefined {
  const face = centredFace(found);
  if (found === undefined || face === undefined) return undefined;
  const [x1, y1, x2, y2] = face.box;
  const away = Math.hypot((x1 + x2 - found.width) / 2, (y1 + y2 - found.height) / 2);
  return away <= FARTHEST * found.width ? face : undefined;
}
