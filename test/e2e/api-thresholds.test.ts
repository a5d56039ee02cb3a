import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, organiserOf, settled, startApi } from "./api-server.ts";
import { sampleFolder } from "./samples.ts";

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
const from = (counts: readonly number[], threshold: number) => total(counts.slice(Math.round(threshold * 100)));

describe("thresholds", { timeout: 120_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let selfie: File;
  let event: string;

  beforeAll(async () => {
    const samples = await sampleFolder();
    const bytes = await sharp(join(samples, "sample3.jpg"))
      .extract({ left: 950, top: 100, width: 450, height: 520 })
      .jpeg()
      .toBuffer();
    selfie = new File([new Uint8Array(bytes)], "selfie.jpg");
    server = await startApi();
    organiser = await organiserOf(server);
    const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
    event = `/api/events/${id}`;
    await organiser.upload(
      `${event}/photos`,
      [1, 2, 3, 4, 5, 6].map((number) => join(samples, `sample${number}.jpg`)),
    );
    await settled(organiser, id);
    await organiser.json("PATCH", event, { guestSearch: true });
  }, 120_000);

  afterAll(() => server.close());

  const search = async (query = "") => (await organiser.upload(`${event}/searches${query}`, [selfie])).body;

  const newGuest = async () => {
    const { body } = await organiser.json("POST", `${event}/links`, {});
    const guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret: String(body.url.split("#")[1]) });
    const { consent } = await guest.get("/api/guest");
    await guest.json("POST", "/api/guest/consent", { textHash: consent.hash });
    return guest;
  };

  it("are the event's own, else the server's, else 0.7", async () => {
    expect((await search()).threshold).toBe(0.7);
    expect((await organiser.json("PATCH", "/api/settings", { threshold: 0.6 })).status).toBe(204);
    expect((await organiser.get("/api/settings")).threshold).toBe(0.6);
    expect((await search()).threshold).toBe(0.6);
    await organiser.json("PATCH", event, { threshold: 0.9 });
    expect((await search()).threshold).toBe(0.9);
    expect((await search("?threshold=0.5")).threshold).toBe(0.5);
    await organiser.json("PATCH", event, { threshold: null });
    expect((await search()).threshold).toBe(0.6);
    await organiser.json("PATCH", "/api/settings", { threshold: 0.7 });
    expect((await organiser.json("PATCH", event, { threshold: 1.5 })).status).toBe(400);
  });

  it("decide about a search also when photos further down are listed", async () => {
    for (const threshold of ["", "threshold=1&"]) {
      const [plain, listed] = [await search(`?${threshold}`), await search(`?${threshold}least=0`)];
      expect([listed.outcome, listed.reasons]).toEqual([plain.outcome, plain.reasons]);
      expect([...listed.matches, ...listed.candidates].length).toBeGreaterThan(
        [...plain.matches, ...plain.candidates].length,
      );
    }
    expect((await organiser.upload(`${event}/searches?least=2`, [selfie])).status).toBe(400);
  });

  it("decide what guests find, what they go on seeing, and what insights count", async () => {
    const guest = await newGuest();
    const { body } = await guest.upload("/api/guest/search", [selfie]);
    expect(body.photos).toHaveLength(2);
    // Nothing but certainty: no confidence that is measured reaches it.
    await organiser.json("PATCH", event, { threshold: 1 });
    expect((await guest.get("/api/guest/photos")).photos).toEqual([]);
    expect((await guest.fetch("GET", `/api/guest/photos/${body.photos[0].id}/preview`)).status).toBe(404);
    expect((await guest.upload("/api/guest/search", [selfie])).body.outcome).not.toBe("found");
    expect(total((await organiser.get(`${event}/insights/charts`)).matchConfidences)).toBe(0);
    await organiser.json("PATCH", event, { threshold: null });
    expect((await guest.get("/api/guest/photos")).photos).toEqual(body.photos);
  });

  it("are previewed with what was found for guests and with searches tried on the event's own faces", async () => {
    const guest = await newGuest();
    const { body } = await guest.upload("/api/guest/search", [selfie]);
    const preview = await organiser.get(`${event}/threshold`);
    expect(preview).toMatchObject({ threshold: 0.7, serverThreshold: 0.7 });
    expect(total(preview.guests)).toBeGreaterThanOrEqual(body.photos.length);
    expect(total(preview.guests.slice(0, 70))).toBe(0);
    const { people } = await organiser.get(`${event}/people?limit=100`);
    const several = people.filter(({ photos }: { photos: number }) => photos > 1);
    expect(preview.people).toBe(several.length);
    expect(preview.photos).toBe(total(several.map(({ photos }: { photos: number }) => photos - 1)));
    expect(from(preview.own, 0.7)).toBeGreaterThan(0);
    expect(total(preview.own)).toBeLessThanOrEqual(preview.photos);
    expect(from(preview.others, 0.7)).toBeLessThanOrEqual(from(preview.own, 0.7));
  });
});
