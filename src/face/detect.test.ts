import sharp from "sharp";
import { expect, test } from "vitest";
import { detect, detectionPresets } from "./detect.ts";
import { decodeImage } from "./image.ts";
import { ensureModel } from "./models/store.ts";
import { detectFaces, STANDARD_PYRAMID_FACTOR } from "./mtcnn.ts";
import { openSession } from "./onnx.ts";

test("looks a second time, at sizes between those of the first, where it found nobody", {
  timeout: 60_000,
}, async () => {
  const { files } = await ensureModel("mtcnn");
  const open = (part: string) => openSession(files[part] ?? "", { threads: 1 });
  const [pnet, rnet, onet] = await Promise.all([open("pnet"), open("rnet"), open("onet")]);
  const sample = (await ensureModel("sample-event")).files["sample6.jpg"] ?? "";
  const crop = sharp(sample, { failOn: "none" }).extract({ left: 514, top: 142, width: 510, height: 675 }).resize(320);
  const dark = await sharp(await crop.png().toBuffer())
    .blur(0.3)
    .modulate({ brightness: 0.15 })
    .png()
    .toBuffer();
  const { image } = await decodeImage(dark);

  const { balanced } = detectionPresets;
  const firstLook = { ...balanced, minFace: 20, pyramidFactor: STANDARD_PYRAMID_FACTOR };
  expect(await detectFaces({ pnet, rnet, onet }, image, firstLook)).toEqual([]);
  const [face, ...others] = await detect({ pnet, rnet, onet }, image, balanced);
  expect(others).toEqual([]);
  expect(face?.box.map((value) => Math.round(value / 20))).toEqual([5, 6, 11, 15]);
  await Promise.all([pnet, rnet, onet].map((net) => net.close()));
});
