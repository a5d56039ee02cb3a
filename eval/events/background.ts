import sharp, { type Sharp } from "sharp";
import type { Random } from "./random.ts";

/** What is behind the people: never a face. All are drawn by code except the last, which blows up a picture's corner. */
const KINDS = ["gradient", "clouds", "bokeh", "stripes", "tiles", "corner"] as const;

/**
 * @param backdrop path of the picture whose corner may be used
 * @returns interleaved RGB, `width` x `height`
 */
export async function drawBackground(width: number, height: number, backdrop: string, random: Random): Promise<Buffer> {
  const kind = random.pick(KINDS);
  const image =
    kind === "corner"
      ? await corner(backdrop, random)
      : kind === "clouds"
        ? clouds(random)
        : svg(kind, width, height, random);
  return image
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer();
}

/** The top corners of LFW's pictures show what is behind people; blurred, nobody behind them is a face any more. */
async function corner(path: string, random: Random): Promise<Sharp> {
  const left = random.chance(0.5) ? 8 : 250 - 8 - 36;
  const patch = await sharp(path)
    .extract({ left, top: 8, width: 36, height: 30 })
    .blur(random.between(2, 4))
    .png()
    .toBuffer();
  return sharp(patch);
}

/** Coarse noise in colours around one, smoothed by being enlarged. */
function clouds(random: Random): Sharp {
  const width = random.integer(5, 40);
  const height = Math.max(3, Math.round(width * 0.7));
  const base = [0, 1, 2].map(() => random.between(40, 210));
  const depth = random.between(10, 60);
  const light = Array.from({ length: width * height }, () => random.normal());
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const shade = 0.85 * (light[Math.floor(i / 3)] ?? 0) + 0.3 * random.normal();
    return Math.min(255, Math.max(0, (base[i % 3] ?? 0) + depth * shade));
  });
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function svg(kind: "gradient" | "bokeh" | "stripes" | "tiles", width: number, height: number, random: Random): Sharp {
  const marks = { gradient: () => "", bokeh, stripes, tiles }[kind](width, height, random);
  const turn = random.integer(0, 90);
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
        `<defs><linearGradient id="g" gradientTransform="rotate(${turn} .5 .5)">` +
        `<stop offset="0" stop-color="${colour(random)}"/><stop offset="${random.between(0.3, 0.7)}" stop-color="${colour(random)}"/>` +
        `<stop offset="1" stop-color="${colour(random)}"/></linearGradient></defs>` +
        `<rect width="${width}" height="${height}" fill="url(#g)"/>${marks}</svg>`,
    ),
  );
}

/** Lights out of focus. */
function bokeh(width: number, height: number, random: Random): string {
  return Array.from({ length: random.integer(10, 60) }, () => {
    const [x, y] = [random.between(0, width), random.between(0, height)];
    return `<circle cx="${x}" cy="${y}" r="${random.between(8, 90)}" fill="${colour(random)}" opacity="${random.between(0.1, 0.6)}"/>`;
  }).join("");
}

/** Curtains, blinds, panels. */
function stripes(width: number, height: number, random: Random): string {
  const step = random.between(20, 140);
  const upright = random.chance(0.6);
  const fill = colour(random);
  return Array.from({ length: Math.ceil((upright ? width : height) / step) }, (_, i) => {
    const [at, thick, opacity] = [i * step, step * random.between(0.2, 0.7), random.between(0.1, 0.7)];
    return upright
      ? `<rect x="${at}" width="${thick}" height="${height}" fill="${fill}" opacity="${opacity}"/>`
      : `<rect y="${at}" width="${width}" height="${thick}" fill="${fill}" opacity="${opacity}"/>`;
  }).join("");
}

/** Bricks, shelves, windows. */
function tiles(width: number, height: number, random: Random): string {
  const [w, h] = [random.between(40, 180), random.between(25, 140)];
  const marks: string[] = [];
  for (let y = 0, row = 0; y < height; y += h, row++) {
    for (let x = row % 2 === 0 ? 0 : -w / 2; x < width; x += w) {
      const shade = random.integer(30, 220);
      marks.push(
        `<rect x="${x + 2}" y="${y + 2}" width="${w - 4}" height="${h - 4}" fill="rgb(${shade},${shade},${shade})" opacity=".35"/>`,
      );
    }
  }
  return marks.join("");
}

/** Of cloth and walls: from dark to light, seldom glaring. */
export function colour(random: Random): string {
  return `hsl(${random.integer(0, 359)},${random.integer(5, 60)}%,${random.integer(12, 85)}%)`;
}
