import { createHash } from "node:crypto";
import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { type Client, organiserOf, settled, startApi } from "./api-server.ts";
import { runCli } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

describe("uploading photos, and what becomes of them", { timeout: 120_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let samples: string;
  let event: string;

  beforeAll(async () => {
    samples = await sampleFolder();
    server = await startApi();
    organiser = await organiserOf(server);
    const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
    event = `/api/events/${id}`;
    const files = [1, 2, 3, 4, 5, 6].map((number) => join(samples, `sample${number}.jpg`));
    const { body } = await organiser.upload(`${event}/photos`, files);
    expect(body.results.map(({ outcome }: { outcome: string }) => outcome)).toEqual(Array(6).fill("accepted"));
    await settled(organiser, id);
  }, 120_000);

  afterAll(() => server.close());

  const photoNamed = async (name: string) =>
    (await organiser.get(`${event}/photos`)).photos.find((photo: { name: string }) => photo.name === name);

  it("finds people in them", async () => {
    const { people, total } = await organiser.get(`${event}/people`);
    expect(total).toBeGreaterThan(10);
    expect(people[0]).toMatchObject({ name: null, photos: 2, faces: 2 });
    expect(await organiser.get(event)).toMatchObject({ name: "Party", photos: 6, coverPhotoId: expect.any(String) });
  });

  it("are copied by `rollcall export` beside the running server, though they lie in no folder of their own", async () => {
    const [person] = (await organiser.get(`${event}/people`)).people;
    const to = await temporaryFolder();
    const args = ["export", person.id, "--event", "Party", "--to", to, "--json"];
    const { stdout } = await runCli(args, { dataDir: server.dataDir });
    expect(JSON.parse(stdout)).toMatchObject({ failed: [] });
    const names = await readdir(to);
    expect(names).toHaveLength(2);
    for (const name of names) expect(await readFile(join(to, name))).toEqual(await readFile(join(samples, name)));
  });

  it("takes in as many files as come in one request", async () => {
    const { id } = (await organiser.json("POST", "/api/events", { name: "Many at once" })).body;
    const picture = sharp({ create: { width: 40, height: 40, channels: 3, background: "#777" } });
    const bytes = await picture.jpeg().toBuffer();
    const files = Array.from({ length: 600 }, (_, i) => {
      return new File([new Uint8Array(Buffer.concat([bytes, Buffer.from(String(i))]))], `${i}.jpg`);
    });
    const { status, body } = await organiser.upload(`/api/events/${id}/photos`, files);
    expect(status).toBe(200);
    expect(new Set(body.results.map(({ outcome }: { outcome: string }) => outcome))).toEqual(new Set(["accepted"]));
    expect((await organiser.get(`/api/events/${id}`)).photos).toBe(600);
    await organiser.json("DELETE", `/api/events/${id}`);
  });

  it("recognises the same bytes under another name, and says so before they are sent", async () => {
    const bytes = await readFile(join(samples, "sample1.jpg"));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const { body: asked } = await organiser.json("POST", `${event}/photos/known`, { sha256: [sha256, "0".repeat(64)] });
    const { id } = await photoNamed("sample1.jpg");
    expect(asked.known).toEqual([{ sha256, photoId: id }]);
    const { body } = await organiser.upload(`${event}/photos`, [new File([bytes], "again.jpg")]);
    expect(body.results).toEqual([{ name: "again.jpg", outcome: "duplicate", photoId: id, error: null }]);
    expect((await organiser.get(`${event}/photos/${id}`)).names).toEqual(["sample1.jpg", "again.jpg"]);
    expect((await organiser.get(event)).photos).toBe(6);
  });

  it("gives back the original byte for byte, whole and in parts", async () => {
    const bytes = await readFile(join(samples, "sample2.jpg"));
    const { id } = await photoNamed("sample2.jpg");
    const whole = await organiser.fetch("GET", `${event}/photos/${id}/original`);
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    expect(whole.headers.get("content-type")).toBe("image/jpeg");
    const part = await organiser.fetch("GET", `${event}/photos/${id}/original`, { headers: { range: "bytes=10-19" } });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 10-19/${bytes.length}`);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20))).toBe(true);
    const end = await organiser.fetch("GET", `${event}/photos/${id}/original`, { headers: { range: "bytes=-5" } });
    expect(Buffer.from(await end.arrayBuffer()).equals(bytes.subarray(-5))).toBe(true);
    const beyond = { headers: { range: `bytes=${bytes.length}-` } };
    const refused = await organiser.fetch("GET", `${event}/photos/${id}/original`, beyond);
    expect([refused.status, refused.headers.get("content-range")]).toEqual([416, `bytes */${bytes.length}`]);
    expect(JSON.parse(await refused.text()).code).toBe("RANGE_INVALID");
    const head = await organiser.fetch("HEAD", `${event}/photos/${id}/original`);
    expect(head.headers.get("content-length")).toBe(String(bytes.length));
  });

  it("makes a picture again of which a power cut left nothing but the name", async () => {
    const { id } = await photoNamed("sample5.jpg");
    const preview = `${event}/photos/${id}/preview`;
    const bytes = Buffer.from(await (await organiser.fetch("GET", preview)).arrayBuffer());
    const file = join(server.dataDir, "photos", "blobs", event.split("/").at(-1) ?? "", "pictures", id, "preview.webp");
    await truncate(file, 0);
    const again = Buffer.from(await (await organiser.fetch("GET", preview)).arrayBuffer());
    expect(again.equals(bytes)).toBe(true);
  });

  it("shows pictures that it cannot keep, as on a full disk", async () => {
    const { id } = await photoNamed("sample6.jpg");
    const file = join(server.dataDir, "photos", "blobs", event.split("/").at(-1) ?? "", "pictures", id);
    await rm(file, { recursive: true, force: true });
    // Where a folder should be made is a file.
    await writeFile(file, "");
    for (const what of ["thumbnail", "preview"]) {
      const response = await organiser.fetch("GET", `${event}/photos/${id}/${what}`);
      const { format } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
      expect([response.status, format]).toEqual([200, "webp"]);
    }
    const part = await organiser.fetch("GET", `${event}/photos/${id}/thumbnail`, { headers: { range: "bytes=8-11" } });
    expect([part.status, await part.text()]).toEqual([206, "WEBP"]);
    await rm(file);
  });

  it("makes small pictures that browsers keep, and never asks for them twice", async () => {
    const { id } = await photoNamed("sample3.jpg");
    const first = await organiser.fetch("GET", `${event}/photos/${id}/thumbnail`);
    expect(first.headers.get("content-type")).toBe("image/webp");
    expect(first.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    expect((await first.arrayBuffer()).byteLength).toBeLessThan(100_000);
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    expect((await organiser.fetch("GET", `${event}/photos/${id}/thumbnail`, { headers })).status).toBe(304);
    const [person] = (await organiser.get(`${event}/people`)).people;
    const crop = await organiser.fetch("GET", `${event}/faces/${person.cover.id}/crop`);
    expect(crop.headers.get("content-type")).toBe("image/webp");
  });

  it("lists photos page by page, each once, and filters them", async () => {
    for (const order of ["taken", "added"]) {
      const seen: string[] = [];
      let next: string | null = "";
      while (next !== null) {
        const cursor: string = next === "" ? "" : `&cursor=${next}`;
        const page = await organiser.get(`${event}/photos?limit=4&order=${order}${cursor}`);
        seen.push(...page.photos.map(({ id }: { id: string }) => id));
        next = page.next;
      }
      expect(new Set(seen).size, order).toBe(6);
      expect(seen).toHaveLength(6);
    }
    const [person] = (await organiser.get(`${event}/people`)).people;
    expect((await organiser.get(`${event}/photos?withAll=${person.id}`)).photos).toHaveLength(2);
    expect((await organiser.get(`${event}/photos?withAll=${person.id}&onlyThem=true`)).photos).toHaveLength(0);
    expect((await organiser.get(`${event}/photos?withoutFaces=true`)).photos).toHaveLength(0);
    expect((await organiser.json("GET", `${event}/photos?cursor=nonsense`)).body.code).toBe("CURSOR_INVALID");
    const [one, two] = (await organiser.get(`${event}/photos?withAll=${person.id}`)).photos;
    const asked = `ids=${two.id},${one.id},00000000000000aa`;
    expect((await organiser.get(`${event}/photos?${asked}`)).photos).toEqual([one, two]);
    expect((await organiser.get(`${event}/photos?${asked}&withoutFaces=true`)).photos).toEqual([]);
    expect((await organiser.json("GET", `${event}/photos?ids=nonsense`)).status).toBe(400);
  });

  it("refuses what is no photo, what is not what was announced, and no file at all", async () => {
    const text = await organiser.upload(`${event}/photos`, [new File(["not a picture"], "note.jpg")]);
    expect(text).toMatchObject({ status: 415, body: { code: "IMAGE_UNSUPPORTED" } });
    const photo = join(samples, "sample4.jpg");
    const changed = await organiser.upload(`${event}/photos`, [photo], { sha256: "0".repeat(64) });
    expect(changed).toMatchObject({ status: 422, body: { code: "UPLOAD_CHANGED" } });
    expect(await organiser.upload(`${event}/photos`, [])).toMatchObject({
      status: 400,
      body: { code: "UPLOAD_MISSING" },
    });
    const mixed = await organiser.upload(`${event}/photos`, [new File([], "empty.jpg"), photo]);
    expect(mixed.body.results).toMatchObject([
      { outcome: "rejected", error: { code: "IMAGE_EMPTY" } },
      { outcome: "duplicate" },
    ]);
  });

  it("finds a person by a picture", async () => {
    const { status, body } = await organiser.upload(`${event}/searches`, [join(samples, "sample3.jpg")]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ outcome: "found", query: { facesInPicture: 3 }, facesCompared: expect.any(Number) });
    expect(body.matches.map(({ photo }: { photo: { name: string } }) => photo.name)).toEqual([
      "sample3.jpg",
      "sample1.jpg",
    ]);
  });

  it("deletes a photo with everything made from it", async () => {
    const { id } = await photoNamed("sample6.jpg");
    expect((await organiser.json("DELETE", `${event}/photos/${id}`)).status).toBe(204);
    expect((await organiser.json("GET", `${event}/photos/${id}`)).body.code).toBe("PHOTO_UNKNOWN");
    expect((await organiser.fetch("GET", `${event}/photos/${id}/thumbnail`)).status).toBe(404);
    const again = await organiser.upload(`${event}/photos`, [join(samples, "sample6.jpg")]);
    expect(again.body.results).toMatchObject([{ outcome: "accepted", photoId: id }]);
  });
});
