import { FaceError } from "./errors.ts";
import { readTiff } from "./tiff.ts";

export type PictureFormat = "jpeg" | "png" | "webp" | "avif" | "heic";
export type RawFormat = "cr2" | "cr3" | "nef" | "arw" | "dng" | "raf" | "orf" | "rw2" | "raw";

/** What the first bytes show a file to be; its name has no say in it. */
export type FileKind =
  | { readonly kind: "picture"; readonly format: PictureFormat }
  | { readonly kind: "raw"; readonly format: RawFormat }
  /** `name` is a noun phrase for a message: "an SVG drawing". */
  | { readonly kind: "other"; readonly name: string }
  | { readonly kind: "unknown" };

/** Patterns of first bytes; a question mark stands for any byte. */
const signatures: readonly (readonly [pattern: string, kind: FileKind])[] = [
  ["\xff\xd8\xff", { kind: "picture", format: "jpeg" }],
  ["\x89PNG\r\n\x1a\n", { kind: "picture", format: "png" }],
  ["RIFF????WEBP", { kind: "picture", format: "webp" }],
  ["II*\0????CR\x02", { kind: "raw", format: "cr2" }],
  ["FUJIFILMCCD-RAW", { kind: "raw", format: "raf" }],
  ["IIRO", { kind: "raw", format: "orf" }],
  ["IIRS", { kind: "raw", format: "orf" }],
  ["MMOR", { kind: "raw", format: "orf" }],
  ["IIU\0", { kind: "raw", format: "rw2" }],
  ["FOVb", { kind: "raw", format: "raw" }],
  ["GIF8", { kind: "other", name: "a GIF" }],
  ["BM", { kind: "other", name: "a BMP picture" }],
  ["%PDF-", { kind: "other", name: "a PDF document" }],
  ["8BPS", { kind: "other", name: "a Photoshop document" }],
  ["II+\0", { kind: "other", name: "a TIFF picture" }],
  ["MM\0+", { kind: "other", name: "a TIFF picture" }],
  ["\xff\x0a", { kind: "other", name: "a JPEG XL picture" }],
  ["????JXL ", { kind: "other", name: "a JPEG XL picture" }],
  ["????jP  ", { kind: "other", name: "a JPEG 2000 picture" }],
  ["\xff\x4f\xff\x51", { kind: "other", name: "a JPEG 2000 picture" }],
  ["PK\x03\x04", { kind: "other", name: "a ZIP archive or an office document" }],
  ["\x1f\x8b", { kind: "other", name: "a gzip archive" }],
  ["\x1aE\xdf\xa3", { kind: "other", name: "a video" }],
  ["RIFF????AVI ", { kind: "other", name: "a video" }],
  ["????moov", { kind: "other", name: "a video" }],
  ["????mdat", { kind: "other", name: "a video" }],
];

/** Enough for every signature and for a prologue before an SVG's first element. */
export const headLength = 1024;

export const usableFormats = "Use JPEG, PNG, WebP, AVIF or HEIC.";

/** @throws FaceError IMAGE_UNSUPPORTED when it is no picture */
export function checkKind(file: FileKind): asserts file is Extract<FileKind, { readonly format: string }> {
  if (file.kind === "picture" || file.kind === "raw") return;
  const what = file.kind === "other" ? file.name : "not a picture";
  throw new FaceError("IMAGE_UNSUPPORTED", `By its content, the file is ${what}. ${usableFormats}`);
}

/**
 * Tells from its start alone, at least `headLength` bytes or all there are, that a file is no picture.
 *
 * @throws FaceError IMAGE_UNSUPPORTED when it is none, whatever follows
 */
export function checkStart(head: Uint8Array): void {
  // Whether a TIFF is a camera's RAW file shows further on.
  if (!isTiff(latin1(head.subarray(0, 4)))) checkKind(sniffFile(head));
}

/** Tells a file's kind from its bytes. */
export function sniffFile(bytes: Uint8Array): FileKind {
  const head = latin1(bytes.subarray(0, headLength));
  const found = signatures.find(([pattern]) => matches(head, pattern));
  if (found) return found[1];
  if (isTiff(head)) return sniffTiff(bytes);
  if (head.startsWith("ftyp", 4)) return sniffBrands(bytes, head);
  return sniffText(head);
}

function isTiff(head: string): boolean {
  return head.startsWith("II*\0") || head.startsWith("MM\0*");
}

/** A camera's RAW file differs from a plain TIFF in that one of its images is sensor data. */
function sniffTiff(bytes: Uint8Array): FileKind {
  const facts = readTiff(bytes);
  if (facts?.isDng) return { kind: "raw", format: "dng" };
  if (!facts?.holdsSensorData) return { kind: "other", name: "a TIFF picture" };
  if (/^nikon/i.test(facts.make)) return { kind: "raw", format: "nef" };
  if (/^sony/i.test(facts.make)) return { kind: "raw", format: "arw" };
  return { kind: "raw", format: "raw" };
}

const hevcBrands = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"];

/** ISO base media (ISO/IEC 14496-12): the type box lists the brands a file conforms to, the most specific one first. */
function sniffBrands(bytes: Uint8Array, head: string): FileKind {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = Math.min(view.getUint32(0), head.length);
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.slice(at, at + 4));
  if (brands[0] === "crx ") return { kind: "raw", format: "cr3" };
  if (brands.some((brand) => hevcBrands.includes(brand))) return { kind: "picture", format: "heic" };
  if (brands.some((brand) => brand === "avif" || brand === "avis")) return { kind: "picture", format: "avif" };
  // Files that name only the structure ("mif1") exist; libheif finds out what codec is inside.
  if (brands.some((brand) => brand === "mif1" || brand === "msf1")) return { kind: "picture", format: "heic" };
  return { kind: "other", name: "a video" };
}

function sniffText(head: string): FileKind {
  const text = head.replace(/^\xef\xbb\xbf/, "").trimStart();
  if (/^<(!doctype html|html)/i.test(text)) return { kind: "other", name: "a web page" };
  if (text.startsWith("<") && /<svg[\s>]/i.test(text)) return { kind: "other", name: "an SVG drawing" };
  if (text.startsWith("%!PS")) return { kind: "other", name: "a PostScript document" };
  return { kind: "unknown" };
}

function matches(head: string, pattern: string): boolean {
  if (head.length < pattern.length) return false;
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== "?" && pattern[i] !== head[i]) return false;
  }
  return true;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
