import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, organiserOf, settled, startApi } from "./api-server.ts";
import { sampleFolder, selfieFile } from "./samples.ts";

/** Of the logo of the test: nothing in the photos is that red. */
const red = { r: 255, g: 0, b: 0 };

async function picture(colour: typeof red, format: "png" | "jpeg" = "png"): Promise<File> {
  const drawn = sharp({ create: { width: 1200, height: 600, channels: 4, background: { ...colour, alpha: 1 } } });
  const bytes = await drawn
    .withExif({ IFD0: { Copyright: "somebody" } })
    [format]()
    .toBuffer();
  return new File([new Uint8Array(bytes)], `logo.${format}`);
}

/** Mean red, green and blue of the lower right corner, where marks are. */
async function cornerOf(bytes: Buffer): Promise<number[]> {
  const { width, height } = await sharp(bytes).metadata();
  const side = Math.round(Math.min(width, height) * 0.1);
  const margin = Math.round(Math.min(width, height) * 0.06);
  const corner = { left: width - side - margin, top: height - side - margin, width: side, height: side };
  const cut = await sharp(bytes).extract(corner).toBuffer();
  return (await sharp(cut).stats()).channels.map(({ mean }) => Math.round(mean));
}

describe("branding", { timeout: 120_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let guest: Client;
  let eventId: string;
  let event: string;

  beforeAll(async () => {
    const samples = await sampleFolder();
    server = await startApi();
    organiser = await organiserOf(server);
    eventId = (await organiser.json("POST", "/api/events", { name: "Party 2026 (internal)" })).body.id;
    event = `/api/events/${eventId}`;
    await organiser.upload(`${event}/photos`, [join(samples, "sample1.jpg"), join(samples, "sample2.jpg")]);
    await settled(organiser, eventId);
    await organiser.json("PATCH", event, { guestView: "all" });
    const { body } = await organiser.json("POST", `${event}/links`, {});
    guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret: String(body.url.split("#")[1]) });
  }, 120_000);

  afterAll(() => server.close());

  const upload = async (kind: string, file: File) => {
    const form = new FormData();
    form.append("file", file);
    const response = await organiser.fetch("PUT", `${event}/branding/${kind}`, { body: form });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };

  const download = async () => {
    const { photos } = await guest.get("/api/guest/event-photos");
    const response = await guest.fetch("GET", `/api/guest/photos/${photos[0].id}/download`);
    return { type: response.headers.get("content-type"), bytes: Buffer.from(await response.arrayBuffer()) };
  };

  it("shows guests the name and colour that the organiser chose for them", async () => {
    await organiser.json("PATCH", event, { guestTitle: "Ada & Grace", accent: "#aa3366" });
    expect((await guest.get("/api/guest")).event).toEqual({ name: "Ada & Grace", accent: "#aa3366", logo: null });
    const zip = await guest.fetch("GET", "/api/guest/download?which=all");
    expect(zip.headers.get("content-disposition")).toContain("Ada");
    await zip.arrayBuffer();
    expect((await organiser.get(event)).name).toBe("Party 2026 (internal)");
    // A bell, and what turns the letters after it around.
    for (const guestTitle of ["\u0007", "\u202egpj.exe"]) {
      expect((await organiser.json("PATCH", event, { guestTitle })).body.code).toBe("EVENT_NAME_INVALID");
    }
  });

  it("keeps a logo drawn anew, small and without what its file says", async () => {
    expect((await guest.json("GET", "/api/guest/logo?v=none")).body.code).toBe("PICTURE_MISSING");
    const { status, body } = await upload("logo", await picture(red, "jpeg"));
    expect([status, body.name]).toEqual([200, expect.stringMatching(/^[0-9a-f]{16}$/u)]);
    expect((await guest.get("/api/guest")).event.logo).toBe(body.name);
    for (const [client, path] of [
      [guest, "/api/guest/logo"] as const,
      [organiser, `${event}/branding/logo`] as const,
    ]) {
      const response = await client.fetch("GET", `${path}?v=${body.name}`);
      const { format, width, height, exif } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
      expect([format, width, height, exif]).toEqual(["png", 640, 320, undefined]);
    }
    const stranger = new Client(server.url);
    expect((await stranger.json("GET", `/api/guest/logo?v=${body.name}`)).status).toBe(401);
  });

  it("refuses what is no picture, or says it is a huge one, and keeps the logo there is", async () => {
    const before = (await organiser.get(event)).logo;
    const script = new File(["<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"], "logo.svg");
    expect((await upload("logo", script)).body.code).toBe("IMAGE_UNSUPPORTED");
    const flat = sharp({ create: { width: 10_000, height: 6_000, channels: 3, background: red } });
    const huge = new File([new Uint8Array(await flat.png().toBuffer())], "huge.png");
    expect((await upload("logo", huge)).body.code).toBe("IMAGE_TOO_LARGE");
    const cut = await (await picture(red)).slice(0, 200).arrayBuffer();
    expect((await upload("logo", new File([new Uint8Array(cut)], "cut.png"))).body.code).toBe("IMAGE_CORRUPT");
    expect((await upload("poster", await picture(red))).status).toBe(400);
    expect((await organiser.get(event)).logo).toBe(before);
  });

  it("marks what guests download, one or all, and never the original", async () => {
    const plain = await cornerOf((await download()).bytes);
    expect((await organiser.json("PATCH", event, { watermark: "text" })).body.code).toBe("PICTURE_MISSING");
    await organiser.json("PATCH", event, { watermark: "logo" });
    const marked = await download();
    const [r = 0, g = 255, b = 255] = await cornerOf(marked.bytes);
    expect(marked.type).toBe("image/jpeg");
    expect([r > 200, g < 80, b < 80]).toEqual([true, true, true]);
    const { photos } = await guest.get("/api/guest/event-photos");
    const { width, height, exif } = await sharp(marked.bytes).metadata();
    expect([width, height, exif]).toEqual([photos[0].width, photos[0].height, undefined]);

    const original = await organiser.fetch("GET", `${event}/photos/${photos[0].id}/original`);
    expect(await cornerOf(Buffer.from(await original.arrayBuffer()))).toEqual(plain);

    await upload("text-mark", await picture({ r: 0, g: 0, b: 255 }));
    await organiser.json("PATCH", event, { watermark: "text" });
    const [, , blue = 0] = await cornerOf((await download()).bytes);
    expect(blue).toBeGreaterThan(200);
    expect((await organiser.fetch("DELETE", `${event}/branding/text-mark`)).status).toBe(204);
    expect((await organiser.get(event)).watermark).toBe("none");
    expect(await cornerOf((await download()).bytes)).toEqual(plain);
  });

  it("marks the large preview of guests, and no other picture, and lets no browser keep one with another mark", async () => {
    await upload("logo", await picture(red));
    await organiser.json("PATCH", event, { watermark: "none" });
    const { photos } = await guest.get("/api/guest/event-photos");
    const preview = `/api/guest/photos/${photos[0].id}/preview`;
    const look = async (client: Client, path: string, headers: Record<string, string> = {}) => {
      const response = await client.fetch("GET", path, { headers });
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, etag: response.headers.get("etag") ?? "", bytes };
    };
    const plain = await look(guest, preview);
    await organiser.json("PATCH", event, { watermark: "logo" });
    const marked = await look(guest, preview, { "if-none-match": plain.etag });
    expect(marked.status).toBe(200);
    const [r = 0, g = 255, b = 255] = await cornerOf(marked.bytes);
    expect([r > 200, g < 80, b < 80]).toEqual([true, true, true]);
    const { format, width, height } = await sharp(marked.bytes).metadata();
    const before = await sharp(plain.bytes).metadata();
    expect([format, width, height]).toEqual(["webp", before.width, before.height]);
    expect((await look(guest, preview, { "if-none-match": marked.etag })).status).toBe(304);
    expect((await look(guest, preview)).bytes.equals(marked.bytes)).toBe(true);
    expect((await guest.fetch("HEAD", preview)).headers.get("cache-control")).toBe("private, no-cache");

    const clean = await look(organiser, `${event}/photos/${photos[0].id}/preview`);
    expect(clean.bytes.equals(plain.bytes)).toBe(true);
    const small = await look(guest, `/api/guest/photos/${photos[0].id}/thumbnail`);
    expect((await cornerOf(small.bytes))[0]).toBeLessThan(150);

    await upload("logo", await picture({ r: 0, g: 0, b: 255 }));
    const blue = await look(guest, preview, { "if-none-match": marked.etag });
    expect([blue.status, ((await cornerOf(blue.bytes))[2] ?? 0) > 200]).toEqual([200, true]);
    // Of those with marks of before, none is left on the disk.
    const kept = join(server.dataDir, "photos", "blobs", eventId, "marked", photos[0].id);
    const { logo } = await organiser.get(event);
    expect(await readdir(kept)).toEqual([`${logo}.webp`]);
    await organiser.json("PATCH", event, { watermark: "none" });
    expect(existsSync(kept)).toBe(false);
    await upload("logo", await picture(red));
  });

  it("marks the photos of a ZIP too", async () => {
    await organiser.json("PATCH", event, { watermark: "logo", guestSearch: true });
    const { consent } = await guest.get("/api/guest");
    await guest.json("POST", "/api/guest/consent", { textHash: consent.hash });
    const { body } = await guest.upload("/api/guest/search", [await selfieFile()]);
    expect(body.outcome).toBe("found");
    const zip = Buffer.from(await (await guest.fetch("GET", "/api/guest/download")).arrayBuffer());
    // Stored as it is: the first JPEG begins after the first entry's header and ends before the next entry.
    const start = zip.indexOf(Buffer.from([0xff, 0xd8, 0xff]));
    const end = zip.indexOf(Buffer.from([0xff, 0xd9, 0x50, 0x4b]), start) + 2;
    const [r = 0, g = 255] = await cornerOf(zip.subarray(start, end));
    expect([r > 200, g < 80]).toEqual([true, true]);
  });
});
