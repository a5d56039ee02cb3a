import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { stripJpeg } from "./strip-jpeg.ts";

const pixels = async (bytes: Uint8Array) => await sharp(bytes).raw().toBuffer();

describe("stripJpeg", () => {
  const photo = async (progressive: boolean, orientation: number) =>
    await sharp({
      create: {
        width: 64,
        height: 48,
        channels: 3,
        noise: { type: "gaussian", mean: 128, sigma: 40 },
        background: "#000",
      },
    })
      .jpeg({ progressive })
      .withExif({ IFD0: { Make: "Secret camera" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" } })
      .withMetadata({ orientation })
      .toBuffer();

  it.each([
    [false, 1],
    [true, 1],
    [false, 6],
    [true, 8],
  ])(
    "keeps pixels and orientation, and nothing else (progressive %s, orientation %s)",
    async (progressive, orientation) => {
      const bytes = Buffer.concat([await photo(progressive, orientation), Buffer.from("film with a place")]);
      const stripped = stripJpeg(bytes) ?? expect.fail();
      expect(await pixels(stripped)).toEqual(await pixels(bytes));
      const { exif, orientation: kept = 1 } = await sharp(stripped).metadata();
      expect(kept).toBe(orientation);
      expect(exif === undefined).toBe(orientation === 1);
      const text = Buffer.from(stripped).toString("latin1");
      for (const secret of ["Secret camera", "GPS", "film"]) expect(text).not.toContain(secret);
    },
  );

  it("keeps no segment of a camera's own", async () => {
    const bytes = await photo(false, 1);
    const own = Buffer.from("\xff\xe0\0\x1eHEAPCCDRsomebody's camera", "latin1");
    own.writeUInt16BE(own.length - 2, 2);
    const stripped = stripJpeg(Buffer.concat([bytes.subarray(0, 2), own, bytes.subarray(2)])) ?? expect.fail();
    expect(await pixels(stripped)).toEqual(await pixels(bytes));
    expect(Buffer.from(stripped).toString("latin1")).not.toContain("somebody");
  });

  it("keeps no thumbnail, and nothing that hangs onto what is needed", async () => {
    const cmyk = await sharp(await photo(false, 1))
      .toColourspace("cmyk")
      .jpeg()
      .toBuffer();
    const segment = (kind: number, name: string, fields: readonly number[], text: string) => {
      const bytes = Buffer.concat([
        Buffer.of(0xff, kind, 0, 0),
        Buffer.from(name),
        Buffer.from(fields),
        Buffer.from(text),
      ]);
      bytes.writeUInt16BE(bytes.length - 2, 2);
      return bytes;
    };
    const jfif = segment(0xe0, "JFIF\0", [1, 1, 1, 0, 72, 0, 72, 1, 2], "thumbs");
    const adobe = segment(0xee, "Adobe", [0, 100, 0, 0, 0, 0, 2], "somebody's name");
    const at = cmyk.indexOf(Buffer.from([0xff, 0xee]));
    const adobeEnd = at + 2 + cmyk.readUInt16BE(at + 2);
    const bytes = Buffer.concat([cmyk.subarray(0, 2), jfif, adobe, cmyk.subarray(adobeEnd)]);
    const stripped = stripJpeg(bytes) ?? expect.fail();
    expect(await pixels(stripped)).toEqual(await pixels(bytes));
    expect((await sharp(stripped).metadata()).density).toBe(72);
    expect(/thumbs|somebody/u.test(Buffer.from(stripped).toString("latin1"))).toBe(false);
  });

  it("closes a picture that was cut short", async () => {
    const bytes = await photo(false, 1);
    const stripped = stripJpeg(bytes.subarray(0, bytes.length - 200)) ?? expect.fail();
    expect([...stripped.subarray(-2)]).toEqual([0xff, 0xd9]);
  });

  it("leaves alone what is no JPEG", () => {
    expect(stripJpeg(Buffer.from("RIFF....WEBP"))).toBeUndefined();
    expect(stripJpeg(Uint8Array.of(0xff, 0xd8, 1, 2, 3, 4, 5))).toBeUndefined();
  });
});
