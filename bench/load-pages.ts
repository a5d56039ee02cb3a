import type { BrowserContext } from "playwright-core";
import { median } from "./statistics.ts";

/** Milliseconds since the address was opened, medians of the loads. */
export interface PageTimes {
  /** The first of the list are there. */
  readonly listed: number;
  /** All pictures in view are there. */
  readonly pictures: number;
  /** A click on the first of them was answered. */
  readonly answered: number;
}

export interface MeasuredPage {
  readonly path: string;
  /** Of the pictures in the list. */
  readonly pictures: string;
  /** What to click on. */
  readonly click: string;
  /** What is there after the click and not before. */
  readonly answer: string;
}

const LONGEST_MS = 60_000;

/** Opens a page again and again as on the first visit, without the browser's cache. */
export async function measurePage(browser: BrowserContext, url: string, page: MeasuredPage, loads: number) {
  const times: PageTimes[] = [];
  for (let i = 0; i < loads; i++) times.push(await load(browser, url, page));
  return {
    listed: median(times.map(({ listed }) => listed)),
    pictures: median(times.map(({ pictures }) => pictures)),
    answered: median(times.map(({ answered }) => answered)),
  };
}

async function load(browser: BrowserContext, url: string, { path, pictures, click, answer }: MeasuredPage) {
  const page = await browser.newPage();
  try {
    const devtools = await browser.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
    // In the page itself, so that no time between two processes is measured.
    await page.addInitScript(`window.loadTimes = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("the page did not come")), ${LONGEST_MS});
      const times = {};
      const look = () => {
        const images = [...document.querySelectorAll(${JSON.stringify(pictures)})]
          .filter((image) => image.checkVisibility({ visibilityProperty: true }))
          .filter((image) => image.getBoundingClientRect().top < innerHeight);
        if (images.length > 0) times.listed ??= performance.now();
        if (times.listed && !times.pictures && images.every((image) => image.complete && image.naturalWidth > 0)) {
          times.pictures = performance.now();
          document.querySelector(${JSON.stringify(click)}).click();
        }
        if (times.pictures && document.querySelector(${JSON.stringify(answer)})) {
          times.answered = performance.now();
          resolve(times);
        } else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    })`);
    await page.goto(`${url}${path}`, { waitUntil: "commit" });
    const times: PageTimes = await page.evaluate("window.loadTimes");
    return times;
  } finally {
    await page.close();
  }
}
