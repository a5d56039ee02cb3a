import sharp from "sharp";
import { expect, it } from "vitest";
import { asRgb, orient, shareBeforeFill } from "./rgb-image.ts";

const width = 37;
const height = 70;
const image = { width, height, data: new Uint8Array(width * height * 3).map((_, i) => (i * 7) % 251) };

it("turns pixels as libvips does for every orientation", async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const raw = { width, height, channels: 3 } as const;
    const png = await sharp(image.data, { raw }).withMetadata({ orientation }).png().toBuffer();
    const expected = await sharp(png).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const turned = orient(image, orientation);
    expect([turned.width, turned.height]).toEqual([expected.info.width, expected.info.height]);
    expect(Buffer.compare(turned.data, expected.data), `orientation ${orientation}`).toBe(0);
  }
});

it("leaves a picture alone when its orientation is none that exists", () => {
  for (const orientation of [0, 1, 9, -1, 65535]) expect(orient(image, orientation)).toBe(image);
});

it("spreads grey over three channels", () => {
  expect([...asRgb(Uint8Array.of(5, 9), 1)]).toEqual([5, 5, 5, 9, 9, 9]);
});

it("measures how much was read before the fill", () => {
  const data = new Uint8Array(10 * 10 * 3).fill(128);
  expect(shareBeforeFill({ width: 10, height: 10, data })).toBe(0);
  data.fill(7, 0, 30);
  expect(shareBeforeFill({ width: 10, height: 10, data })).toBe(0.1);
});
