import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, organiserOf, settled, startApi } from "./api-server.ts";
import { sampleFolder } from "./samples.ts";

type Listed = Readonly<Record<string, readonly unknown[]>> & { readonly next: string | null };

describe("every list goes on with `next`", { timeout: 120_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let event: string;
  let often: string;

  beforeAll(async () => {
    server = await startApi();
    organiser = await organiserOf(server);
    const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
    await organiser.json("POST", "/api/events", { name: "Another" });
    event = `/api/events/${id}`;
    const samples = await sampleFolder();
    await organiser.upload(
      `${event}/photos`,
      [1, 3].map((number) => join(samples, `sample${number}.jpg`)),
    );
    await settled(organiser, id);
    const { people } = await organiser.get(`${event}/people`);
    often = people[0].id;
    for (const { id: personId } of people.slice(0, 2)) {
      await organiser.json("PATCH", `${event}/people/${personId}`, { name: `Name of ${personId}` });
    }
    for (const name of ["First", "Second"]) {
      await organiser.json("POST", "/api/tokens", { name, scopes: ["read"] });
      await organiser.json("POST", `${event}/links`, { label: name });
    }
    await organiser.json("PATCH", event, { guestSearch: true, guestView: "all" });
  }, 120_000);

  afterAll(() => server.close());

  const onePerPage = async (client: Client, path: string, of: string) => {
    const found: unknown[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { next, ...page }: Listed = await client.get(`${path}?limit=1${cursor && `&cursor=${cursor}`}`);
      expect(page[of]).toHaveLength(1);
      found.push(...(page[of] ?? []));
      cursor = next;
    }
    return found;
  };

  it.each([
    ["events", () => "/api/events"],
    ["tokens", () => "/api/tokens"],
    ["links", () => `${event}/links`],
    ["actions", () => `${event}/actions`],
    ["people", () => `${event}/people`],
    ["photos", () => `${event}/photos`],
    ["faces", () => `${event}/people/${often}/faces`],
  ])("%s", async (of, path) => {
    const { next, ...whole }: Listed = await organiser.get(path());
    expect(next).toBeNull();
    expect(whole[of]?.length).toBeGreaterThan(1);
    expect(await onePerPage(organiser, path(), of)).toEqual(whole[of]);
    const { status, body } = await organiser.json("GET", `${path()}?cursor=nonsense`);
    expect([status, body.code]).toEqual([400, "CURSOR_INVALID"]);
  });

  it("people of one name, whatever its case and accents", async () => {
    const { body } = await organiser.json("PATCH", `${event}/people/${often}`, { name: "Zoé O'Hara" });
    expect(body.actionId).toBeDefined();
    const found = async (name: string) =>
      (await organiser.get(`${event}/people?name=${encodeURIComponent(name)}`)).people.map(
        ({ id }: { id: string }) => id,
      );
    expect(await found("ZOE o'hara ")).toEqual([often]);
    expect(await found("Zoe")).toEqual([]);
  });

  it("photos of guests", async () => {
    const { body } = await organiser.json("POST", `${event}/links`, {});
    const guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret: String(body.url.split("#")[1]) });
    const { photos } = await guest.get("/api/guest/event-photos");
    expect(await onePerPage(guest, "/api/guest/event-photos", "photos")).toEqual(photos);
    const refused = await guest.json("GET", "/api/guest/photos?cursor=nonsense");
    expect([refused.status, refused.body.code]).toEqual([400, "CURSOR_INVALID"]);
  });
});
