import sharp from "sharp";
import { type Canvas, type Colour, fillRow } from "./canvas.ts";
import type { Random } from "./random.ts";

/** What is behind the people: never a face. All are drawn by code except the last, which blows up a picture's corner. */
const KINDS = ["gradient", "clouds", "bokeh", "stripes", "tiles", "corner"] as const;

/** Backgrounds are drawn this much smaller and enlarged, as they are out of focus anyway. */
const REDUCTION = 4;

/**
 * @param backdrop path of the picture whose corner may be used
 * @returns interleaved RGB, `width` x `height`
 */
export async function drawBackground(
  width: number,
  height: number,
  backdrop: string,
  random: Random,
): Promise<Uint8ClampedArray> {
  const kind = random.pick(KINDS);
  const small =
    kind === "corner"
      ? await corner(backdrop, random)
      : draw(kind, Math.ceil(width / REDUCTION), Math.ceil(height / REDUCTION), random);
  const large = await sharp(small.data, { raw: { width: small.width, height: small.height, channels: 3 } })
    .resize(width, height, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();
  return new Uint8ClampedArray(large);
}

/** Of cloth and walls: from dark to light, seldom glaring. */
export function colour(random: Random): Colour {
  const light = random.between(30, 215);
  const tint = () => Math.min(255, Math.max(0, light + 35 * random.normal()));
  return [tint(), tint(), tint()];
}

/** The top corners of LFW's pictures show what is behind people; blurred, nobody behind them is a face any more. */
async function corner(path: string, random: Random): Promise<Canvas> {
  const left = random.chance(0.5) ? 8 : 250 - 8 - 36;
  const { data, info } = await sharp(path)
    .extract({ left, top: 8, width: 36, height: 30 })
    .blur(random.between(2, 4))
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height };
}

function draw(
  kind: "gradient" | "clouds" | "bokeh" | "stripes" | "tiles",
  width: number,
  height: number,
  random: Random,
) {
  if (kind === "clouds") return clouds(random);
  const canvas = gradient(width, height, random);
  if (kind === "bokeh") drawLights(canvas, random);
  if (kind === "stripes") drawStripes(canvas, random);
  if (kind === "tiles") drawTiles(canvas, random);
  return canvas;
}

/** Coarse noise in colours around one, smoothed by being enlarged. */
function clouds(random: Random): Canvas {
  const width = random.integer(5, 40);
  const height = Math.max(3, Math.round(width * 0.7));
  const base = colour(random);
  const depth = random.between(10, 60);
  const data = new Uint8ClampedArray(width * height * 3);
  for (let at = 0; at < data.length; at += 3) {
    const shade = 0.85 * random.normal();
    for (const [channel, value] of base.entries()) data[at + channel] = value + depth * (shade + 0.3 * random.normal());
  }
  return { data, width, height };
}

function gradient(width: number, height: number, random: Random): Canvas {
  const [from, middle, to] = [colour(random), colour(random), colour(random)];
  const angle = random.between(0, Math.PI / 2);
  const [dx, dy] = [Math.cos(angle) / width, Math.sin(angle) / height];
  const end = Math.cos(angle) + Math.sin(angle);
  const data = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const way = (2 * (x * dx + y * dy)) / end;
      const [a, b, share] = way < 1 ? [from, middle, way] : [middle, to, way - 1];
      for (let channel = 0; channel < 3; channel++) {
        data[at + channel] = (a[channel] ?? 0) * (1 - share) + (b[channel] ?? 0) * share;
      }
    }
  }
  return { data, width, height };
}

/** Lights out of focus. */
function drawLights(canvas: Canvas, random: Random): void {
  for (let count = random.integer(10, 60); count > 0; count--) {
    const [x, y, radius] = [random.between(0, canvas.width), random.between(0, canvas.height), random.between(3, 22)];
    const [fill, opacity] = [colour(random), random.between(0.1, 0.6)];
    for (let row = Math.ceil(y - radius); row < y + radius; row++) {
      const half = Math.sqrt(Math.max(0, radius ** 2 - (row - y) ** 2));
      fillRow(canvas, row, x - half, x + half, fill, opacity);
    }
  }
}

/** Curtains, blinds, panels. */
function drawStripes(canvas: Canvas, random: Random): void {
  const { width, height } = canvas;
  const step = random.between(5, 35);
  const upright = random.chance(0.6);
  const fill = colour(random);
  for (let at = 0; at < (upright ? width : height); at += step) {
    const [thick, opacity] = [step * random.between(0.2, 0.7), random.between(0.1, 0.7)];
    if (upright) fillBox(canvas, [at, 0, at + thick, height], fill, opacity);
    else fillBox(canvas, [0, at, width, at + thick], fill, opacity);
  }
}

/** Bricks, shelves, windows. */
function drawTiles(canvas: Canvas, random: Random): void {
  const [w, h] = [random.between(10, 45), random.between(6, 35)];
  for (let y = 0, row = 0; y < canvas.height; y += h, row++) {
    for (let x = row % 2 === 0 ? 0 : -w / 2; x < canvas.width; x += w) {
      const shade = random.integer(30, 220);
      fillBox(canvas, [x + 1, y + 1, x + w, y + h], [shade, shade, shade], 0.35);
    }
  }
}

function fillBox(
  canvas: Canvas,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  fill: Colour,
  opacity: number,
) {
  for (let row = Math.ceil(y1); row < y2; row++) fillRow(canvas, row, x1, x2, fill, opacity);
}
