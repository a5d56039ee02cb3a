import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, organiserOf, startApi } from "./api-server.ts";
import { sampleFolder } from "./samples.ts";

interface Operation {
  readonly parameters?: readonly { readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
}

describe("requests that are not what they should be", { timeout: 60_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let event: string;

  beforeAll(async () => {
    server = await startApi();
    organiser = await organiserOf(server);
    event = `/api/events/${(await organiser.json("POST", "/api/events", { name: "Party" })).body.id}`;
  }, 60_000);

  afterAll(() => server.close());

  /** Status, code and media type of the answer. */
  const answerTo = async (method: string, path: string, init: RequestInit = {}) => {
    const response = await organiser.fetch(method, path, init);
    const { code } = JSON.parse(await response.text());
    return [response.status, code, response.headers.get("content-type")?.split(";")[0]];
  };
  const invalid = [400, "REQUEST_INVALID", "application/problem+json"];

  it.each([
    ["has no boundary", "multipart/form-data", "x"],
    ["is no multipart at all", "multipart/form-data; boundary=x", "garbage"],
    [
      "was cut short",
      "multipart/form-data; boundary=x",
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nabc',
    ],
  ])("is the sender's fault when a form %s", async (_what, type, body) => {
    for (const path of [`${event}/photos`, `${event}/searches`]) {
      expect(await answerTo("POST", path, { body, headers: { "content-type": type } })).toEqual(invalid);
    }
  });

  it("takes a request without a body for one, though it is said to be JSON", async () => {
    const { id } = (await organiser.json("POST", "/api/events", { name: "Short-lived" })).body;
    const headers = { "content-type": "application/json" };
    expect((await organiser.fetch("DELETE", `/api/events/${id}`, { headers })).status).toBe(200);
    expect(await answerTo("POST", "/api/events", { headers })).toEqual(invalid);
    expect(await answerTo("POST", "/api/events", { headers, body: "{" })).toEqual(invalid);
  });

  it("takes a photo whose file has an empty name, and one that fails leaves the connection to the next", async () => {
    const photo = await readFile(join(await sampleFolder(), "sample1.jpg"));
    const { body } = await organiser.upload(`${event}/photos`, [new File([photo], "")]);
    expect(body.results).toMatchObject([{ name: "photo", outcome: "accepted" }]);
    const large = new File([photo, new Uint8Array(65e6)], "large.jpg");
    for (let i = 0; i < 3; i++) {
      const refused = await organiser.upload(`${event}/searches`, [large]);
      expect([refused.status, refused.body.code]).toEqual([413, "UPLOAD_TOO_LARGE"]);
    }
  });

  it("is told of ids, lists and addresses that cannot be, with the same headers as any other answer", async () => {
    const paths = [
      ["GET", `${event}/photos?withAll=%00`],
      ["GET", `${event}/photos?withAny=Ada`],
      ["GET", `${event}/photos?status=bogus`],
      ["DELETE", `${event}/links/%00`],
      ["DELETE", "/api/tokens/%00"],
      ["POST", `${event}/actions/%00/undo`],
      ["GET", `${event}/exports/%00`],
      ["GET", "/api/events/%zz"],
      ["GET", "/%ff"],
    ] as const;
    for (const [method, path] of paths) expect([path, ...(await answerTo(method, path))]).toEqual([path, ...invalid]);
    const { headers } = await organiser.fetch("GET", "/%ff");
    const spelt = await organiser.fetch("GET", "/%61pi/events");
    const unknown = await organiser.fetch("GET", "/api/nothing");
    for (const one of [headers, spelt.headers, unknown.headers]) {
      expect(one.get("content-security-policy")).toMatch(/^default-src 'none'/u);
      expect(one.get("cache-control")).toBe("no-store");
    }
  });

  it("is told how to say who one is, when that is not known", async () => {
    const response = await fetch(`${server.url}/api/events`);
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });

  it("is told of leap seconds, and of bytes where no route takes any, instead of failing", async () => {
    const leap = "2016-12-31T23:59:60Z";
    expect(await answerTo("GET", `${event}/photos?takenFrom=${leap}`)).toEqual(invalid);
    expect(await answerTo("GET", `${event}/photos?takenBefore=${leap}`)).toEqual(invalid);
    const json = (body: unknown) => ({ body: JSON.stringify(body), headers: { "content-type": "application/json" } });
    expect(await answerTo("PATCH", event, json({ expiresAt: leap }))).toEqual(invalid);
    expect(await answerTo("POST", `${event}/links`, json({ expiresAt: leap }))).toEqual(invalid);
    const token = { name: "A script", scopes: ["read"], expiresAt: leap };
    expect(await answerTo("POST", "/api/tokens", json(token))).toEqual(invalid);
    const bytes = { body: "{}", headers: { "content-type": "application/offset+octet-stream" } };
    expect(await answerTo("PATCH", "/api/settings", bytes)).toEqual(invalid);
  });

  it("does not erase an event, or make what nobody can use, because somebody mistyped the year", async () => {
    const body = JSON.stringify({ expiresAt: "2001-01-01T00:00:00Z" });
    expect(await answerTo("PATCH", event, { body, headers: { "content-type": "application/json" } })).toEqual(invalid);
    expect((await organiser.get(event)).expiresAt).toBeNull();
    const expiresAt = "2001-01-01T00:00:00Z";
    const link = await organiser.json("POST", `${event}/links`, { expiresAt });
    const token = await organiser.json("POST", "/api/tokens", { name: "A script", scopes: ["read"], expiresAt });
    for (const { status, body: refused } of [link, token]) {
      expect([status, refused.code, refused.detail]).toEqual([400, invalid[1], expect.stringContaining("is over")]);
    }
  });

  it("is told of every part that no route knows, in bodies and in queries, instead of being half done", async () => {
    await organiser.json("PATCH", event, { guestSearch: true });
    const link = await organiser.json("POST", `${event}/links`, {});
    await organiser.json("POST", "/api/guest/session", { secret: String(link.body.url.split("#")[1]) });
    const { paths } = await organiser.get("/openapi.json");
    const told: string[] = [];
    let asked = 0;
    for (const [path, methods] of Object.entries<Record<string, Operation>>(paths)) {
      const url = path
        .replace("{eventId}", event.split("/").at(-1) ?? "")
        .replace("{picture}", "logo")
        .replace(/\{\w+\}/gu, "0".repeat(32));
      for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
        const tries = [
          ...(parameters.some((one) => one.in === "query")
            ? [["querystring", `${url}?PIN=1`, undefined] as const]
            : []),
          ...(requestBody?.content["application/json"] ? [["body", url, { PIN: "1234" }] as const] : []),
        ];
        for (const [where, at, body] of tries) {
          asked++;
          const answer = await organiser.json(method.toUpperCase(), at, body);
          const named = answer.body?.errors?.some((one: { path: string }) => one.path === `${where}/PIN`);
          if (answer.body?.code !== "REQUEST_INVALID" || !named) told.push(`${method} ${path}: ${where}`);
        }
      }
    }
    expect(told).toEqual([]);
    expect(asked).toBeGreaterThan(40);
    const misspelt = await organiser.json("POST", `${event}/links`, { PIN: "1234" });
    expect([misspelt.status, misspelt.body.detail]).toEqual([
      400,
      expect.stringContaining("body/PIN is not known here"),
    ]);
    const schema = paths["/api/events/{eventId}/links"].post.requestBody.content["application/json"].schema;
    expect(schema.additionalProperties).toBe(false);
  });

  it("answers HEAD at once, also where GET would send an archive or a stream without end", async () => {
    const { url } = (await organiser.json("POST", `${event}/exports`, {})).body;
    const archive = await organiser.fetch("HEAD", url);
    expect([archive.status, archive.headers.get("content-type")]).toEqual([200, "application/zip"]);
    // More than one place may follow at once.
    for (let i = 0; i < 25; i++) {
      const { status, headers } = await organiser.fetch("HEAD", `${event}/activity`);
      expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    }
  });
});

it("counts tries by the address that the proxy saw, not by those that callers make up", async () => {
  const server = await startApi({ env: { ROLLCALL_TRUST_PROXY: "on" } });
  const signIn = async (forwarded: string) => {
    const response = await fetch(`${server.url}/api/session`, {
      method: "POST",
      body: JSON.stringify({ password: "wrong horse battery" }),
      headers: { "content-type": "application/json", "x-forwarded-for": forwarded },
    });
    return response.status;
  };
  const statuses: number[] = [];
  for (let i = 0; i < 11; i++) statuses.push(await signIn(`10.0.0.${i}, 192.0.2.7`));
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  expect(await signIn("10.0.0.1, 192.0.2.8")).toBe(401);
  await server.close();
}, 60_000);
