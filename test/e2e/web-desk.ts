import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import type { ServeOptions } from "../../src/server.ts";
import { type Client, organiserOf, organiserPassword, settled, startApi } from "./api-server.ts";
import { openBrowser } from "./browser.ts";
import { sampleFolder } from "./samples.ts";

/** Where to leave pictures of the pages for people to look at. */
const shots = process.env.ROLLCALL_SCREENSHOTS;

/** An organiser in front of the web app, with the API at hand to prepare and to look behind the pages. */
export interface Desk {
  readonly server: Awaited<ReturnType<typeof startApi>>;
  readonly organiser: Client;
  readonly browser: BrowserContext;
  readonly page: Page;
  /** What the browser's console complained about. */
  readonly errors: string[];
  /** Makes an event of the sample party's photos, by number, and waits until everyone in them is known. */
  party(name: string, photos: readonly number[]): Promise<string>;
  close(): Promise<void>;
}

/** A server of its own, and a browser that is signed in to it. */
export async function openDesk(options: ServeOptions = {}): Promise<Desk> {
  const samples = await sampleFolder();
  const server = await startApi(options);
  const organiser = await organiserOf(server);
  const browser = await openBrowser({ width: 1280, height: 800 });
  const page = await browser.newPage();
  const errors: string[] = [];
  page.setDefaultTimeout(8000);
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(server.url);
  await page.getByLabel("Password").fill(organiserPassword);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Events" }).waitFor();
  return {
    server,
    organiser,
    browser,
    page,
    errors,
    party: async (name, photos) => {
      const { id } = (await organiser.json("POST", "/api/events", { name })).body;
      const files = photos.map((number) => join(samples, `sample${number}.jpg`));
      await organiser.upload(`/api/events/${id}/photos`, files);
      await settled(organiser, id);
      return id;
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** Opens a tab of the event's page, by its name. */
export async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Event" }).getByRole("link", { name, exact: true }).click();
}

/** Waits until no picture in view is on its way any more. */
async function picturesShown(page: Page): Promise<void> {
  await page.evaluate(`Promise.race([new Promise((done) => setTimeout(done, 6000)), Promise.all([...document.images]
    .filter((image) => image.getBoundingClientRect().top < innerHeight && !image.complete)
    .map((image) => new Promise((done) => { image.onload = image.onerror = done; })))])`);
}

/** Leaves a picture of the page where ROLLCALL_SCREENSHOTS says; does nothing without it. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await picturesShown(page);
  await page.screenshot({ path: join(shots, `${name}.png`) });
}
