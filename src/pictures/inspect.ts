import type { PictureFacts } from "../domain/pictures.ts";
import { readImageFile } from "../face/image-file.ts";
import { checkPixels, isHeic, readImageHeader } from "../face/image-header.ts";

/**
 * Looks at the header alone; that the rest can be decoded shows when faces are looked for.
 *
 * @throws FaceError IMAGE_UNREADABLE, IMAGE_EMPTY, IMAGE_UNSUPPORTED, IMAGE_TOO_LARGE, IMAGE_CORRUPT
 */
export async function inspectPicture(file: string): Promise<PictureFacts> {
  const header = await readImageHeader(await readImageFile(file));
  // Only the decoder knows how large HEIC is, and it will check it: what is not known is left open here.
  if (isHeic(header)) return { ...header, width: 0, height: 0 };
  const { format, upright, takenAt } = header;
  checkPixels(upright);
  return { format, ...upright, takenAt };
}
