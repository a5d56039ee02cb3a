// Draws the icons of the web app; with --check, fails when they are not what would be drawn. Part of `npm run docs`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const folder = fileURLToPath(new URL("../web/public/", import.meta.url));
/** Of 255: another version of the renderer may round otherwise. */
const tolerance = 2;
const check = process.argv.includes("--check");

interface Look {
  /** Of the corners, of 64; phones that cut icons out themselves need the whole square. */
  readonly radius: number;
  /** Of the person in the middle; what phones may cut off stays empty. */
  readonly scale: number;
}

const own: Look = { radius: 16, scale: 1 };
const cutByPhones: Look = { radius: 0, scale: 0.78 };

function draw({ radius, scale }: Look): string {
  const person = '<circle cx="32" cy="26" r="10"/><path d="M14 52c2-11 10-15 18-15s16 4 18 15"/>';
  const placed = scale === 1 ? "" : ` transform="translate(32 34) scale(${scale}) translate(-32 -34)"`;
  const round = radius === 0 ? "" : ` rx="${radius}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><title>Rollcall</title><rect width="64" height="64"${round} fill="#4450d6"/><g fill="#fff"${placed}>${person}</g></svg>\n`;
}

const drawing = draw(own);
if (!check) writeFileSync(`${folder}icon.svg`, drawing);
const wrong = readFileSync(`${folder}icon.svg`, "utf8") === drawing ? [] : ["icon.svg"];

for (const [name, size, look] of [
  ["icon-192.png", 192, own],
  ["icon-512.png", 512, own],
  ["icon-maskable-512.png", 512, cutByPhones],
  ["icon-apple-180.png", 180, cutByPhones],
] as const) {
  const picture = sharp(Buffer.from(draw(look)), { density: (72 * size) / 64 }).resize(size, size);
  if (!check) await picture.clone().png({ compressionLevel: 9 }).toFile(`${folder}${name}`);
  // Another version of the PNG encoder writes other bytes of the same picture.
  const { width, height } = await sharp(`${folder}${name}`).metadata();
  const kept = await sharp(`${folder}${name}`).ensureAlpha().raw().toBuffer();
  const drawn = await picture.ensureAlpha().raw().toBuffer();
  const differs = kept.some((value, i) => Math.abs(value - (drawn[i] ?? 0)) > tolerance);
  if (width !== size || height !== size || differs) wrong.push(name);
}

if (wrong.length > 0) {
  console.error(`${wrong.join(", ")} in web/public: not what scripts/icons.ts draws. Run \`npm run docs\`.`);
  process.exitCode = 1;
}
