import sharp from "sharp";
import { FaceError } from "./errors.ts";
import { findExifTime, readExifTime } from "./exif-time.ts";
import { checkKind, sniffFile, usableFormats } from "./image-format.ts";
import { findRawPreview } from "./raw-preview.ts";
import { swapsSides } from "./rgb-image.ts";

// One picture uses one thread and leaves nothing behind: worker processes are what fills the cores.
sharp.concurrency(1);
sharp.cache(false);
// A file that is several formats at once must not reach a loader for documents or for formats that are refused here.
// Blocking the loader for Ultra HDR also leaves such JPEGs to the plain one, which can scale while it decodes.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: ["Jpeg", "Png", "Webp", "Heif", "Tiff"].map((loader) => `VipsForeignLoad${loader}`),
});

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture whose header sharp can read. */
export interface ImageHeader {
  /** What the bytes really are: "jpeg", "png", "webp", "avif", or a kind of RAW such as "nef". */
  readonly format: string;
  /** What is to be decoded: the file, or the JPEG that the camera put into its RAW file. */
  readonly encoded: Uint8Array;
  /** As it is stored, before it is turned upright. */
  readonly stored: Size;
  readonly upright: Size;
  /** EXIF's, 1 to 8. */
  readonly orientation: number;
  readonly icc: Uint8Array | undefined;
  /** By the camera's clock, taken for UTC. */
  readonly takenAt: Date | null;
}

/** Only its decoder knows how to read more of it. */
export interface HeicHeader {
  readonly format: "heic";
  readonly takenAt: Date | null;
}

export function isHeic(header: ImageHeader | HeicHeader): header is HeicHeader {
  return !("encoded" in header);
}

/**
 * What a picture is and what its header says, which takes about a millisecond. The type is found from the bytes.
 *
 * @param file all of its bytes
 * @throws FaceError IMAGE_UNSUPPORTED, IMAGE_CORRUPT
 */
export async function readImageHeader(file: Uint8Array): Promise<ImageHeader | HeicHeader> {
  const sniffed = sniffFile(file);
  checkKind(sniffed);
  const { kind, format } = sniffed;
  if (kind === "picture") {
    return format === "heic" ? { format, takenAt: findExifTime(file) } : { ...(await readHeader(file)), format };
  }
  const preview = findRawPreview(file, format);
  if (!preview) {
    const type = format === "raw" ? "camera RAW" : `camera RAW (${format.toUpperCase()})`;
    throw new FaceError("IMAGE_UNSUPPORTED", `The file is ${type} without an embedded preview. ${usableFormats}`);
  }
  const header = await readHeader(preview.jpeg, preview.orientation);
  return { ...header, takenAt: header.takenAt ?? readExifTime(file), format };
}

async function readHeader(encoded: Uint8Array, containerOrientation = 1): Promise<Omit<ImageHeader, "format">> {
  const header = await sharp(encoded, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw new FaceError("IMAGE_CORRUPT", `The picture's header cannot be read. ${copyAgain}`, { cause });
    });
  const { width, height, orientation = containerOrientation } = header;
  const stored = { width, height };
  return {
    encoded,
    stored,
    upright: swapsSides(orientation) ? { width: height, height: width } : stored,
    orientation,
    icc: header.icc,
    takenAt: header.exif ? readExifTime(header.exif) : null,
  };
}

export const copyAgain = "It is damaged or was cut short: copy it again from the original.";

/**
 * Lets the largest photos pass (phones reach 200 million pixels, 16,320 x 12,240) and nothing much larger: decoded at
 * full size, 250 million pixels take 750 MB.
 */
const defaultMaxPixels = 250_000_000;

/** @throws FaceError IMAGE_TOO_LARGE */
export function checkPixels({ width, height }: Size, maxPixels = defaultMaxPixels): void {
  if (width * height <= maxPixels) return;
  const limit = Math.floor(maxPixels / 1e6);
  throw new FaceError(
    "IMAGE_TOO_LARGE",
    `The picture says it has ${width} x ${height} pixels; up to ${limit} million are decoded. Scale it down first.`,
  );
}
