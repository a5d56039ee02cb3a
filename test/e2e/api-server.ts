import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningServer, type ServeOptions, startServer } from "../../src/server.ts";

/** Of every organiser in tests. */
export const organiserPassword = "correct horse battery";

/** A server of its own, on a new data folder unless told otherwise, with the quickest engine. */
export async function startApi(options: ServeOptions = {}): Promise<RunningServer & { readonly dataDir: string }> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "rollcall-api-"));
  const server = await startServer({
    port: 0,
    engine: { preset: "fast", workers: 2 },
    ...options,
    env: { ROLLCALL_LOG_LEVEL: "silent", ...options.env },
    dataDir,
  });
  return { ...server, dataDir };
}

/** A browser, or a program, that talks to the server. */
export class Client {
  readonly url: string;
  readonly cookies = new Map<string, string>();
  readonly headers: Record<string, string>;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.url = url;
    this.headers = headers;
  }

  async fetch(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(`${this.url}${path}`, {
      method,
      redirect: "manual",
      ...init,
      headers: { ...this.headers, ...(cookie ? { cookie } : {}), ...Object.fromEntries(new Headers(init.headers)) },
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = set.split("; ");
      const [name = "", value = ""] = pair.split("=");
      const gone = attributes.some((one) => /^Expires=Thu, 01 Jan 1970/u.test(one));
      if (gone) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Sends JSON, and reads JSON when there is any. */
  async json(method: string, path: string, body?: unknown) {
    const response = await this.fetch(
      method,
      path,
      body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } },
    );
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  }

  async get(path: string) {
    return (await this.json("GET", path)).body;
  }

  /** Uploads files, by path or with their bytes, and reads the JSON of the answer. */
  async upload(path: string, files: readonly (string | File)[], fields: Record<string, string> = {}) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    for (const file of files) {
      form.append("file", typeof file === "string" ? new File([await readFile(file)], basename(file)) : file);
    }
    const response = await this.fetch("POST", path, { body: form });
    return { status: response.status, body: JSON.parse(await response.text()) };
  }
}

/** A browser in which the organiser has set the password and is signed in. */
export async function organiserOf({ url, setupUrl }: Pick<RunningServer, "url" | "setupUrl">): Promise<Client> {
  const client = new Client(url);
  const code = setupUrl?.split("#")[1];
  if (code === undefined) await client.json("POST", "/api/session", { password: organiserPassword });
  else await client.json("POST", "/api/setup", { code, password: organiserPassword });
  return client;
}

/** Waits until the event's queue is empty and its faces are grouped. */
export async function settled(client: Client, eventId: string, mostMs = 60_000) {
  const deadline = performance.now() + mostMs;
  while (performance.now() < deadline) {
    const progress = await client.get(`/api/events/${eventId}/progress`);
    if (progress.pending + progress.working === 0 && progress.peopleAreCurrent) return progress;
    await sleep(200);
  }
  throw new Error(`the event did not settle: ${JSON.stringify(await client.get(`/api/events/${eventId}/progress`))}`);
}

/** For a server that has to be known by its port, because its address is another one. */
export async function freePort(): Promise<number> {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  taken.close();
  await once(taken, "close");
  if (typeof address === "object" && address !== null) return address.port;
  throw new Error("the server has no port");
}
