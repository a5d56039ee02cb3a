import { copyFile, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, organiserOf, settled, startApi } from "./api-server.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder, selfieFile } from "./samples.ts";
import { smallPhotos } from "./small-photos.ts";

describe("guests", { timeout: 120_000 }, () => {
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
    await organiser.upload(
      `${event}/photos`,
      [1, 2, 3].map((number) => join(samples, `sample${number}.jpg`)),
    );
    await settled(organiser, id);
  }, 120_000);

  afterAll(() => server.close());

  const newLink = async (settings: object = {}) => {
    const { body } = await organiser.json("POST", `${event}/links`, settings);
    return { id: body.link.id, secret: String(body.url.split("#")[1]) };
  };

  const enter = async (settings: object = {}) => {
    const { secret } = await newLink(settings);
    const guest = new Client(server.url);
    expect((await guest.json("POST", "/api/guest/session", { secret })).status).toBe(204);
    return guest;
  };

  const agree = async (guest: Client) => {
    const { consent } = await guest.get("/api/guest");
    await guest.json("POST", "/api/guest/consent", { textHash: consent.hash });
  };

  /** The face of the woman who is in samples 3 and 1, as a phone would send it. */
  const selfie = async () => new File([new Uint8Array(await readFile(await selfieFile()))], "selfie.jpg");

  it("may not search before the organiser allows it, and before they agreed", async () => {
    const guest = await enter();
    await agree(guest);
    expect((await guest.upload("/api/guest/search", [await selfie()])).body.code).toBe("SEARCH_OFF");
    await organiser.json("PATCH", event, { guestSearch: true });
    const other = await enter();
    expect((await other.upload("/api/guest/search", [await selfie()])).body.code).toBe("CONSENT_MISSING");
    const wrong = await other.json("POST", "/api/guest/consent", { textHash: "0".repeat(64) });
    expect(wrong.body.code).toBe("CONSENT_OUTDATED");
  });

  it("are refused while a selfie is still to come, unless they may search, and when it is none or too large", async () => {
    await organiser.json("PATCH", event, { guestSearch: false });
    const guest = await enter();
    await agree(guest);
    const answer = async (client: Client, file: Buffer) => {
      const begun = Buffer.concat([
        Buffer.from('--x\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'),
        file,
      ]);
      const response = await client.fetch("POST", "/api/guest/search", {
        body: new ReadableStream({ start: (stream) => stream.enqueue(begun) }),
        duplex: "half",
        headers: { "content-type": "multipart/form-data; boundary=x" },
      });
      const { code, detail } = JSON.parse(await response.text());
      return [response.status, code, detail];
    };
    const junk = Buffer.alloc(5000, "no picture starts like this ");
    expect((await answer(guest, junk)).slice(0, 2)).toEqual([403, "SEARCH_OFF"]);
    await organiser.json("PATCH", event, { guestSearch: true });
    expect((await answer(await enter(), junk)).slice(0, 2)).toEqual([403, "CONSENT_MISSING"]);
    expect((await answer(guest, junk)).slice(0, 2)).toEqual([415, "IMAGE_UNSUPPORTED"]);
    const large = Buffer.concat([await readFile(await selfieFile()), Buffer.alloc(25_000_000)]);
    const refused = await answer(guest, large);
    expect(refused).toEqual([413, "UPLOAD_TOO_LARGE", expect.stringContaining("25 MB")]);
  });

  it("find themselves, and see those photos and no others", async () => {
    await organiser.json("PATCH", event, { guestSearch: true });
    const guest = await enter();
    await agree(guest);
    const { status, body } = await guest.upload("/api/guest/search", [await selfie()]);
    expect([status, body.outcome]).toEqual([200, "found"]);
    const names = body.photos.map(({ name }: { name: string }) => name).sort();
    expect(names).toEqual(["sample1.jpg", "sample3.jpg"]);
    expect((await guest.get("/api/guest/photos")).photos).toEqual(body.photos);
    const { photos } = await organiser.get(`${event}/photos`);
    for (const { id, name } of photos) {
      for (const picture of ["thumbnail", "preview", "download"]) {
        const { status: seen } = await guest.fetch("GET", `/api/guest/photos/${id}/${picture}`);
        expect([name, picture, seen]).toEqual([name, picture, names.includes(name) ? 200 : 404]);
      }
      expect((await guest.fetch("GET", `${event}/photos/${id}/thumbnail`)).status).toBe(401);
    }
    const stranger = await enter();
    const own = body.photos[0].id;
    const thumbnail = await guest.fetch("HEAD", `/api/guest/photos/${own}/thumbnail`);
    expect(thumbnail.headers.get("cache-control")).toBe("private, no-cache");
    expect((await stranger.fetch("GET", `/api/guest/photos/${own}/thumbnail`)).status).toBe(404);
  });

  it("are told how many photos have not been looked at yet, in which they may be, too", async () => {
    await organiser.json("PATCH", event, { guestSearch: true });
    const guest = await enter();
    await agree(guest);
    expect((await guest.get("/api/guest")).photosPending).toBe(0);
    const small = await smallPhotos(30);
    const names = (await readdir(small)).filter((name) => name.endsWith(".jpg"));
    const { body: sent } = await organiser.upload(
      `${event}/photos`,
      names.map((name) => join(small, name)),
    );
    const { body } = await guest.upload("/api/guest/search", [await selfie()]);
    expect([body.outcome, body.photosPending > 0]).toEqual(["found", true]);
    await settled(organiser, event.split("/").at(-1) ?? "");
    const photoIds = sent.results.map(({ photoId }: { photoId: string }) => photoId);
    await organiser.json("POST", `${event}/photos/delete`, { photoIds });
    expect((await guest.upload("/api/guest/search", [await selfie()])).body.photosPending).toBe(0);
  });

  it("are told whether they are not in the photos, or the selfie is not good enough", async () => {
    await organiser.json("PATCH", event, { guestSearch: true });
    const guest = await enter();
    await agree(guest);
    const blurred = await sharp(await readFile(join(samples, "sample6.jpg")))
      .resize(200)
      .blur(6)
      .jpeg()
      .toBuffer();
    const poor = await guest.upload("/api/guest/search", [new File([new Uint8Array(blurred)], "poor.jpg")]);
    expect(poor.body).toMatchObject({ outcome: "not-good-enough", photos: [] });
    expect(poor.body.reasons.length).toBeGreaterThan(0);
    const elsewhere = await guest.upload("/api/guest/search", [join(samples, "sample5.jpg")]);
    expect(["not-found", "not-good-enough"]).toContain(elsewhere.body.outcome);
  });

  it("mark favourites, say that a photo is not of them, and take the rest home without places in it", async () => {
    await organiser.json("PATCH", event, { guestSearch: true });
    const guest = await enter();
    await agree(guest);
    const { body } = await guest.upload("/api/guest/search", [await selfie()]);
    const [first, second] = body.photos;
    await guest.json("PATCH", `/api/guest/photos/${first.id}`, { favourite: true });
    await guest.json("PATCH", `/api/guest/photos/${second.id}`, { notMe: true });
    const own = await guest.get("/api/guest/photos");
    expect([own.photos, own.notMe]).toEqual([[{ ...first, favourite: true }], [second.id]]);
    expect(await guest.get("/api/guest")).toMatchObject({ photos: 1, notMe: 1 });
    expect((await guest.fetch("GET", `/api/guest/photos/${second.id}/preview`)).status).toBe(404);
    const photo = await guest.fetch("GET", `/api/guest/photos/${first.id}/download`);
    const { exif, width } = await sharp(Buffer.from(await photo.arrayBuffer())).metadata();
    expect([exif, width]).toEqual([undefined, first.width]);
    const zip = await guest.fetch("GET", "/api/guest/download");
    expect(zip.headers.get("content-disposition")).toContain("Party.zip");
    const bytes = Buffer.from(await zip.arrayBuffer());
    expect(bytes.toString("latin1").split("PK\u0001\u0002")).toHaveLength(2);
  });

  it("are forgotten at once, and what is left is that consent was given and withdrawn", async () => {
    await organiser.json("PATCH", event, { guestSearch: true });
    const guest = await enter();
    await agree(guest);
    const { body } = await guest.upload("/api/guest/search", [await selfie()]);
    const cookies = new Map(guest.cookies);
    expect((await guest.json("DELETE", "/api/guest")).status).toBe(204);
    for (const [name, value] of cookies) guest.cookies.set(name, value);
    expect((await guest.json("GET", "/api/guest/photos")).status).toBe(401);
    expect((await guest.fetch("GET", `/api/guest/photos/${body.photos[0].id}/thumbnail`)).status).toBe(401);
    const { consents } = await organiser.get(`${event}/consents`);
    const withdrawn = consents.filter(({ withdrawnAt }: { withdrawnAt: string | null }) => withdrawnAt !== null);
    expect(withdrawn).toHaveLength(1);
    const paged: object[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await organiser.get(`${event}/consents?limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.consents);
      cursor = page.next;
    }
    expect(paged).toEqual(consents);
    expect((await organiser.json("GET", `${event}/consents?cursor=x`)).body.code).toBe("CURSOR_INVALID");
    expect(Object.keys(withdrawn[0]).sort()).toEqual(["givenAt", "id", "purpose", "textHash", "withdrawnAt"]);
  });

  it("are forgotten while the photos are searched for them, too", async () => {
    await organiser.json("PATCH", event, { guestSearch: true });
    const { id, secret } = await newLink();
    const guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret });
    await agree(guest);
    const searching = guest.upload("/api/guest/search", [await selfie()]);
    const searches = async () => {
      const { links } = await organiser.get(`${event}/links`);
      return links.find((link: { id: string }) => link.id === id).searches;
    };
    await expect.poll(searches, { interval: 2 }).toBe(1);
    expect((await guest.json("DELETE", "/api/guest")).status).toBe(204);
    const { status, body } = await searching;
    expect([status, body.code]).toEqual([401, "NOT_SIGNED_IN"]);
  });

  it("see all photos, and keep those of others, once the organiser opens the event to them", async () => {
    const guest = await enter();
    expect(await guest.get("/api/guest/event-photos")).toEqual({ photos: [], next: null });
    await organiser.json("PATCH", event, { guestView: "all" });
    const { photos, next } = await guest.get("/api/guest/event-photos?limit=2");
    expect(photos).toHaveLength(2);
    expect((await guest.get(`/api/guest/event-photos?cursor=${next}`)).photos).toHaveLength(1);
    expect((await guest.fetch("GET", `/api/guest/photos/${photos[0].id}/preview`)).status).toBe(200);
    await organiser.json("PATCH", event, { guestView: "matches" });
    expect((await guest.fetch("GET", `/api/guest/photos/${photos[0].id}/preview`)).status).toBe(404);
  });

  it("need the PIN, are not told the event's name before, and cannot guess it", async () => {
    const { secret } = await newLink({ pin: "2718" });
    const guest = new Client(server.url);
    const invited = await guest.json("POST", "/api/guest/invitation", { secret });
    expect(invited.body).toEqual({ event: { name: "", accent: null }, pinRequired: true, entered: false });
    const codes: string[] = [];
    for (let pin = 1000; pin < 1022; pin++) {
      codes.push((await guest.json("POST", "/api/guest/session", { secret, pin: String(pin) })).body.code);
    }
    expect(new Set(codes)).toEqual(new Set(["PIN_WRONG", "TOO_MANY_REQUESTS"]));
    const late = await guest.json("POST", "/api/guest/session", { secret, pin: "2718" });
    expect([late.status, Number(late.headers.get("retry-after")) > 0]).toEqual([429, true]);
  });

  it("are told by which link they came in, and that of another they have not come in yet", async () => {
    const [mine, other] = [await newLink({ pin: "2718" }), await newLink({ pin: "3141" })];
    const guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret: mine.secret, pin: "2718" });
    const invitation = async (secret: string) => (await guest.json("POST", "/api/guest/invitation", { secret })).body;
    const event = { name: "Party", accent: null };
    expect(await invitation(mine.secret)).toEqual({ event, pinRequired: true, entered: true });
    expect(await invitation(other.secret)).toEqual({
      event: { ...event, name: "" },
      pinRequired: true,
      entered: false,
    });
  });

  it("do not get the rest of a download when the link is revoked or the event closed to them meanwhile", async () => {
    await organiser.json("PATCH", event, { guestSearch: true });
    // More than is under way between server and guest at once.
    const large = await Promise.all(
      [5000, 5001, 5002].map(async (width) => {
        const bytes = await sharp(join(samples, "sample3.jpg"))
          .resize({ width, kernel: "nearest" })
          .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
          .toBuffer();
        return new File([new Uint8Array(bytes)], `${width}.jpg`);
      }),
    );
    const { body } = await organiser.upload(`${event}/photos`, large);
    await settled(organiser, event.split("/").at(-1) ?? "");
    const { id, secret } = await newLink();
    const guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret });
    await agree(guest);
    await guest.upload("/api/guest/search", [await selfie()]);
    const download = await guest.fetch("GET", "/api/guest/download");
    await organiser.json("DELETE", `${event}/links/${id}`);
    await expect(download.arrayBuffer()).rejects.toThrow();
    await organiser.json("PATCH", event, { guestView: "all" });
    const everything = await (await enter()).fetch("GET", "/api/guest/download?which=all");
    await organiser.json("PATCH", event, { guestView: "matches" });
    await expect(everything.arrayBuffer().then(({ byteLength }) => byteLength)).rejects.toThrow();
    const photoIds = body.results.map(({ photoId }: { photoId: string }) => photoId);
    await organiser.json("POST", `${event}/photos/delete`, { photoIds });
  });

  it("are told when a selfie has several people in it, none of whom is in the background", async () => {
    const guest = await enter();
    await agree(guest);
    const { body } = await guest.upload("/api/guest/search", [join(samples, "sample3.jpg")]);
    expect(body).toMatchObject({
      outcome: "not-good-enough",
      reasons: [expect.stringContaining("3 people")],
      photos: [],
    });
  });

  it("of an open event have favourites among all photos, and take them or everything home", async () => {
    await organiser.json("PATCH", event, { guestView: "all" });
    const guest = await enter();
    const [first] = (await guest.get("/api/guest/event-photos")).photos;
    const mark = (favourite: boolean) => guest.json("PATCH", `/api/guest/photos/${first.id}`, { favourite });
    const take = (which: string) => guest.fetch("GET", `/api/guest/download?which=${which}`);
    expect([(await take("mine")).status, (await take("favourites")).status]).toEqual([404, 404]);
    expect((await mark(true)).status).toBe(204);
    expect((await guest.get("/api/guest/event-photos")).photos[0]).toEqual({ ...first, favourite: true });
    const entries = async (which: string) =>
      Buffer.from(await (await take(which)).arrayBuffer())
        .toString("latin1")
        .split("PK\x01\x02").length - 1;
    expect([await entries("favourites"), await entries("all")]).toEqual([1, 3]);
    const notMe = await guest.json("PATCH", `/api/guest/photos/${first.id}`, { notMe: true });
    expect(notMe.body.code).toBe("PHOTO_UNKNOWN");
    await organiser.json("PATCH", event, { guestView: "matches" });
    expect((await mark(false)).body.code).toBe("PHOTO_UNKNOWN");
    expect((await take("all")).status).toBe(404);
  });

  it("are not told where on the server the file of a photo is, or was", async () => {
    const folder = temporaryFolder();
    await copyFile(join(samples, "sample4.jpg"), join(folder, "4.jpg"));
    await runCli(["index", folder, "--event", "In place", "--preset", "fast"], { dataDir: server.dataDir });
    const { events } = await organiser.get("/api/events");
    const { id } = events.find(({ name }: { name: string }) => name === "In place");
    await organiser.json("PATCH", `/api/events/${id}`, { guestView: "all" });
    const { body } = await organiser.json("POST", `/api/events/${id}/links`, {});
    const guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret: String(body.url.split("#")[1]) });
    const [photo] = (await guest.get("/api/guest/event-photos")).photos;
    await rm(join(folder, "4.jpg"));
    const zip = await guest.json("GET", "/api/guest/download?which=all");
    expect([zip.status, zip.body.code]).toEqual([404, "FILE_MISSING"]);
    for (const what of ["preview", "download"]) {
      const { status, body: answer } = await guest.json("GET", `/api/guest/photos/${photo.id}/${what}`);
      expect([status, answer.code]).toEqual([404, "FILE_MISSING"]);
      expect(JSON.stringify(answer)).not.toContain(folder);
    }
  });

  it("are one guest at a time in a browser: what was found by another link is forgotten", async () => {
    const first = await newLink();
    const guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret: first.secret });
    await agree(guest);
    await guest.upload("/api/guest/search", [await selfie()]);
    expect((await guest.get("/api/guest/photos")).photos.length).toBeGreaterThan(0);
    await guest.json("POST", "/api/guest/session", { secret: (await newLink()).secret });
    expect((await guest.get("/api/guest/photos")).photos).toEqual([]);
    const { links } = await organiser.get(`${event}/links`);
    expect(links.find((link: { id: string }) => link.id === first.id)).toMatchObject({ guests: 0 });
  });

  it("see nothing any more when the link is revoked or the event deleted", async () => {
    const { id, secret } = await newLink();
    const guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret });
    expect((await guest.json("GET", "/api/guest")).body.event).toEqual({ name: "Party", accent: null, logo: null });
    await agree(guest);
    await guest.upload("/api/guest/search", [await selfie()]);
    const { consents: before } = await organiser.get(`${event}/consents`);
    await organiser.json("DELETE", `${event}/links/${id}`);
    expect((await guest.json("GET", "/api/guest")).status).toBe(401);
    // Nobody is left who could say "forget me", so that is done for them.
    const { links } = await organiser.get(`${event}/links`);
    expect(links.find((link: { id: string }) => link.id === id)).toMatchObject({ guests: 0 });
    const { consents: after } = await organiser.get(`${event}/consents`);
    expect(before[0].withdrawnAt).toBeNull();
    expect(after[0]).toEqual({ ...before[0], withdrawnAt: expect.any(String) });
    expect((await guest.json("POST", "/api/guest/session", { secret })).body.code).toBe("LINK_EXPIRED");
    expect((await guest.json("POST", "/api/guest/session", { secret: "x".repeat(22) })).body.code).toBe("LINK_UNKNOWN");
  });
});
