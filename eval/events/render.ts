import sharp from "sharp";
import { imagePath } from "../lfw-pairs.ts";
import { colour, drawBackground } from "./background.ts";
import { blend, type Canvas, fillRow, type Layer } from "./canvas.ts";
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
 * Draws a planned photo: background, bodies, heads (the lower in front of the higher), then focus, exposure, noise and
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
  const canvas = { data: background, width, height };
  const fromBehind = photo.faces.toSorted((a, b) => a.centre[1] - b.centre[1]);
  for (const face of fromBehind) drawBody(canvas, face, random);
  for (const face of fromBehind) blend(canvas, await headLayer(face, folder));
  const focused = photo.blur >= 0.3 ? await sharp(canvas.data, raw).blur(photo.blur).raw().toBuffer() : canvas.data;
  return sharp(expose(focused, photo, random), raw)
    .jpeg({ quality: photo.jpegQuality })
    .toBuffer();
}

/** Shoulders and chest in one colour of cloth, so that a head does not float. */
function drawBody(canvas: Canvas, { centre: [x, y], width }: PlannedFace, random: Random): void {
  const [neck, shoulders, length] = [0.5 * width, 1.35 * width, 5 * width];
  const top = Math.round(y + 0.95 * width);
  const fill = colour(random);
  for (let row = 0; row < length; row++) {
    const way = Math.min(1, row / (0.8 * width));
    const half = neck + (shoulders - neck) * Math.sqrt(way);
    fillRow(canvas, top + row, x - half, x + half, fill);
  }
}

async function headLayer(face: PlannedFace, folder: string): Promise<Layer> {
  const path = imagePath(folder, face.image);
  const picture = await sharp(path).removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  if (picture.info.width !== LFW_SIDE || picture.info.height !== LFW_SIDE) {
    throw new Error(`${path} is ${picture.info.width}x${picture.info.height}, not a picture of LFW.`);
  }
  const [cutWidth, cutHeight] = [HEAD_MASK.radiusX * 2, HEAD_MASK.radiusY * 2];
  const scale = face.width / FACE_WIDTH;
  const { data, info } = await sharp(cutHead(picture.data, face.gain), {
    raw: { width: cutWidth, height: cutHeight, channels: 4 },
  })
    .resize(Math.max(1, Math.round(cutWidth * scale)), Math.max(1, Math.round(cutHeight * scale)), { fit: "fill" })
    .rotate(face.roll, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .raw()
    .toBuffer({ resolveWithObject: true });
  // The cut is centred on the mask, the plan on the face: the way from one to the other turns with the head.
  const angle = (face.roll * Math.PI) / 180;
  const [dx, dy] = [(HEAD_MASK.x - FACE_X) * scale, (HEAD_MASK.y - FACE_Y) * scale];
  const centreX = face.centre[0] + dx * Math.cos(angle) - dy * Math.sin(angle);
  const centreY = face.centre[1] + dx * Math.sin(angle) + dy * Math.cos(angle);
  const [left, top] = [Math.round(centreX - info.width / 2), Math.round(centreY - info.height / 2)];
  return { data, width: info.width, height: info.height, left, top };
}

/** RGBA of the head alone: a rounded shape whose edge fades out. */
function cutHead(rgb: Uint8Array, gain: number): Uint8ClampedArray {
  const { x, y, radiusX, radiusY } = HEAD_MASK;
  const width = radiusX * 2;
  const data = new Uint8ClampedArray(headMask.length * 4);
  for (const [i, alpha] of headMask.entries()) {
    const row = Math.floor(i / width) + y - radiusY;
    const from = (row * LFW_SIDE + (i % width) + x - radiusX) * 3;
    for (let channel = 0; channel < 3; channel++) data[i * 4 + channel] = (rgb[from + channel] ?? 0) * gain;
    data[i * 4 + 3] = alpha;
  }
  return data;
}

/** Opacity, 0 to 255, of each pixel of the cut. */
const headMask: Uint8ClampedArray = (() => {
  const { radiusX, radiusY, solid, roundness } = HEAD_MASK;
  const width = radiusX * 2;
  return Uint8ClampedArray.from({ length: width * radiusY * 2 }, (_, i) => {
    const across = Math.abs(((i % width) + 0.5 - radiusX) / radiusX) ** roundness;
    const down = Math.abs((Math.floor(i / width) + 0.5 - radiusY) / radiusY) ** roundness;
    const fade = Math.min(1, Math.max(0, (1 - (across + down) ** (1 / roundness)) / (1 - solid)));
    return 255 * fade * fade * (3 - 2 * fade);
  });
})();

/** Brightness and the sensor's grain, which repeats after a prime number of values so that no pattern shows. */
function expose(rgb: ArrayLike<number>, { gain, noise }: PlannedPhoto, random: Random): Uint8ClampedArray {
  const grain = Float32Array.from({ length: GRAIN_LENGTH }, () => noise * random.normal());
  const exposed = new Uint8ClampedArray(rgb.length);
  for (let i = 0, g = 0; i < rgb.length; i++) {
    exposed[i] = (rgb[i] ?? 0) * gain + (grain[g] ?? 0);
    g = g === GRAIN_LENGTH - 1 ? 0 : g + 1;
  }
  return exposed;
}
