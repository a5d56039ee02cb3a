import sharp from "sharp";
import type { PictureFacts } from "../domain/pictures.ts";
import { FaceError } from "../face/errors.ts";
import { findExifTime, readExifTime } from "../face/exif-time.ts";
import { readImageFile } from "../face/image-file.ts";
import { checkKind, sniffFile, usableFormats } from "../face/image-format.ts";
import { findRawPreview } from "../face/raw-preview.ts";
import { swapsSides } from "../face/rgb-image.ts";

/** As the face engine: phones reach 200 million pixels. */
const maxPixels = 250_000_000;

/**
 * Looks at the header alone, which takes about a millisecond; that the rest can be decoded shows when faces are looked for.
 *
 * @throws FaceError IMAGE_UNREADABLE, IMAGE_EMPTY, IMAGE_UNSUPPORTED, IMAGE_TOO_LARGE, IMAGE_CORRUPT
 */
export async function inspectPicture(file: string): Promise<PictureFacts> {
  const bytes = await readImageFile(file);
  const kind = sniffFile(bytes);
  checkKind(kind);
  switch (kind.kind) {
    case "raw": {
      const preview = findRawPreview(bytes, kind.format);
      if (preview) {
        const header = await readHeader(preview.jpeg, preview.orientation);
        return { ...header, takenAt: header.takenAt ?? readExifTime(bytes), format: kind.format };
      }
      throw new FaceError("IMAGE_UNSUPPORTED", `The file is camera RAW without an embedded preview. ${usableFormats}`);
    }
    case "picture":
      // Only the decoder knows how to read HEIC, and it will check it: what is not known is left open here.
      if (kind.format === "heic") return { format: "heic", width: 0, height: 0, takenAt: findExifTime(bytes) };
      return { ...(await readHeader(bytes)), format: kind.format };
  }
}

async function readHeader(bytes: Uint8Array, containerOrientation = 1): Promise<Omit<PictureFacts, "format">> {
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      const message =
        "The picture's header cannot be read. It is damaged or was cut short: copy it again from the original.";
      throw new FaceError("IMAGE_CORRUPT", message, { cause });
    });
  if (header.width * header.height > maxPixels) {
    throw new FaceError(
      "IMAGE_TOO_LARGE",
      `The picture says it has ${header.width} x ${header.height} pixels; up to ${maxPixels / 1e6} million are decoded. Scale it down first.`,
    );
  }
  const swap = swapsSides(header.orientation ?? containerOrientation);
  return {
    width: swap ? header.height : header.width,
    height: swap ? header.width : header.height,
    takenAt: header.exif ? readExifTime(header.exif) : null,
  };
}
