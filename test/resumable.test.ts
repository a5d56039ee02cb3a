import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Backend, openBackend } from "../src/compose.ts";
import { RollcallError } from "../src/domain/errors.ts";
import { resumableUploads } from "../src/http/resumable.ts";
import { sampleFolder } from "./e2e/samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const photo = async () => await readFile(join(await sampleFolder(), "sample1.jpg"));

it("keeps a whole upload that could not be taken in for a reason that passes, and takes it in later", async () => {
  const { backend, call, begin } = await uploadsTo({});
  const bytes = await photo();
  const upload = await begin(bytes.length);
  const { inspect } = backend.pictures;
  backend.pictures.inspect = async () => {
    throw new RollcallError("ENGINE_CLOSED", "The server is stopping.");
  };
  await expect(call("PATCH", upload, pieceAt(0), bytes)).rejects.toMatchObject({ code: "ENGINE_CLOSED" });
  backend.pictures.inspect = inspect;
  const head = await call("HEAD", upload);
  expect([head.status, head.headers.get("upload-offset")]).toEqual([200, String(bytes.length)]);
  const last = await call("PATCH", upload, pieceAt(bytes.length), Buffer.alloc(0));
  expect(last.headers.get("rollcall-photo-id")).toMatch(/^[0-9a-f]+$/u);
  await backend.close();
});

it("does not begin to write what would fill the disk together with the uploads under way", async () => {
  const free = 1_500_000;
  const { backend, call, begin } = await uploadsTo({
    checkSpace: async (bytes) => {
      if (bytes > free) throw new RollcallError("DISK_FULL", "The disk is full.");
    },
  });
  const uploads = [await begin(600_000), await begin(600_000)];
  // Of neither, all has come before the other begins.
  const stop = new AbortController();
  const bytes = await photo();
  const slowly = () =>
    new ReadableStream({
      start: (stream) => {
        stream.enqueue(bytes.subarray(0, 50_000));
        stop.signal.addEventListener("abort", () => stream.close());
      },
    });
  const pieces = uploads.map((upload) => call("PATCH", upload, pieceAt(0), slowly()));
  const refused = await Promise.race(
    pieces.map((piece) =>
      piece.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  expect(refused).toMatchObject({ code: "DISK_FULL" });
  await expect(call("POST", "", { "upload-length": "600000" })).rejects.toMatchObject({ code: "DISK_FULL" });
  stop.abort();
  const results = await Promise.allSettled(pieces);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  // Nothing is on its way any more.
  await begin(600_000);
  await backend.close();
});

it("looks at the space again while a piece is written, and says that it was the disk", async () => {
  let looks = 0;
  const { backend, call, begin } = await uploadsTo({
    checkSpace: async () => {
      if (++looks > 4) throw new RollcallError("DISK_FULL", "The disk is full.");
    },
  });
  const upload = await begin(60e6);
  const arriving = new ReadableStream({
    start: async (stream) => stream.enqueue(await photo()),
    pull: (stream) => stream.enqueue(Buffer.alloc(64_000)),
  });
  await expect(call("PATCH", upload, pieceAt(0), arriving)).rejects.toMatchObject({ code: "DISK_FULL" });
  const { size } = await stat(join(backend.unfinishedUploads, upload.slice(1)));
  expect(size).toBeLessThan(20e6);
  await backend.close();
});

it("writes what is known of an upload beside what was known, so that it is there as a whole", async () => {
  const { backend, call, begin } = await uploadsTo({});
  const bytes = await photo();
  const upload = await begin(bytes.length);
  const description = join(backend.unfinishedUploads, `${upload.slice(1)}.json`);
  const { ino } = await stat(description);
  await call("PATCH", upload, pieceAt(0), bytes);
  expect((await stat(description)).ino).not.toBe(ino);
  expect(await readdir(backend.unfinishedUploads)).toHaveLength(2);
  await backend.close();
});

it("lets uploads that come in at once have no more bytes together than the event may have", async () => {
  const { backend, call, begin } = await uploadsTo({});
  const all = await Promise.all(
    [1, 2, 3, 4].map(async (number) => await readFile(join(await sampleFolder(), `sample${number}.jpg`))),
  );
  const total = all.reduce((sum, { length }) => sum + length, 0);
  backend.limits.eventBytes = total - 1;
  const uploads = await Promise.all(all.map(({ length }) => begin(length)));
  const results = await Promise.allSettled(
    uploads.map((upload, index) => call("PATCH", upload, pieceAt(0), all[index] ?? Buffer.alloc(0))),
  );
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
  expect(refused).toEqual(["QUOTA_EXCEEDED"]);
  const [event] = await backend.stores.events.list();
  expect(await backend.stores.photos.uploadedBytes(event?.id ?? "")).toBeLessThan(total);
  await backend.close();
});

it("says that the event was deleted when its folders go away while a photo is put there", async () => {
  const { backend, call, begin } = await uploadsTo({});
  const bytes = await photo();
  const { receive } = backend.blobs;
  backend.blobs.receive = async (arriving, limits) => {
    const received = await receive(arriving, limits);
    return { ...received, keep: async () => void (await stat(join(backend.unfinishedUploads, "gone"))) };
  };
  const upload = await begin(bytes.length);
  await expect(call("PATCH", upload, pieceAt(0), bytes)).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
  expect(await readdir(backend.unfinishedUploads)).toEqual([]);
  await backend.close();
});

const pieceAt = (offset: number) => ({
  "upload-offset": String(offset),
  "content-type": "application/offset+octet-stream",
});

/** Uploads to an event, some of whose adapters are others. */
async function uploadsTo(blobs: Partial<Backend["blobs"]>) {
  const ignore = () => undefined;
  const opened = await openBackend({ dataDir: await temporaryFolder() }, { onFault: ignore, onErased: ignore });
  const backend = {
    ...opened,
    pictures: { ...opened.pictures },
    limits: { ...opened.limits },
    blobs: { ...opened.blobs, ...blobs },
  };
  const { id } = await backend.stores.events.findOrCreate("Party");
  const uploads = resumableUploads(backend, ignore);
  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: RequestInit["body"]) =>
    uploads.handle(
      new Request(`http://localhost/uploads${path}`, {
        method,
        headers: { "tus-resumable": "1.0.0", ...headers },
        ...(body === undefined ? {} : { body, duplex: "half" }),
      }),
      id,
    );
  const begin = async (length: number) => {
    const { status, headers } = await call("POST", "", { "upload-length": String(length) });
    expect(status).toBe(201);
    return headers.get("location")?.replace("/uploads", "") ?? expect.fail();
  };
  return { backend, call, begin };
}
