import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, freePort, organiserOf, startApi } from "./api-server.ts";
import { sampleFolder } from "./samples.ts";

describe("the server among people who mean no good", { timeout: 60_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let event: string;

  beforeAll(async () => {
    server = await startApi();
    organiser = await organiserOf(server);
    const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
    event = `/api/events/${id}`;
  });

  afterAll(() => server.close());

  it("takes the one-time link once, and no weak password", async () => {
    const other = await startApi();
    const code = other.setupUrl?.split("#")[1];
    const client = new Client(other.url);
    expect((await client.json("POST", "/api/setup", { code: "guess", password: "long enough" })).body.code).toBe(
      "SETUP_CODE_WRONG",
    );
    expect((await client.json("POST", "/api/setup", { code, password: "aaaaaaaaaaaa" })).body.code).toBe(
      "PASSWORD_WEAK",
    );
    expect((await client.json("POST", "/api/setup", { code, password: "long enough" })).status).toBe(204);
    const again = await client.json("POST", "/api/setup", { code, password: "something else" });
    expect(again.body.code).toBe("SETUP_DONE");
    await other.close();
  });

  it("does nothing that another website's page asks for", async () => {
    const foreign: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: server.url },
    ];
    for (const headers of foreign) {
      const response = await organiser.fetch("DELETE", event, { headers });
      expect([response.status, JSON.parse(await response.text()).code]).toEqual([403, "ORIGIN_FOREIGN"]);
    }
    const own = await organiser.fetch("PATCH", event, {
      headers: { origin: server.url, "content-type": "application/json" },
      body: "{}",
    });
    expect(own.status).toBe(200);
  });

  it("knows its own pages behind a proxy that asks for the server by another name, also without newer headers", async () => {
    const port = await freePort();
    const other = await startApi({ port, env: { ROLLCALL_PUBLIC_URL: "https://photos.example.org" } });
    const client = await organiserOf({ url: `http://127.0.0.1:${port}`, setupUrl: other.setupUrl });
    const make = async (origin: string) => {
      const headers = { origin, "content-type": "application/json" };
      return (await client.fetch("POST", "/api/events", { body: JSON.stringify({ name: origin }), headers })).status;
    };
    expect([await make("https://photos.example.org"), await make("https://evil.example")]).toEqual([201, 403]);
    // Past the proxy, by an address for which browsers drop the cookie.
    const signIn = async (origin: string) => {
      const body = JSON.stringify({ password: "correct horse battery" });
      const headers = { origin, "sec-fetch-site": "same-origin", "content-type": "application/json" };
      const response = await client.fetch("POST", "/api/session", { body, headers });
      return [response.status, await response.text()];
    };
    expect(await signIn("http://192.168.1.5:8080")).toEqual([
      403,
      expect.stringContaining("Signing in works at https://photos.example.org alone"),
    ]);
    expect((await signIn("http://localhost:8080"))[0]).toBe(204);
    expect((await signIn("https://photos.example.org"))[0]).toBe(204);
    await other.close();
  });

  it("sets cookies that belong to the host alone and that no script can read", async () => {
    const response = await new Client(server.url).fetch("POST", "/api/session", {
      body: JSON.stringify({ password: "correct horse battery" }),
      headers: { "content-type": "application/json" },
    });
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-rollcall=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/u);
  });

  it("says that other machines need HTTPS instead of setting a cookie that they drop", async () => {
    const { port } = new URL(server.url);
    const status = await new Promise<number>((resolve) => {
      const request = httpRequest(`http://127.0.0.1:${port}/api/session`, {
        method: "POST",
        headers: { host: `192.168.1.5:${port}`, "content-type": "application/json" },
      });
      request.on("response", (response) => resolve(response.statusCode ?? 0));
      request.end(JSON.stringify({ password: "correct horse battery" }));
    });
    expect(status).toBe(403);
  });

  it("sends a strict policy with every answer", async () => {
    for (const path of ["/api/session", "/api/nothing", "/docs/", `${event}/photos`]) {
      const { headers } = await organiser.fetch("GET", path);
      expect(headers.get("content-security-policy"), path).toMatch(/frame-ancestors 'none'/u);
      expect(headers.get("content-security-policy"), path).not.toMatch(/unsafe/u);
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("access-control-allow-origin"), path).toBeNull();
    }
  });

  it("tells the organiser that a token was used", async () => {
    const { secret } = (await organiser.json("POST", "/api/tokens", { name: "Wall", scopes: ["read"] })).body;
    const lastUse = async () => (await organiser.get("/api/tokens")).tokens[0].lastUsedAt;
    expect(await lastUse()).toBeNull();
    await new Client(server.url, { authorization: `Bearer ${secret}` }).get("/api/events");
    await expect.poll(lastUse, { timeout: 20_000 }).not.toBeNull();
  });

  it("lets nobody try many passwords", async () => {
    const guesser = new Client(server.url);
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      statuses.push((await guesser.json("POST", "/api/session", { password: `guess number ${i}` })).status);
    }
    expect(statuses.slice(0, 10).every((status) => status === 401)).toBe(true);
    expect(statuses.slice(10)).toEqual([429, 429]);
  });

  it("keeps nothing of an upload whose connection breaks", async () => {
    const bytes = readFileSync(join(await sampleFolder(), "sample5.jpg"));
    const boundary = "----cut";
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="f"; filename="cut.jpg"\r\n\r\n`;
    await new Promise<void>((resolve) => {
      const cookie = [...organiser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const request = httpRequest(`${server.url}${event}/photos`, {
        method: "POST",
        agent: false,
        headers: {
          cookie,
          "content-type": `multipart/form-data; boundary=${boundary}`,
          "content-length": head.length + bytes.length + 100,
        },
      });
      request.on("error", () => resolve());
      request.on("close", () => resolve());
      request.write(head);
      request.write(bytes.subarray(0, bytes.length / 2), () => setTimeout(() => request.destroy(), 100));
    });
    expect((await organiser.get(`${event}/photos`)).photos).toEqual([]);
  });

  it("tells what is wrong with a request, and nothing about itself", async () => {
    const invalid = await organiser.json("POST", "/api/events", { name: 7, other: true });
    expect(invalid).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID", errors: expect.anything() } });
    expect(invalid.body.errors.map(({ path }: { path: string }) => path)).toEqual(["body/other", "body/name"]);
    expect((await organiser.json("GET", "/api/nothing-like-it")).body.code).toBe("ROUTE_UNKNOWN");
    const odd = await organiser.fetch("POST", "/api/events", {
      body: "{",
      headers: { "content-type": "application/json" },
    });
    expect(odd.status).toBe(400);
  });
});
