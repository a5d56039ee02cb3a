import { createHash } from "node:crypto";
import sharp from "sharp";
import { LFW_FACE } from "../events/plan.ts";
import { createRandom } from "../events/random.ts";
import { hide } from "../hidden.ts";

/** One way of spoiling a picture, from little to much. */
export interface Degradation {
  readonly series: "blur" | "size" | "dark" | "bright" | "jpeg" | "hidden";
  /** For the table: what was done. */
  readonly label: string;
  apply(picture: Uint8Array): Promise<Uint8Array>;
}

const LFW_FACE_WIDTH = LFW_FACE[2] - LFW_FACE[0];
const LFW_SIDE = 250;

/** PNG, so that only the JPEG series measures compression. */
const blur = (sigma: number): Degradation => ({
  series: "blur",
  label: `blurred, sigma ${sigma} px`,
  apply: (picture) => sharp(picture).blur(sigma).png({ compressionLevel: 1 }).toBuffer(),
});

const size = (width: number): Degradation => ({
  series: "size",
  label: `scaled to a face of ${width} px`,
  apply: (picture) =>
    sharp(picture)
      .resize({ width: Math.round((LFW_SIDE * width) / LFW_FACE_WIDTH) })
      .png({ compressionLevel: 1 })
      .toBuffer(),
});

const light = (series: "dark" | "bright", gain: number): Degradation => ({
  series,
  label: `brightness x ${gain}`,
  apply: (picture) => sharp(picture).linear(gain, 0).png({ compressionLevel: 1 }).toBuffer(),
});

const jpeg = (quality: number): Degradation => ({
  series: "jpeg",
  label: `JPEG quality ${quality}`,
  apply: (picture) => sharp(picture).jpeg({ quality }).toBuffer(),
});

const hidden = (share: number): Degradation => ({
  series: "hidden",
  label: `${Math.round(100 * share)} % of the face hidden`,
  apply: (picture) => hide(picture, share, createRandom(createHash("sha256").update(picture).digest("hex"))),
});

export const degradations: readonly Degradation[] = [
  ...[1, 1.5, 2, 2.5, 3, 4, 5].map(blur),
  ...[60, 40, 30, 24, 20, 17, 14].map(size),
  ...[0.4, 0.2, 0.15, 0.1].map((gain) => light("dark", gain)),
  ...[1.5, 2, 3].map((gain) => light("bright", gain)),
  ...[30, 15, 8, 4].map(jpeg),
  ...[0.2, 0.35, 0.5, 0.65].map(hidden),
];
