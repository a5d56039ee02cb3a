import { expect, it } from "vitest";
import { rawFile } from "../../test/bad-pictures.ts";
import { sniffFile } from "./image-format.ts";

function bytes(latin1: string): Uint8Array {
  return Buffer.from(latin1, "latin1");
}

function brands(...names: string[]): Uint8Array {
  return bytes(
    `\0\0\0${String.fromCharCode(16 + 4 * names.length - 4)}ftyp${names[0]}\0\0\0\0${names.slice(1).join("")}`,
  );
}

it("tells pictures by their first bytes", () => {
  expect(sniffFile(bytes("\xff\xd8\xff\xe1rest"))).toEqual({ kind: "picture", format: "jpeg" });
  expect(sniffFile(bytes("\x89PNG\r\n\x1a\nrest"))).toEqual({ kind: "picture", format: "png" });
  expect(sniffFile(bytes("RIFF\x10\0\0\0WEBPVP8 "))).toEqual({ kind: "picture", format: "webp" });
  expect(sniffFile(brands("avif", "mif1", "miaf"))).toEqual({ kind: "picture", format: "avif" });
  expect(sniffFile(brands("mif1", "avif", "miaf"))).toEqual({ kind: "picture", format: "avif" });
  expect(sniffFile(brands("heic", "mif1"))).toEqual({ kind: "picture", format: "heic" });
  expect(sniffFile(brands("mif1", "heic"))).toEqual({ kind: "picture", format: "heic" });
  expect(sniffFile(brands("mif1"))).toEqual({ kind: "picture", format: "heic" });
});

it("names what it refuses", () => {
  const names = [
    ["GIF89a", "a GIF"],
    ["%PDF-1.7", "a PDF document"],
    ["\xef\xbb\xbf <?xml version='1.0'?><!-- x --><svg width='1'>", "an SVG drawing"],
    ["<svg>", "an SVG drawing"],
    ["<!DOCTYPE html><html><svg>", "a web page"],
    ["PK\x03\x04....", "a ZIP archive or an office document"],
    ["RIFF\0\0\0\0AVI LIST", "a video"],
    ["\0\0\0\x14ftypisom\0\0\0\0mp42", "a video"],
  ] as const;
  for (const [head, name] of names) expect(sniffFile(bytes(head))).toEqual({ kind: "other", name });
});

it("tells a camera's RAW file from a plain TIFF", () => {
  expect(sniffFile(rawFile(undefined))).toEqual({ kind: "raw", format: "nef" });
  expect(sniffFile(rawFile(undefined, 1, "SONY"))).toEqual({ kind: "raw", format: "arw" });
  expect(sniffFile(rawFile(undefined, 1, "Leica"))).toEqual({ kind: "raw", format: "raw" });
  const edited = Buffer.from(rawFile(undefined));
  // The same directories with finished colours (RGB) instead of a colour filter array.
  edited.writeUInt16LE(2, edited.indexOf(Buffer.from([0x23, 0x80])));
  expect(sniffFile(edited)).toEqual({ kind: "other", name: "a TIFF picture" });
  expect(sniffFile(bytes("II*\0\x10\0\0\0CR\x02\0rest"))).toEqual({ kind: "raw", format: "cr2" });
  expect(sniffFile(bytes("FUJIFILMCCD-RAW 0201"))).toEqual({ kind: "raw", format: "raf" });
  expect(sniffFile(bytes("IIU\0rest"))).toEqual({ kind: "raw", format: "rw2" });
  expect(sniffFile(bytes("IIRO\x08\0\0\0"))).toEqual({ kind: "raw", format: "orf" });
  expect(sniffFile(brands("crx ", "isom"))).toEqual({ kind: "raw", format: "cr3" });
});

it("takes short, random and self-referring bytes as unknown or refused, never as an exception", () => {
  for (let length = 0; length < 40; length++) {
    const file = bytes("II*\0\x08\0\0\0\xff\xff\x4a\x01\x04\0\xff\xff\xff\xff\x08\0\0\0".repeat(2)).subarray(0, length);
    expect(["unknown", "other"]).toContain(sniffFile(file).kind);
  }
  const loop = Buffer.alloc(64);
  loop.write("II*\0", 0, "latin1");
  loop.writeUInt32LE(8, 4);
  loop.writeUInt16LE(1, 8);
  loop.writeUInt16LE(0x14a, 10);
  loop.writeUInt16LE(4, 12);
  loop.writeUInt32LE(1, 14);
  loop.writeUInt32LE(8, 18);
  loop.writeUInt32LE(8, 22);
  expect(sniffFile(loop)).toEqual({ kind: "other", name: "a TIFF picture" });
});
