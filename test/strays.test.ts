import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openBackend } from "../src/compose.ts";
import { blobKeys } from "../src/domain/blobs.ts";
import { acceptUpload } from "../src/domain/photos.ts";
import { removeStrays } from "../src/domain/strays.ts";
import { sampleFolder } from "./e2e/samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const hourMs = 60 * 60 * 1000;
const later = () => new Date(Date.now() + 2 * hourMs);

it("deletes what a killed deletion left of a photo, and nothing of other photos", async () => {
  const { backend, eventId, upload } = await event();
  const [gone, kept] = [await upload("sample1.jpg"), await upload("sample2.jpg")];
  for (const photoId of [gone, kept]) {
    await backend.gallery.picture(eventId, photoId, "thumbnail");
    await backend.blobs.put(blobKeys.markedPreview(eventId, photoId, "mark"), Buffer.from("marked"));
  }
  const files = async () => (await readdir(backend.blobs.fileOf(eventId), { recursive: true })).sort();
  const before = await files();
  const [deleted] = await backend.stores.photos.delete(eventId, [gone]);

  await removeStrays(backend, later());

  expect(await files()).toEqual(
    before.filter((file) => !file.includes(deleted?.sha256 ?? "no hash") && !file.includes(gone)),
  );
  expect(await backend.blobs.load(blobKeys.picture(eventId, kept, "thumbnail"))).toBeDefined();
  await backend.close();
});

it("leaves the bytes of a photo that is just coming in", async () => {
  const { backend, eventId } = await event();
  const received = await backend.blobs.receive(createReadStream(join(await sampleFolder(), "sample1.jpg")), {
    mostBytes: 1e9,
  });
  const original = blobKeys.original(eventId, received.sha256);
  await received.keep(original);
  await removeStrays(backend);
  expect(await backend.blobs.stat(original)).toMatchObject({ bytes: received.bytes });
  await removeStrays(backend, later());
  expect(await backend.blobs.stat(original)).toBeUndefined();
  await backend.close();
});

async function event() {
  const ignore = () => undefined;
  const backend = await openBackend({ dataDir: await temporaryFolder() }, { onFault: ignore, onErased: ignore });
  const { id: eventId } = await backend.stores.events.findOrCreate("Party");
  const folder = await sampleFolder();
  const upload = async (name: string) =>
    (await acceptUpload(backend, eventId, { name, bytes: createReadStream(join(folder, name)) })).photoId;
  return { backend, eventId, upload };
}
