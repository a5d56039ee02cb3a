import sharp from "sharp";
import { expect, it } from "vitest";
import { iou } from "../src/face/geometry.ts";
import { type FacesInImage, openFaceEngine } from "../src/face/index.ts";
import { ensureModel } from "../src/face/models/store.ts";
import { storedWith } from "./bad-pictures.ts";

it("a JPEG has the same faces in the same places whichever EXIF orientation it was saved with", async () => {
  const sample = (await ensureModel("sample-event")).files["sample1.jpg"];
  const { data, info } = await sharp(sample).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const upright = { width: info.width, height: info.height, data };
  const engine = await openFaceEngine({ workers: 2 });
  const turned = Array.from({ length: 8 }, async (_, i) => {
    return await engine.findFaces(
      await storedWith(i + 1, upright)
        .jpeg({ quality: 97 })
        .toBuffer(),
    );
  });
  const photos = await Promise.all(turned).finally(() => engine.close());
  for (const [i, { width, height, faces }] of photos.entries()) {
    expect([width, height, faces.length], `orientation ${i + 1}`).toEqual([1920, 1280, 3]);
    expect(leastOverlap(photos[0]?.faces ?? [], faces), `orientation ${i + 1}`).toBeGreaterThan(0.94);
  }
}, 60_000);

/** Intersection over union of the face that lies worst, 0 to 1. */
function leastOverlap(faces: FacesInImage["faces"], others: FacesInImage["faces"]): number {
  return Math.min(...faces.map(({ box }) => Math.max(...others.map((other) => iou(box, other.box)))));
}
