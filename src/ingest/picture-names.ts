import { extname } from "node:path";

/** Ends of names that promise a picture. Those of formats that cannot be read are here as well, to fail with a reason. */
const pictureExtensions = new Set(
  [
    "jpg jpeg jpe jfif png webp avif heic heif hif",
    "tif tiff gif bmp jxl jp2",
    "dng cr2 cr3 crw nef nrw arw srf sr2 raf orf rw2 pef srw 3fr iiq",
  ]
    .join(" ")
    .split(" ")
    .map((extension) => `.${extension}`),
);

export function isPictureName(name: string): boolean {
  return pictureExtensions.has(extname(name).toLowerCase());
}

/** As file managers see it; macOS puts a hidden "._IMG_1.jpg" beside each file on foreign disks. */
export function isHiddenName(name: string): boolean {
  return name.startsWith(".");
}
