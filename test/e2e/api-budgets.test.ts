import { expect, it } from "vitest";
import { Client, organiserOf, startApi } from "./api-server.ts";

it("counts the selfies of a guest across a restart of the server", async () => {
  // Refused before it is looked at, so that no models are needed; it counts all the same.
  const noPicture = [new File(["no picture ".repeat(200)], "selfie.jpg")];
  const first = await startApi();
  const organiser = await organiserOf(first);
  const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
  await organiser.json("PATCH", `/api/events/${id}`, { guestSearch: true });
  const { body } = await organiser.json("POST", `/api/events/${id}/links`, {});
  const secret = String(body.url.split("#")[1]);
  const guest = new Client(first.url);
  await guest.json("POST", "/api/guest/session", { secret });
  // Who may not search yet uses nothing up.
  expect((await guest.upload("/api/guest/search", noPicture)).body.code).toBe("CONSENT_MISSING");
  const { consent } = await guest.get("/api/guest");
  await guest.json("POST", "/api/guest/consent", { textHash: consent.hash });
  const codes: string[] = [];
  for (let i = 0; i < 11; i++) codes.push((await guest.upload("/api/guest/search", noPicture)).body.code);
  expect(codes.filter((code) => code === "TOO_MANY_REQUESTS")).toHaveLength(1);
  await first.close();

  const second = await startApi({ dataDir: first.dataDir });
  const again = new Client(second.url);
  for (const [name, value] of guest.cookies) again.cookies.set(name, value);
  const refused = await again.upload("/api/guest/search", noPicture);
  expect([refused.status, refused.body.code]).toEqual([429, "TOO_MANY_REQUESTS"]);
  const other = new Client(second.url);
  await other.json("POST", "/api/guest/session", { secret });
  expect((await other.upload("/api/guest/search", noPicture)).body.code).not.toBe("TOO_MANY_REQUESTS");
  await second.close();
}, 60_000);

it("counts the wrong PINs of a link across a restart of the server, and none of a right one", async () => {
  const first = await startApi();
  const organiser = await organiserOf(first);
  const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
  const secretOf = async (pin: string) => {
    const { body } = await organiser.json("POST", `/api/events/${id}/links`, { pin });
    return String(body.url.split("#")[1]);
  };
  const [guessed, used] = [await secretOf("2718"), await secretOf("3141")];
  const enter = async (url: string, secret: string, pin: string) => {
    const { status, body } = await new Client(url).json("POST", "/api/guest/session", { secret, pin });
    return body?.code ?? status;
  };
  const codes: string[] = [];
  for (let pin = 1000; pin < 1021; pin++) codes.push(await enter(first.url, guessed, String(pin)));
  expect(codes).toEqual([...Array.from({ length: 20 }, () => "PIN_WRONG"), "TOO_MANY_REQUESTS"]);
  for (let i = 0; i < 22; i++) expect(await enter(first.url, used, "3141")).toBe(204);
  await first.close();

  const second = await startApi({ dataDir: first.dataDir });
  expect(await enter(second.url, guessed, "2718")).toBe("TOO_MANY_REQUESTS");
  expect(await enter(second.url, used, "3141")).toBe(204);
  await second.close();
}, 60_000);

it("says how many tries of a PIN are left and how long to wait, and counts none where no PIN was sent", async () => {
  const server = await startApi();
  const organiser = await organiserOf(server);
  const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
  const { body } = await organiser.json("POST", `/api/events/${id}/links`, { pin: "2718" });
  const secret = String(body.url.split("#")[1]);
  const guest = new Client(server.url);
  for (const none of [{}, { pin: "" }]) {
    for (let i = 0; i < 11; i++) {
      const { status, body } = await guest.json("POST", "/api/guest/session", { secret, ...none });
      expect([status, body.code]).toEqual([401, "PIN_MISSING"]);
    }
  }
  const wrong = async () => await guest.json("POST", "/api/guest/session", { secret, pin: "1000" });
  const first = await wrong();
  expect(first.body).toMatchObject({ status: 401, code: "PIN_WRONG" });
  expect(first.body.detail).toContain("The PIN is not right. There are 19 more tries.");
  expect(first.headers.get("retry-after")).toBeNull();
  for (let i = 0; i < 17; i++) await wrong();
  expect((await wrong()).body.detail).toContain("There is 1 more try.");
  const last = await wrong();
  expect(last.body).toMatchObject({ status: 401, code: "PIN_WRONG" });
  expect(last.body.detail).toMatch(/no more tries for now\. Wait 3 minutes, then try again/u);
  expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(90);
  const late = await wrong();
  expect(late.body).toMatchObject({ status: 429, code: "TOO_MANY_REQUESTS" });
  expect(late.body.detail).toContain("Wait 3 minutes, then try again");
  expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(90);
  await server.close();
}, 60_000);

it("lets one place follow events live so often and no oftener, and again when one is closed", async () => {
  const server = await startApi();
  const organiser = await organiserOf(server);
  const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
  const follow = async (client: Client) => {
    const stop = new AbortController();
    const response = await client.fetch("GET", `/api/events/${id}/activity`, { signal: stop.signal });
    return { status: response.status, response, stop };
  };
  const streams = [];
  for (let i = 0; i < 20; i++) streams.push(await follow(organiser));
  expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
  const refused = await follow(organiser);
  expect([refused.status, JSON.parse(await refused.response.text()).code]).toEqual([429, "TOO_MANY_STREAMS"]);
  const made = await organiser.json("POST", "/api/tokens", { name: "Wall", scopes: ["read"] });
  const program = await follow(new Client(server.url, { authorization: `Bearer ${made.body.secret}` }));
  expect(program.status).toBe(200);
  program.stop.abort();
  streams[0]?.stop.abort();
  await expect
    .poll(
      async () => {
        const next = await follow(organiser);
        next.stop.abort();
        return next.status;
      },
      { timeout: 10_000 },
    )
    .toBe(200);
  for (const { stop } of streams) stop.abort();
  await server.close();
}, 60_000);
