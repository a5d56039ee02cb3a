import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, organiserOf, settled, startApi } from "./api-server.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

interface LiveEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

describe("an event that is watched and taken home", { timeout: 120_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let samples: string;
  let id: string;
  let event: string;

  beforeAll(async () => {
    samples = await sampleFolder();
    server = await startApi();
    organiser = await organiserOf(server);
    ({ id } = (await organiser.json("POST", "/api/events", { name: "Müller & Söhne" })).body);
    event = `/api/events/${id}`;
  }, 120_000);

  afterAll(() => server.close());

  /** Listens until an event fits, and gives back all that came. */
  const listenUntil = async (
    fits: (event: LiveEvent) => boolean,
    lastEventId?: string,
    meanwhile?: () => Promise<unknown>,
  ) => {
    const stop = new AbortController();
    const response = await organiser.fetch("GET", `${event}/activity`, {
      signal: stop.signal,
      ...(lastEventId === undefined ? {} : { headers: { "last-event-id": lastEventId } }),
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const work = meanwhile?.();
    const events: LiveEvent[] = [];
    let text = "";
    for await (const chunk of response.body ?? expect.fail()) {
      text += Buffer.from(chunk).toString("utf8");
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) {
        const fields = new Map(part.split("\n").map((line) => line.split(": ", 2) as [string, string]));
        const name = fields.get("event");
        if (name === undefined) continue;
        events.push({ id: fields.get("id") ?? "", event: name, data: JSON.parse(part.split("data: ")[1] ?? "") });
      }
      if (events.some(fits)) break;
    }
    stop.abort();
    await work;
    return events;
  };

  it("tells live how far it is, and what came and changed", async () => {
    const files = [1, 2, 3].map((number) => join(samples, `sample${number}.jpg`));
    const events = await listenUntil(
      ({ event: kind, data }) => kind === "progress" && data.done === 3 && Number(data.people) > 0,
      undefined,
      () => organiser.upload(`${event}/photos`, files),
    );
    const changed = new Set(events.filter(({ event: kind }) => kind === "photos").flatMap(({ data }) => data.photoIds));
    expect(changed.size).toBe(3);
    expect(events.some(({ event: kind }) => kind === "people")).toBe(true);
    expect(events[0]).toMatchObject({ event: "progress", data: { done: 0, failed: 0 } });
  });

  it("tells live what a command beside the server does: a photo that it indexes, a name that it gives", async () => {
    const { dataDir } = server;
    const folder = temporaryFolder();
    await copyFile(join(samples, "sample4.jpg"), join(folder, "four.jpg"));
    const before = (await organiser.get(event)).photos;
    const indexed = await listenUntil(
      ({ event: kind, data }) => kind === "progress" && data.done === before + 1,
      undefined,
      () => runCli(["index", folder, "--event", "Müller & Söhne", "--preset", "fast"], { dataDir }),
    );
    expect(indexed.some(({ event: kind }) => kind === "photos")).toBe(true);
    await settled(organiser, id);
    const [person] = (await organiser.get(`${event}/people`)).people;
    await listenUntil(
      ({ event: kind }) => kind === "people",
      undefined,
      () => runCli(["name", person.id, "Ada", "--event", "Müller & Söhne"], { dataDir }),
    );
    expect((await organiser.get(`${event}/people/${person.id}`)).name).toBe("Ada");
    const { photos } = await organiser.get(`${event}/photos`);
    const { id: photoId } = photos.find(({ name }: { name: string }) => name === "four.jpg");
    await organiser.json("POST", `${event}/photos/delete`, { photoIds: [photoId] });
    await settled(organiser, id);
  });

  it("goes on where the connection broke, and says when it cannot", async () => {
    const [first] = await listenUntil(() => true);
    await organiser.json("PATCH", event, { accent: "#aabbcc" });
    const missed = await listenUntil(({ event: kind }) => kind === "event", first?.id);
    expect(missed.some(({ event: kind }) => kind === "reset")).toBe(false);
    const lost = await listenUntil(() => true, "before-17");
    expect(lost[0]?.event).toBe("reset");
  });

  it("tells nothing any more to whoever signed out", async () => {
    const other = await organiserOf({ url: server.url, setupUrl: undefined });
    const response = await other.fetch("GET", `${event}/activity`);
    await other.json("DELETE", "/api/session");
    await organiser.json("PATCH", event, { threshold: 0.8 });
    expect(await response.text()).not.toContain("event: event");
    await organiser.json("PATCH", event, { threshold: null });
  });

  it("gives its photos as one archive, with names that are safe and each once", async () => {
    await settled(organiser, id);
    const { body } = await organiser.json("POST", `${event}/exports`, {});
    expect(body).toMatchObject({ photos: 3 });
    const zip = await organiser.fetch("GET", body.url);
    expect(zip.headers.get("content-disposition")).toBe(
      "attachment; filename=\"Mu_ller & So_hne.zip\"; filename*=UTF-8''M%C3%BCller%20%26%20S%C3%B6hne.zip",
    );
    const bytes = Buffer.from(await zip.arrayBuffer());
    expect(bytes.length).toBeGreaterThan(body.bytes);
    const names = [...bytes.toString("latin1").matchAll(/sample\d\.jpg/gu)].map(([name]) => name);
    expect(new Set(names).size).toBe(3);
    const [person] = (await organiser.get(`${event}/people`)).people;
    const ofPerson = await organiser.json("POST", `${event}/exports`, { personId: person.id });
    expect(ofPerson.body.photos).toBe(person.photos);
    expect((await organiser.json("GET", `${event}/exports/0123456789abcdef`)).body.code).toBe("EXPORT_UNKNOWN");
  });

  it("selects nothing for a download that is not there, or not of this event", async () => {
    const other = (await organiser.json("POST", "/api/events", { name: "Other" })).body;
    const bytes = join(samples, "sample5.jpg");
    const { photoId } = (await organiser.upload(`/api/events/${other.id}/photos`, [bytes])).body.results[0];
    const select = async (body: unknown) => {
      const answer = await organiser.json("POST", `${event}/exports`, body);
      return [answer.status, answer.body.code ?? answer.body.photos];
    };
    expect(await select({ personId: "0123456789ab" })).toEqual([404, "PERSON_UNKNOWN"]);
    expect(await select({ photoIds: [photoId] })).toEqual([404, "PHOTO_UNKNOWN"]);
    expect(await select({ photoIds: [] })).toEqual([400, "REQUEST_INVALID"]);
    const { photos } = await organiser.get(`${event}/photos`);
    // As when somebody deletes one of those that are selected.
    expect(await select({ photoIds: [photos[0].id, photoId] })).toEqual([201, 1]);
    await organiser.json("DELETE", `/api/events/${other.id}`);
  });

  it("is charted, and suggests who may be one", async () => {
    const charts = await organiser.get(`${event}/insights/charts`);
    const { faces } = await organiser.get(`${event}/insights`);
    expect(charts.faceQualities.reduce((sum: number, count: number) => sum + count, 0)).toBe(faces);
    expect(charts.photosPerPerson.length).toBeGreaterThan(0);
    const { suggestions } = await organiser.get(`${event}/people/suggestions`);
    for (const { people, confidence } of suggestions) {
      expect(people).toHaveLength(2);
      expect(confidence).toBeLessThan(1);
    }
  });

  it("is measured for Prometheus by route, without an id in any label", async () => {
    const text = await (await organiser.fetch("GET", "/metrics")).text();
    expect(text).toContain('rollcall_photos{status="done"} 3');
    expect(text).toContain('route="/api/events/:eventId/photos"');
    expect(text).not.toContain(id);
  });

  it("is erased when its time is over, with every file of it", async () => {
    const { photos } = await organiser.get(`${event}/photos`);
    await organiser.fetch("GET", `${event}/photos/${photos[0].id}/preview`);
    const { status, body } = await organiser.json("DELETE", event);
    expect([status, body.photos]).toEqual([200, 3]);
    expect((await organiser.json("GET", event)).body.code).toBe("EVENT_UNKNOWN");
    const { readdirSync } = await import("node:fs");
    const left = readdirSync(join(server.dataDir, "photos", "blobs"), { recursive: true });
    expect(left).toEqual([]);
  });
});
