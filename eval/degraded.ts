import sharp from "sharp";
import { createRandom } from "./events/random.ts";
import type { Source } from "./find-faces.ts";

/**
 * The picture as a small, blurred and compressed part of a photo: the same every time.
 *
 * @param source of LFW, where a face is about 95 pixels wide; here it has 24 to 95
 * @param copy another number gives another copy
 */
export function degraded(source: Source, copy = 1): Source {
  return {
    key: `${source.key} degraded and noisy ${copy}`,
    load: async () => {
      const random = createRandom(copy === 1 ? source.key : `${source.key} ${copy}`);
      const scale = Math.exp(random.between(Math.log(0.25), Math.log(1)));
      const { width, height } = await sharp(await source.load()).metadata();
      const resized = sharp(await source.load()).resize(Math.round(width * scale), Math.round(height * scale));
      if (random.chance(0.6)) resized.blur(random.between(0.3, 2));
      const quality = random.integer(40, 95);
      if (!random.chance(0.4)) return resized.jpeg({ quality }).toBuffer();
      const deviation = random.between(2, 12);
      const { data, info } = await resized.raw().toBuffer({ resolveWithObject: true });
      for (const [i, value] of data.entries()) {
        data[i] = Math.min(255, Math.max(0, Math.round(value + deviation * random.normal())));
      }
      return sharp(data, { raw: info }).jpeg({ quality }).toBuffer();
    },
  };
}
