import { dirname, join } from "node:path";
import sharp from "sharp";
import { ensureModel } from "../../src/face/models/store.ts";
import { temporaryFolder } from "./run-cli.ts";

/** Folder of the six party photos, sample1.jpg to sample6.jpg; fetched the first time. */
export async function sampleFolder(): Promise<string> {
  const { files } = await ensureModel("sample-event");
  return dirname(Object.values(files)[0] ?? "");
}

/** Path of a picture of the woman who is in samples 3 and 1, alone, as a phone takes it. */
export async function selfieFile(): Promise<string> {
  const file = join(temporaryFolder(), "selfie.jpg");
  await sharp(join(await sampleFolder(), "sample3.jpg"))
    .extract({ left: 950, top: 100, width: 450, height: 520 })
    .jpeg()
    .toFile(file);
  return file;
}
