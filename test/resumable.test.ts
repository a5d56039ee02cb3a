import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { type Backend, openBackend } from "../src/compose.ts";
import { RollcallError } from "../src/domain/errors.ts";
import { acceptUpload } from "../src/domain/photos.ts";
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
  const uploads = await Promise.all(all.map(({ length }) => begin(length)));
  // As after a start with a smaller quota than they began with.
  backend.limits.eventBytes = total - 1;
  const results = await Promise.allSettled(
    uploads.map((upload, index) => call("PATCH", upload, pieceAt(0), all[index] ?? Buffer.alloc(0))),
  );
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
  expect(refused).toEqual(["QUOTA_EXCEEDED"]);
  const [event] = await backend.stores.events.list();
  expect(await backend.stores.photos.uploadedBytes(event?.id ?? "")).toBeLessThan(total);
  await backend.close();
});

it("refuses to begin what does not fit beside the uploads that have begun, also those begun at once or before a start", async () => {
  const dataDir = await temporaryFolder();
  const first = await uploadsTo({}, dataDir);
  first.backend.limits.eventBytes = 1e6;
  const begun = await Promise.allSettled([1, 2, 3, 4].map(() => first.begin(340_000)));
  expect(begun.map((result) => (result.status === "rejected" ? result.reason.code : "begun")).sort()).toEqual([
    "QUOTA_EXCEEDED",
    "QUOTA_EXCEEDED",
    "begun",
    "begun",
  ]);
  await first.backend.close();
  const { backend, call, begin } = await uploadsTo({}, dataDir);
  backend.limits.eventBytes = 1e6;
  await expect(begin(340_000)).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
  const [upload] = begun.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  await call("DELETE", upload ?? "");
  await begin(340_000);
  await expect(begin(340_000)).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
  await backend.close();
});

it("counts what has begun for photos that come another way, and once when it is taken in", async () => {
  const { backend, eventId, call, begin } = await uploadsTo({});
  const [one, other] = await Promise.all(
    [1, 2].map(async (number) => await readFile(join(await sampleFolder(), `sample${number}.jpg`))),
  );
  if (!one || !other) throw new Error("there are six samples");
  backend.limits.eventBytes = one.length + other.length;
  const upload = await begin(one.length);
  await call("PATCH", upload, pieceAt(0), one.subarray(0, -1));
  await begin(1);
  const whole = () => acceptUpload(backend, eventId, { name: "2.jpg", bytes: Readable.from([other]) });
  await expect(whole()).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
  await call("PATCH", upload, pieceAt(one.length - 1), one.subarray(-1));
  await begin(other.length - 1);
  await expect(begin(1)).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
  await backend.close();
});

it("counts what has not said how large it is as the largest photo until it does, and nothing that has expired", async () => {
  const { backend, uploads, call, begin } = await uploadsTo({});
  Object.assign(backend.limits, { mostBytes: 800_000, eventBytes: 1e6 });
  const deferred = await call("POST", "", { "upload-defer-length": "1" });
  await expect(begin(300_000)).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
  const upload = deferred.headers.get("location")?.replace("/uploads", "") ?? "";
  await call("PATCH", upload, { ...pieceAt(0), "upload-length": "700000" }, (await photo()).subarray(0, 1000));
  await begin(300_000);
  const description = join(backend.unfinishedUploads, `${upload.slice(1)}.json`);
  const known = JSON.parse(await readFile(description, "utf8"));
  await writeFile(description, JSON.stringify({ ...known, creation_date: "2026-01-02T10:00:00.000Z" }));
  await expect(begin(700_000)).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
  await uploads.removeExpired();
  await begin(700_000);
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
async function uploadsTo(blobs: Partial<Backend["blobs"]>, dataDir?: string) {
  const ignore = () => undefined;
  const opened = await openBackend(
    { dataDir: dataDir ?? (await temporaryFolder()) },
    { onFault: ignore, onErased: ignore },
  );
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
  return { backend, eventId: id, uploads, call, begin };
}
