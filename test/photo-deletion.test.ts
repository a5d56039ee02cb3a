import { createReadStream } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openBackend } from "../src/compose.ts";
import {
  type AcceptedUpload,
  acceptUpload,
  deletePhotos,
  getPhoto,
  openOriginal,
  originalType,
} from "../src/domain/photos.ts";
import { sampleFolder } from "./e2e/samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

it("keeps a photo that comes in again at the moment in which it is deleted", async () => {
  const ignore = () => undefined;
  const backend = await openBackend({ dataDir: await temporaryFolder() }, { onFault: ignore, onErased: ignore });
  const { stores, blobs } = backend;
  const { id } = await stores.events.findOrCreate("Party");
  const photo = join(await sampleFolder(), "sample1.jpg");
  const upload = () => acceptUpload(backend, id, { name: "1.jpg", bytes: createReadStream(photo) });
  const { photoId } = await upload();
  let again: Promise<AcceptedUpload> | undefined;
  const slowly = async (key: string) => {
    // Long enough for the upload to be done, if nothing holds it up.
    again ??= upload();
    await sleep(500);
    await blobs.delete(key);
  };
  await deletePhotos({ stores, blobs: { ...blobs, delete: slowly } }, id, [photoId]);
  expect(await again).toEqual({ photoId, duplicate: false });
  const { bytes } = await openOriginal(backend, id, await getPhoto(stores, id, photoId));
  expect(bytes).toBeGreaterThan(0);
  await backend.close();
}, 60_000);

it("says that a photo's file is missing when it is deleted while it is opened", async () => {
  const ignore = () => undefined;
  const backend = await openBackend({ dataDir: await temporaryFolder() }, { onFault: ignore, onErased: ignore });
  const { id } = await backend.stores.events.findOrCreate("Party");
  const photo = join(await sampleFolder(), "sample1.jpg");
  const { photoId } = await acceptUpload(backend, id, { name: "1.jpg", bytes: createReadStream(photo) });
  const original = await openOriginal(backend, id, await getPhoto(backend.stores, id, photoId));
  expect(await originalType(original)).toBe("image/jpeg");
  await deletePhotos(backend, id, [photoId]);
  await expect(originalType(original)).rejects.toMatchObject({ code: "FILE_MISSING" });
  await backend.close();
}, 60_000);
