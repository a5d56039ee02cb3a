import sharp, { type PngOptions } from "sharp";
import { describe, expect, it } from "vitest";
import { drawPattern } from "../../test/bad-pictures.ts";
import { readablePngRows } from "./png-rows.ts";

const pattern = drawPattern(360, 240);
const raw = { width: 360, height: 240, channels: 3 } as const;

function encode(options: PngOptions = {}) {
  return sharp(pattern.data, { raw }).png(options).toBuffer();
}

describe("rows of a PNG before its first damage", () => {
  it("are all rows where nothing is wrong but the end", async () => {
    const png = await encode();
    expect(await readablePngRows(png)).toBe(240);
    expect(await readablePngRows(png.subarray(0, -12))).toBe(240);
    expect(await readablePngRows(await encode({ palette: true, colours: 4 }))).toBe(240);
  });

  it("are fewer the earlier the file is cut", async () => {
    const png = await encode({ compressionLevel: 0 });
    const half = await readablePngRows(png.subarray(0, png.length / 2));
    expect(half).toBeGreaterThanOrEqual(115);
    expect(half).toBeLessThanOrEqual(120);
    expect(await readablePngRows(png.subarray(0, 60))).toBe(0);
    expect(await readablePngRows(png.subarray(0, 20))).toBe(0);
  });

  it("end where bytes are not what their checksum says", async () => {
    const png = await encode({ compressionLevel: 0 });
    png.fill(0xaa, png.length / 2, png.length / 2 + 10);
    expect(await readablePngRows(png)).toBeLessThanOrEqual(120);
  });

  it("are all or none of an interlaced picture", async () => {
    const png = await encode({ progressive: true });
    expect(await readablePngRows(png)).toBe(240);
    expect(await readablePngRows(png.subarray(0, -20))).toBe(0);
  });
});
