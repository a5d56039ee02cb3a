import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Access, policy } from "../../src/http/policy.ts";
import { Client, organiserOf, startApi } from "./api-server.ts";

/** Long enough to be used until then on a busy machine. */
const inAMoment = () => new Date(Date.now() + 1000).toISOString();

const nowhere = "00000000000000000000000000000000";

/** Everybody who may knock, and what of the policy lets them in. */
interface Knocker {
  readonly name: string;
  readonly is: readonly Access[];
  readonly enter: () => Promise<Client>;
}

describe("the policy", { timeout: 120_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let eventId: string;

  beforeAll(async () => {
    server = await startApi();
    organiser = await organiserOf(server);
    eventId = (await organiser.json("POST", "/api/events", { name: "Party" })).body.id;
  });

  afterAll(() => server.close());

  const token = async (scope: string, expiresAt: string | null = null) => {
    const { body } = await organiser.json("POST", "/api/tokens", { name: scope, scopes: [scope], expiresAt });
    if (expiresAt !== null) await sleep(Date.parse(expiresAt) - Date.now() + 1);
    return new Client(server.url, { authorization: `Bearer ${body.secret}` });
  };

  const link = async (settings: object) => {
    const { body } = await organiser.json("POST", `/api/events/${eventId}/links`, settings);
    return { id: body.link.id, secret: body.url.split("#")[1] };
  };

  const guest = async (settings: object = {}, pin?: string) => {
    const client = new Client(server.url);
    const { id, secret } = await link(settings);
    await client.json("POST", "/api/guest/session", { secret, ...(pin ? { pin } : {}) });
    return { client, linkId: id };
  };

  const knockers: readonly Knocker[] = [
    { name: "anonymous", is: [], enter: async () => new Client(server.url) },
    { name: "the organiser", is: ["organiser"], enter: async () => organiserOf({ ...server, setupUrl: undefined }) },
    { name: "a token to read", is: ["token:read"], enter: () => token("read") },
    { name: "a token to upload", is: ["token:upload"], enter: () => token("upload") },
    { name: "a token to write", is: ["token:write"], enter: () => token("write") },
    { name: "a token that has run out", is: [], enter: () => token("write", inAMoment()) },
    {
      name: "a token that was made up",
      is: [],
      enter: async () => new Client(server.url, { authorization: `Bearer rollcall_${nowhere}` }),
    },
    {
      name: "the organiser's cookie beside a token that was made up",
      is: [],
      enter: async () => {
        const client = new Client(server.url, { authorization: `Bearer rollcall_${nowhere}` });
        const { cookies } = await organiserOf({ ...server, setupUrl: undefined });
        for (const [name, value] of cookies) client.cookies.set(name, value);
        return client;
      },
    },
    { name: "a guest", is: ["guest"], enter: async () => (await guest()).client },
    { name: "a guest with the PIN", is: ["guest"], enter: async () => (await guest({ pin: "1234" }, "1234")).client },
    { name: "a guest before the PIN", is: [], enter: async () => (await guest({ pin: "1234" })).client },
    { name: "a guest with a wrong PIN", is: [], enter: async () => (await guest({ pin: "1234" }, "4321")).client },
    {
      name: "a guest of a link that has run out",
      is: [],
      enter: async () => {
        const expiresAt = inAMoment();
        const { client } = await guest({ expiresAt });
        await sleep(Date.parse(expiresAt) - Date.now() + 1);
        return client;
      },
    },
    {
      name: "a guest of a link that was revoked",
      is: [],
      enter: async () => {
        const { client, linkId } = await guest();
        await organiser.json("DELETE", `/api/events/${eventId}/links/${linkId}`);
        return client;
      },
    },
    {
      name: "a session cookie that was made up",
      is: [],
      enter: async () => {
        const client = new Client(server.url);
        client.cookies.set("__Host-rollcall", nowhere).set("__Host-rollcall-guest", nowhere);
        return client;
      },
    },
  ];

  /** Calls a route with ids that nothing has, so that nothing comes of it, and says what the policy said. */
  const knock = async (client: Client, route: string) => {
    const [method = "", path = ""] = route.split(" ");
    const stop = new AbortController();
    const response = await client.fetch(method, path.replace(/:\w+/gu, nowhere).replace("*", "index.html"), {
      signal: stop.signal,
    });
    const text = response.headers.get("content-type")?.includes("json") ? await response.text() : "";
    stop.abort();
    const code = text.startsWith("{") ? JSON.parse(text).code : undefined;
    return { status: response.status, code };
  };

  it.each(knockers)("lets $name in where the table says so, and nowhere else", async ({ is, enter }) => {
    const wrong: string[] = [];
    let client = await enter();
    for (const [route, access] of Object.entries(policy)) {
      const { status, code } = await knock(client, route);
      // What was called may have ended the session.
      if (route.endsWith("/session") || route === "DELETE /api/guest") client = await enter();
      // The answer to HEAD has no code.
      const refused = code === "NOT_SIGNED_IN" || code === "NOT_ALLOWED" || (route.startsWith("HEAD") && status < 404);
      const allowed = access.some((kind) => kind === "anyone" || is.includes(kind));
      // Pages of the web app are there when it is built.
      if ((code === "ROUTE_UNKNOWN" && route !== "GET /*") || status >= 500) wrong.push(`${route}: ${status} ${code}`);
      if (refused === allowed) wrong.push(`${route}: ${allowed ? "refused" : "let in"} (${status} ${code})`);
    }
    expect(wrong).toEqual([]);
  });
});
