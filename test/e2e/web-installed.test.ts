import { readFileSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { organiserOf, startApi } from "./api-server.ts";
import { chromiumPath, openBrowser } from "./browser.ts";
import { type FlakyNetwork, flakyNetwork } from "./flaky-network.ts";
import { shoot } from "./web-desk.ts";

const shared = new URL("../../web/public/", import.meta.url);

it("the icons of the manifest are as large as it says", async () => {
  const { icons } = JSON.parse(readFileSync(new URL("guest.webmanifest", shared), "utf8"));
  expect(icons.length).toBeGreaterThan(2);
  for (const { src, sizes } of icons) {
    const { width, height } = await sharp(readFileSync(new URL(`.${src}`, shared))).metadata();
    if (sizes !== "any") expect(`${width}x${height}`).toBe(sizes);
  }
});

describe.skipIf(chromiumPath === undefined)("the guest page on a phone's home screen", { timeout: 30_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let network: FlakyNetwork;
  let pocket: BrowserContext;
  let phone: Page;

  /** Addresses of everything that the service worker keeps. */
  const kept = async (): Promise<string[]> => {
    const paths: unknown = await phone.evaluate(`caches.keys().then((names) => Promise.all(names.map((name) =>
      caches.open(name).then((cache) => cache.keys())))).then((all) => all.flat().map(({ url }) => new URL(url).pathname))`);
    return Array.isArray(paths) ? paths.map(String) : [];
  };

  beforeAll(async () => {
    server = await startApi();
    network = await flakyNetwork(server.url);
    const organiser = await organiserOf(server);
    const { id } = (await organiser.json("POST", "/api/events", { name: "Party" })).body;
    await organiser.json("PATCH", `/api/events/${id}`, { guestSearch: true, guestView: "all" });
    const { body } = await organiser.json("POST", `/api/events/${id}/links`, {});
    pocket = await openBrowser({ width: 360, height: 740 });
    phone = await pocket.newPage();
    phone.setDefaultTimeout(10_000);
    await phone.goto(`${network.url}/g#${body.url.split("#")[1]}`);
    await phone.getByRole("heading", { name: "Party" }).waitFor();
    await phone.evaluate("navigator.serviceWorker.ready.then(() => undefined)");
  }, 60_000);

  afterAll(async () => {
    await pocket?.close();
    await network?.close();
    await server?.close();
  });

  it("can be installed, as far as Chromium is concerned", async () => {
    const debug = await pocket.newCDPSession(phone);
    const { errors } = await debug.send("Page.getAppManifest");
    expect(errors).toEqual([]);
    const { installabilityErrors } = await debug.send("Page.getInstallabilityErrors");
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual([]);
  });

  it("keeps its own page and scripts, and nothing about anybody", async () => {
    await phone.reload();
    await phone.getByRole("heading", { name: "Party" }).waitFor();
    const paths = await kept();
    expect(paths).toContain("/g");
    expect(paths.filter((path) => path !== "/g" && !/^\/assets\/[\w-]+\.(js|css)$/u.test(path))).toEqual([]);
  });

  it("replaces what it kept by what is new on the server", async () => {
    await phone.evaluate(`caches.open("guest-shell-1").then((cache) => Promise.all([
      cache.put("/g", new Response("<title>An older version</title>", { headers: { "content-type": "text/html" } })),
      cache.put("/assets/older.js", new Response("")),
    ]))`);
    await phone.reload();
    await phone.getByRole("heading", { name: "Party" }).waitFor();
    await expect.poll(kept).not.toContain("/assets/older.js");
  });

  it("opens without a network, says so plainly, and goes on when it is back", async () => {
    network.cut();
    await phone.reload();
    await phone.getByRole("heading", { name: "You are offline" }).waitFor();
    await shoot(phone, "guest-offline");
    expect(await seriousFindings(phone)).toEqual([]);
    network.mend();
    await phone.getByRole("button", { name: "Try again" }).click();
    await phone.getByRole("heading", { name: "Party" }).waitFor();
  });

  it("leaves the organiser's pages alone", async () => {
    await phone.goto(`${network.url}/`);
    await phone.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await phone.evaluate("navigator.serviceWorker.controller === null")).toBe(true);
  });
});
