import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, openBrowser } from "./browser.ts";
import { selfieFile } from "./samples.ts";
import { type Desk, openDesk } from "./web-desk.ts";

/** What Google's Web Vitals call good for the cumulative layout shift. */
const goodShift = 0.1;

/** Of a phone at the edge of the network. */
const slow = { offline: false, latency: 200, downloadThroughput: 100_000, uploadThroughput: 250_000 };

/** Sums up, in the page, how far its parts jumped without having been touched. */
const watchShifts = `window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true })`;

const allShown = `[...document.images].every((image) => image.complete)`;

describe.skipIf(chromiumPath === undefined)("pages on a slow network", { timeout: 90_000 }, () => {
  let desk: Desk;
  let event: string;
  let phone: BrowserContext;

  const slowPage = async (context: BrowserContext): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.addInitScript(watchShifts);
    const debug = await context.newCDPSession(page);
    await debug.send("Network.emulateNetworkConditions", slow);
    return page;
  };

  const shift = async (page: Page) => {
    await expect.poll(() => page.evaluate(allShown), { timeout: 30_000 }).toBe(true);
    return Number(await page.evaluate("window.shift"));
  };

  beforeAll(async () => {
    desk = await openDesk();
    const id = await desk.party("Party", [1, 2, 3]);
    event = `/events/${id}`;
    await desk.organiser.json("PATCH", `/api${event}`, { guestSearch: true });
    phone = await openBrowser({ width: 360, height: 740 });
  }, 120_000);

  afterAll(async () => {
    await phone?.close();
    await desk?.close();
  });

  it("of an organiser do not jump while they load", async () => {
    const page = await slowPage(desk.browser);
    await page.setViewportSize({ width: 360, height: 740 });
    for (const [path, text] of [
      ["", "All 3 photos looked at."],
      ["/photos", /^3 photos$/u],
      ["/people", /^Person 1$/u],
      ["/guests", "No links yet"],
    ] as const) {
      await page.goto(`${desk.server.url}${event}${path}`);
      await page.getByText(text).first().waitFor();
      expect(await shift(page), path).toBeLessThan(goodShift);
    }
    await page.close();
  });

  it("of a guest do not jump from the consent to the photos", async () => {
    const page = await slowPage(phone);
    const { body } = await desk.organiser.json("POST", `/api${event}/links`, {});
    await page.goto(body.url);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Continue to the selfie" }).click();
    await page.getByLabel("Choose a picture of you").setInputFiles(await selfieFile());
    await page.getByRole("heading", { name: "You are in 2 photos" }).waitFor();
    expect(await shift(page)).toBeLessThan(goodShift);
    await page.reload();
    await page.getByRole("button", { name: "Forget me" }).waitFor();
    expect(await shift(page)).toBeLessThan(goodShift);
  });
});
