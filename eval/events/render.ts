import sharp, { type OverlayOptions } from "sharp";
import { imagePath } from "../lfw-pairs.ts";
import { colour, drawBackground } from "./background.ts";
import { LFW_FACE, type PlannedFace, type PlannedPhoto } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";

const LFW_SIDE = 250;
/** The head with hair and neck, in pixels of a picture of LFW: beyond it nothing is taken, inside `solid` everything. */
const HEAD_MASK = { x: 125, y: 124, radiusX: 74, radiusY: 114, solid: 0.74, roundness: 2.6 } as const;
const FACE_WIDTH = LFW_FACE[2] - LFW_FACE[0];
const FACE_X = (LFW_FACE[0] + LFW_FACE[2]) / 2;
const FACE_Y = (LFW_FACE[1] + LFW_FACE[3]) / 2;
const GRAIN_LENGTH = 49_999;

/**
 * Draws a planned photo: background, bodies, heads (the lower in front of the higher), then exposure, focus, noise and
 * compression of the whole as a camera would add them.
 *
 * @param folder where LFW is
 * @returns a JPEG; the same bytes for the same plan and seed
 */
export async function renderPhoto(photo: PlannedPhoto, folder: string, seed: string): Promise<Buffer> {
  const random = createRandom(`${seed}/${photo.id}`);
  const { width, height } = photo;
  const raw = { raw: { width, height, channels: 3 } } as const;
  const background = await drawBackground(width, height, imagePath(folder, photo.backdrop), random);
  const fromBehind = photo.faces.toSorted((a, b) => a.centre[1] - b.centre[1]);
  const bodies = fromBehind.map((face) => bodyLayer(face, photo, colour(random)));
  const heads = await Promise.all(fromBehind.map((face) => headLayer(face, folder)));
  const scene = await sharp(background, raw)
    .composite([...bodies, ...heads])
    .removeAlpha()
    .raw()
    .toBuffer();
  const focused = photo.blur >= 0.3 ? await sharp(scene, raw).blur(photo.blur).raw().toBuffer() : scene;
  return sharp(expose(focused, photo, random), raw)
    .jpeg({ quality: photo.jpegQuality })
    .toBuffer();
}

/** Shoulders and chest in one colour of cloth, so that a head does not float. */
function bodyLayer({ centre, width }: PlannedFace, photo: PlannedPhoto, fill: string): OverlayOptions {
  const [left, top] = [Math.round(centre[0] - 1.35 * width), Math.round(centre[1] + 0.95 * width)];
  const across = Math.round(2.7 * width);
  const down = Math.max(1, Math.min(Math.round(5 * width), photo.height - top));
  const [shoulder, neckFrom, neckTo] = [0.6 * width, 0.85 * width, 1.85 * width];
  const outline =
    `M0,${down}V${shoulder + 0.3 * width}Q0,${shoulder} ${neckFrom},0` +
    `H${neckTo}Q${across},${shoulder} ${across},${shoulder + 0.3 * width}V${down}Z`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${across}" height="${down}"><path fill="${fill}" d="${outline}"/></svg>`;
  return { input: Buffer.from(svg), left, top };
}

async function headLayer(face: PlannedFace, folder: string): Promise<OverlayOptions> {
  const { data, info } = await sharp(imagePath(folder, face.image))
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== LFW_SIDE || info.height !== LFW_SIDE) {
    throw new Error(`${imagePath(folder, face.image)} is ${info.width}x${info.height}, not a picture of LFW.`);
  }
  const cut = cutHead(data, face.gain);
  const scale = face.width / FACE_WIDTH;
  const resized = await sharp(cut.data, { raw: { width: cut.width, height: cut.height, channels: 4 } })
    .resize(Math.max(1, Math.round(cut.width * scale)), Math.max(1, Math.round(cut.height * scale)), { fit: "fill" })
    .rotate(face.roll, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .raw()
    .toBuffer({ resolveWithObject: true });
  // The cut is centred on the mask, the plan on the face: the way from one to the other turns with the head.
  const angle = (face.roll * Math.PI) / 180;
  const [dx, dy] = [(HEAD_MASK.x - FACE_X) * scale, (HEAD_MASK.y - FACE_Y) * scale];
  const centreX = face.centre[0] + dx * Math.cos(angle) - dy * Math.sin(angle);
  const centreY = face.centre[1] + dx * Math.sin(angle) + dy * Math.cos(angle);
  return {
    input: resized.data,
    raw: { width: resized.info.width, height: resized.info.height, channels: 4 },
    left: Math.round(centreX - resized.info.width / 2),
    top: Math.round(centreY - resized.info.height / 2),
  };
}

/** RGBA of the head alone: a rounded shape whose edge fades out. */
function cutHead(rgb: Uint8Array, gain: number): { data: Uint8Array; width: number; height: number } {
  const { x, y, radiusX, radiusY, solid, roundness } = HEAD_MASK;
  const [width, height] = [radiusX * 2, radiusY * 2];
  const data = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const across = Math.abs((column + 0.5 - radiusX) / radiusX) ** roundness;
      const down = Math.abs((row + 0.5 - radiusY) / radiusY) ** roundness;
      const radius = (across + down) ** (1 / roundness);
      const fade = Math.min(1, Math.max(0, (1 - radius) / (1 - solid)));
      const from = ((row + y - radiusY) * LFW_SIDE + column + x - radiusX) * 3;
      const to = (row * width + column) * 4;
      for (let channel = 0; channel < 3; channel++) {
        data[to + channel] = Math.min(255, (rgb[from + channel] ?? 0) * gain);
      }
      data[to + 3] = Math.round(255 * fade * fade * (3 - 2 * fade));
    }
  }
  return { data, width, height };
}

/** Brightness and the sensor's grain, which repeats after a prime number of values so that no pattern shows. */
function expose(rgb: Uint8Array, { gain, noise }: PlannedPhoto, random: Random): Uint8ClampedArray {
  const grain = Float32Array.from({ length: GRAIN_LENGTH }, () => noise * random.normal());
  const exposed = new Uint8ClampedArray(rgb.length);
  for (let i = 0, g = 0; i < rgb.length; i++) {
    exposed[i] = (rgb[i] ?? 0) * gain + (grain[g] ?? 0);
    g = g === GRAIN_LENGTH - 1 ? 0 : g + 1;
  }
  return exposed;
}
