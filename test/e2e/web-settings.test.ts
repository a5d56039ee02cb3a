import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { Client, organiserOf, organiserPassword, settled, startApi } from "./api-server.ts";
import { chromiumPath, openBrowser } from "./browser.ts";
import { temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";

const shots = process.env.ROLLCALL_SCREENSHOTS;

describe.skipIf(chromiumPath === undefined)("settings in Chromium", { timeout: 60_000 }, () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let organiser: Client;
  let desk: BrowserContext;
  let page: Page;
  let eventId: string;
  let samples: string;
  const errors: string[] = [];

  const shoot = async (of: Page, name: string) => {
    if (shots === undefined) return;
    mkdirSync(shots, { recursive: true });
    await of.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  };

  /** Nothing serious for those who cannot see or use a mouse, and nothing beside the page on a phone in the dark. */
  const fits = async (name: string) => {
    await shoot(page, name);
    expect(await seriousFindings(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 360, height: 740 });
    await shoot(page, `${name}-phone-dark`);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 800 });
  };

  beforeAll(async () => {
    samples = await sampleFolder();
    server = await startApi();
    organiser = await organiserOf(server);
    eventId = (await organiser.json("POST", "/api/events", { name: "Party" })).body.id;
    await organiser.upload(
      `/api/events/${eventId}/photos`,
      [1, 2, 3, 4, 5, 6].map((number) => join(samples, `sample${number}.jpg`)),
    );
    await settled(organiser, eventId);
    desk = await openBrowser({ width: 1280, height: 800 });
    page = await desk.newPage();
    page.setDefaultTimeout(10_000);
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(server.url);
    await page.getByLabel("Password").fill(organiserPassword);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  }, 120_000);

  afterAll(async () => {
    await desk?.close();
    await server?.close();
  });

  it("show the models with licence and size, storage, and the threshold", async () => {
    await page.goto(`${server.url}/settings`);
    await page.getByRole("heading", { name: "Models" }).waitFor();
    await page.getByText("Licences, sizes and where they come from").click();
    await page.getByText("CC0-1.0").waitFor();
    const storage = page.getByRole("region", { name: "Storage used" }).getByRole("listitem");
    await storage
      .filter({ has: page.getByRole("link", { name: "Party" }) })
      .getByText(/^\d+(\.\d)? (MB|kB)$/u)
      .waitFor();
    await page.getByLabel(/^A match counts/u).fill("0.75");
    await page.getByLabel(/^A match counts/u).press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await organiser.get("/api/settings")).threshold).toBe(0.75);
    await fits("settings");
  });

  it("change the models, with how far that is, while the event goes on and however slow the answers are", async () => {
    // Longer than the page waits before it asks again; as things were when it asked.
    await page.route("**/api/settings", async (route) => {
      const response = await route.fetch();
      await sleep(2000);
      await route.fulfill({ response });
    });
    await page.getByLabel("Faces are compared by").selectOption("dlib");
    await page.getByLabel("How thoroughly").selectOption("fast");
    await page.getByRole("button", { name: "Look at all photos again" }).click();
    await page.getByRole("progressbar", { name: "Photos of Party looked at again" }).waitFor();
    await shoot(page, "settings-reindexing");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByText("Faces are compared by dlib").waitFor({ timeout: 45_000 });
    await page.getByRole("button", { name: "Look at all photos again" }).waitFor({ timeout: 45_000 });
    await page.unrouteAll({ behavior: "wait" });
    expect((await organiser.get("/api/settings")).events[0].models.embedder).toBe("dlib");
    await settled(organiser, eventId);
  });

  it("preview a threshold on the event's own photos, then keep it, and go back to that of all events", async () => {
    await page.goto(`${server.url}/events/${eventId}/settings`);
    await page.getByText(/looked for themselves with their best face/u).waitFor();
    await page.getByLabel(/^A match counts/u).fill("0.97");
    await page.getByText(/than at 75 %/u).waitFor();
    await fits("event-settings");
    await page.getByRole("region", { name: "Matches" }).getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "As in all events (75 %)" }).waitFor();
    expect((await organiser.get(`/api/events/${eventId}`)).threshold).toBe(0.97);
    await page.getByRole("button", { name: "As in all events (75 %)" }).click();
    await expect.poll(async () => (await organiser.get(`/api/events/${eventId}`)).threshold).toBe(null);
  });

  it("say when an event is erased, by the days of where the organiser is", async () => {
    const place = await page.context().newCDPSession(page);
    for (const [timezoneId, date, said] of [
      ["Pacific/Auckland", "2100-01-31", "31 Jan 2100"],
      ["America/Los_Angeles", "2100-02-10", "10 Feb 2100"],
    ] as const) {
      await place.send("Emulation.setTimezoneOverride", { timezoneId });
      await page.reload();
      await page.getByLabel("Delete everything on").fill(date);
      await page.getByRole("form", { name: "The event" }).getByRole("button", { name: "Save" }).click();
      await page.getByText(new RegExp(`erased at the end of ${said}, in [\\d,]+ days`, "u")).waitFor();
      await page.reload();
      await expect.poll(() => page.getByLabel("Delete everything on").inputValue()).toBe(date);
    }
    await place.detach();
  });

  it("leave alone what another tab changed meanwhile, and show it", async () => {
    const form = page.getByRole("form", { name: "The event" });
    await form.getByLabel("Name").waitFor();
    await organiser.json("PATCH", `/api/events/${eventId}`, { name: "Feast" });
    await expect.poll(() => form.getByLabel("Name").inputValue()).toBe("Feast");
    await form.getByLabel("Delete everything on").fill("2100-03-01");
    const sent = page.waitForRequest((request) => request.method() === "PATCH");
    await form.getByRole("button", { name: "Save" }).click();
    expect(Object.keys((await sent).postDataJSON())).toEqual(["expiresAt"]);
    await form.getByText("Saved.").waitFor();
    await organiser.json("PATCH", `/api/events/${eventId}`, { name: "Party" });
    await expect.poll(() => form.getByLabel("Name").inputValue()).toBe("Party");
  });

  it("give the guest page a name, a colour, a logo and a text on photos, with a preview", async () => {
    const logo = join(temporaryFolder(), "logo.png");
    const pink = { create: { width: 200, height: 60, channels: 4, background: "#e0218a" } } as const;
    const bar = await sharp(pink).png().toBuffer();
    const clear = { create: { width: 300, height: 120, channels: 4, background: "#00000000" } } as const;
    await sharp(clear)
      .composite([{ input: bar, left: 50, top: 30 }])
      .png()
      .toFile(logo);
    const form = page.getByRole("form", { name: "What guests see" });
    await form.getByLabel("Name for guests").fill("M".repeat(120));
    await fits("branding-long");
    const over = "[...document.querySelectorAll('.brand-preview')].filter((one) => one.scrollWidth > one.clientWidth)";
    expect(await page.evaluate(`${over}.length`)).toBe(0);
    await form.getByLabel("Name for guests").fill("Ada & Grace");
    // Too light to be read on a white page.
    await form.getByLabel("Colour of the guest page").fill("#ffd400");
    await form.getByLabel("Choose a logo").setInputFiles(logo);
    await form.getByRole("button", { name: "Remove the logo" }).waitFor();
    await form.getByLabel("A text").check();
    await form.getByLabel("Text", { exact: true }).fill("© Ada & Grace 2026");
    await fits("branding");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Saved.").waitFor();
    await expect.poll(async () => (await organiser.get(`/api/events/${eventId}`)).watermark).toBe("text");
    for (const guestTitle of ["Ada", "Ada & Grace"]) {
      await organiser.json("PATCH", `/api/events/${eventId}`, { guestTitle });
      await expect.poll(() => form.getByLabel("Name for guests").inputValue()).toBe(guestTitle);
    }

    await organiser.json("PATCH", `/api/events/${eventId}`, { guestView: "all" });
    const { body } = await organiser.json("POST", `/api/events/${eventId}/links`, {});
    for (const dark of [false, true]) {
      const pocket = await openBrowser({ width: 360, height: 740, dark });
      try {
        const phone = await pocket.newPage();
        phone.setDefaultTimeout(10_000);
        await phone.goto(`${server.url}/g#${String(body.url).split("#")[1]}`);
        await phone.getByRole("heading", { name: "Ada & Grace" }).waitFor();
        await expect.poll(() => phone.evaluate("document.querySelector('.logo')?.naturalWidth")).toBe(300);
        await phone.getByRole("button", { name: "Open sample1.jpg" }).waitFor();
        await shoot(phone, `guest-branded-${dark ? "dark" : "light"}`);
        expect(await seriousFindings(phone)).toEqual([]);
        expect(await phone.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
      } finally {
        await pocket.close();
      }
    }
    const guest = new Client(server.url);
    await guest.json("POST", "/api/guest/session", { secret: String(body.url).split("#")[1] });
    const { photos } = await guest.get("/api/guest/event-photos");
    const download = await guest.fetch("GET", `/api/guest/photos/${photos[0].id}/download`);
    const bytes = Buffer.from(await download.arrayBuffer());
    if (shots !== undefined) writeFileSync(join(shots, "downloaded.jpg"), bytes);
    expect((await sharp(bytes).metadata()).width).toBe(photos[0].width);
  }, 90_000);

  it("leave nothing in the browser's console", () => {
    expect(errors).toEqual([]);
  });
});
