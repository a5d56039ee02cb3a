import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext } from "playwright-core";
import sharp from "sharp";
import { openFaceEngine } from "../src/face/engine.ts";
import { ensureModel } from "../src/face/models/store.ts";
import { Client } from "../test/e2e/api-server.ts";
import { openBrowser } from "../test/e2e/browser.ts";
import { type LoadEventSize, makeLoadEvent } from "./load-event.ts";
import { measurePage, type PageTimes } from "./load-pages.ts";
import { measureSearches, type SearchTimes } from "./load-searches.ts";
import { startMeasuredServer } from "./load-server.ts";

export interface LoadResult extends LoadEventSize {
  readonly people: number;
  /** While nothing else is done, and while photos come in. */
  readonly pages: Readonly<Record<"people" | "photos", Readonly<Record<"idle" | "busy", PageTimes>>>>;
  /** While photos come in. */
  readonly search: SearchTimes;
  /** Photos looked at in each second, while all of this was measured. */
  readonly photosPerSecond: number;
  /** Most resident bytes of the server's process, and of it with the processes that look at pictures; 0: not measured. */
  readonly memory: { readonly server: number; readonly all: number };
}

const thorough = { photos: 10_000, faces: 25_000, loads: 5, searches: 60 };
const quick = { photos: 1_000, faces: 2_500, loads: 2, searches: 15 };

/** Photos that wait at least, so that the queue never stands still. */
const WAITING = 10;

/** As often as a page is told of what came in. */
const BETWEEN_LOOKS_MS = 500;

const PASSWORD = "correct horse battery";

/** A large event on a real server, looked at in a real browser and searched while more photos come in. */
export async function benchLoad(options: { quick: boolean; say: (text: string) => void }): Promise<LoadResult> {
  const { loads, searches, ...size } = options.quick ? quick : thorough;
  const { say } = options;
  const dataDir = await mkdtemp(join(tmpdir(), "rollcall-load-"));
  const samples = await samplePhotos();
  say(`Making an event of ${size.photos.toLocaleString("en")} photos ...`);
  const { eventId, people } = await makeLoadEvent(dataDir, await engineInUse(), samples, size);
  const server = await startMeasuredServer(dataDir);
  const browser = await openBrowser({ width: 1280, height: 800 });
  try {
    const client = await signIn(browser, server);
    const measurePages = async () => ({
      people: await measurePage(browser, server.url, peoplePage(eventId), loads),
      photos: await measurePage(browser, server.url, photosPage(eventId), loads),
    });
    say("Opening its pages ...");
    const idle = await measurePages();
    say("Searching it, and opening its pages again, while photos come in ...");
    const selfie = await selfieFrom(samples);
    const ingest = new Ingest(client, `/api/events/${eventId}`, await latePhotos(samples));
    await ingest.underWay();
    const search = await measureSearches(client, `/api/events/${eventId}`, selfie, searches);
    const busy = await measurePages();
    const photosPerSecond = await ingest.stop();
    return {
      ...size,
      people,
      pages: { people: { idle: idle.people, busy: busy.people }, photos: { idle: idle.photos, busy: busy.photos } },
      search,
      photosPerSecond,
      memory: server.memory(),
    };
  } finally {
    await browser.close();
    await server.stop();
    await rm(dataDir, { recursive: true });
  }
}

const peoplePage = (eventId: string) => ({
  path: `/events/${eventId}/people`,
  pictures: ".person img",
  click: ".person a",
  answer: '[aria-label="Person"] img',
});

const photosPage = (eventId: string) => ({
  path: `/events/${eventId}/photos`,
  pictures: ".photo img",
  click: ".photo",
  answer: ".lightbox img",
});

async function samplePhotos(): Promise<readonly string[]> {
  const { files } = await ensureModel("sample-event");
  const folder = dirname(Object.values(files)[0] ?? "");
  return (await readdir(folder))
    .filter((name) => /^sample\d\.jpg$/u.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** What the server will look for faces with, so that its queries can be compared with the faces made up. */
async function engineInUse(): Promise<{ pipelineId: string; embedder: string }> {
  const { pipelineId, embedder, close } = await openFaceEngine({ startWorkers: "on-demand" });
  await close();
  return { pipelineId, embedder };
}

/** Without the cameras' times, so that they come at the end of the event. */
async function latePhotos(samples: readonly string[]): Promise<readonly Buffer[]> {
  return await Promise.all(samples.map((sample) => sharp(sample, { failOn: "none" }).jpeg({ quality: 90 }).toBuffer()));
}

/** The woman in front of the third photo, as large as a phone sends a selfie. */
async function selfieFrom(samples: readonly string[]): Promise<File> {
  const picture = sharp(samples[2], { failOn: "none" }).extract({ left: 900, top: 60, width: 520, height: 520 });
  return new File([new Uint8Array(await picture.resize(1200).jpeg({ quality: 92 }).toBuffer())], "selfie.jpg");
}

/** In the browser and outside. */
async function signIn(browser: BrowserContext, server: { url: string; setupUrl: string }): Promise<Client> {
  const page = await browser.newPage();
  await page.goto(server.setupUrl);
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("Repeat the password").fill(PASSWORD);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByRole("link", { name: "Load" }).waitFor();
  await page.close();
  const client = new Client(server.url);
  await client.json("POST", "/api/session", { password: PASSWORD });
  return client;
}

/** Photos that come in one after another for as long as it is not stopped. */
class Ingest {
  readonly #client: Client;
  readonly #event: string;
  readonly #photos: readonly Buffer[];
  readonly #running: Promise<void>;
  #stopped = false;
  #sent = 0;
  #doneAtStart = 0;
  #startedAt = 0;

  constructor(client: Client, event: string, photos: readonly Buffer[]) {
    this.#client = client;
    this.#event = event;
    this.#photos = photos;
    this.#running = this.#run();
  }

  /** Resolves when the first photos were looked at: the engine has started. */
  async underWay(): Promise<void> {
    const before = (await this.#progress()).done;
    while ((await this.#progress()).done < before + this.#photos.length) await sleep(200);
    this.#doneAtStart = (await this.#progress()).done;
    this.#startedAt = performance.now();
  }

  /** @returns photos looked at per second since it was under way */
  async stop(): Promise<number> {
    const { done } = await this.#progress();
    const seconds = (performance.now() - this.#startedAt) / 1000;
    this.#stopped = true;
    await this.#running;
    return (done - this.#doneAtStart) / seconds;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const { pending } = await this.#progress();
      if (pending < WAITING) await this.#client.upload(`${this.#event}/photos`, this.#next());
      else await sleep(BETWEEN_LOOKS_MS);
    }
  }

  async #progress(): Promise<{ pending: number; done: number }> {
    return await this.#client.get(`${this.#event}/progress`);
  }

  /** The same pictures, but never the same bytes. */
  #next(): File[] {
    return this.#photos.map((photo) => {
      const bytes = Buffer.concat([photo, Buffer.from(String(this.#sent++))]);
      return new File([new Uint8Array(bytes)], `late-${this.#sent}.jpg`);
    });
  }
}
