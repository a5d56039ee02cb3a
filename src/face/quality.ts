import type { Quality } from "./face.ts";
import type { RgbImage } from "./image.ts";
import type { Detection } from "./mtcnn.ts";

/**
 * How far a face can be trusted for recognition.
 *
 * @param image the picture the face was found in
 * @param detection in pixels of `image`
 * @param scale pixels of the original per pixel of `image`
 */
export function assessQuality(_image: RgbImage, detection: Detection, scale: number): Quality {
  const width = (detection.box[2] - detection.box[0]) * scale;
  const size = Math.min(1, width / 80);
  const reasons = size < 0.3 ? [`only ${Math.round(width)} px wide`] : [];
  return { score: size, sharpness: 1, pose: 1, size, exposure: 1, detection: detection.score, reasons };
}
