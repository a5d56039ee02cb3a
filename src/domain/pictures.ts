import type { PixelBox } from "../face/geometry.ts";

/** What the header of a picture says. */
export interface PictureFacts {
  /** "jpeg", "png", "webp", "avif", "heic", or a kind of RAW such as "nef". */
  readonly format: string;
  /** Of the upright picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** By the camera's clock, taken for UTC. */
  readonly takenAt: Date | null;
}

/** A picture to be made from a photo, as WebP without any metadata. */
export type Rendition =
  /** The whole photo, at most so many pixels on its longer side; with the picture of a file on it as its mark. */
  | { readonly kind: "whole"; readonly maxSide: number; readonly quality: number; readonly mark?: string }
  /** A square around a face. */
  | { readonly kind: "face"; readonly box: PixelBox; readonly side: number; readonly quality: number };

export type Urgency = "now" | "whenever";

/** Looks into pictures from strangers, so it does that in a process that may die. */
export interface PictureRenderer {
  /** @throws FaceError IMAGE_... when it is no picture that can be used */
  inspect(file: string): Promise<PictureFacts>;
  /** One picture for each rendition, decoding the photo once. @throws FaceError IMAGE_..., ENGINE_CRASHED */
  render(file: string, renditions: readonly Rendition[], urgency?: Urgency): Promise<readonly Uint8Array[]>;
  /** A picture to be put on others, drawn anew, as PNG. @throws FaceError IMAGE_..., ENGINE_CRASHED */
  mark(file: string): Promise<Uint8Array>;
  /** The photo in full size with a mark on it, as JPEG without any metadata. @throws FaceError IMAGE_..., ENGINE_CRASHED */
  marked(file: string, mark: string): Promise<Uint8Array>;
  close(): Promise<void>;
}
