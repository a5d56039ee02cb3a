import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { chromiumPath, openBrowser } from "./browser.ts";
import { sampleFolder, selfieFile } from "./samples.ts";
import { type Desk, openDesk, openTab, shoot } from "./web-desk.ts";

/** Names that people really have, and pages have to have room for. */
const eventName = "Hochzeit von Anna-Katharina und Maximilian-Alexander auf Schloss Hohenstein-Schwarzenberg";
const personName = "Maximilian-Alexander von Hohenstein-Schwarzenberg";

const screens = [
  { name: "desk-light", width: 1280, height: 800, dark: false },
  { name: "desk-dark", width: 1280, height: 800, dark: true },
  { name: "phone-light", width: 360, height: 740, dark: false },
  { name: "phone-dark", width: 360, height: 740, dark: true },
] as const;

/** Buttons and fields that are not 44 pixels high. A box with its words beside it is as high as these; faces are as they are. */
const tooSmall = `[...document.querySelectorAll("button, .button, select, input, label:has(> [type=checkbox], > [type=radio])")]
  .filter((one) => !one.matches(".visually-hidden, .choose button, label > [type=checkbox], label > [type=radio]"))
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
  .map((one) => one.outerHTML.slice(0, 120))`;

const tabs = ["Overview", "Photos", "People", "Search", "Guests", "Insights", "Event settings"] as const;

describe.skipIf(chromiumPath === undefined)("every page, on a desk and a phone, by day and by night", () => {
  let desk: Desk;
  let eventId: string;
  let personId: string;
  let link: string;
  let pocket: BrowserContext;
  let phone: Page;

  const setUp = async (page: Page, { width, height, dark }: (typeof screens)[number]) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
  };

  /** No serious finding, nothing that is wider than the screen, and nothing too small for a thumb on a phone. */
  const examine = async (page: Page, name: string, { width }: { readonly width: number }) => {
    await shoot(page, name);
    expect(await seriousFindings(page), name).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth"), name).toBeLessThanOrEqual(width);
    if (width < 400) expect(await page.evaluate(tooSmall), name).toEqual([]);
  };

  beforeAll(async () => {
    desk = await openDesk();
    eventId = await desk.party(eventName, [1, 2, 3, 4]);
    const event = `/api/events/${eventId}`;
    const { people } = await desk.organiser.get(`${event}/people`);
    personId = people[0].id;
    await desk.organiser.json("PATCH", `${event}/people/${personId}`, { name: personName });
    await desk.organiser.json("PATCH", event, { guestSearch: true });
    link = (await desk.organiser.json("POST", `${event}/links`, { label: personName })).body.url;
    pocket = await openBrowser({ width: 360, height: 740 });
    phone = await pocket.newPage();
    phone.setDefaultTimeout(10_000);
  }, 120_000);

  afterAll(async () => {
    await pocket?.close();
    await desk?.close();
  });

  it.each(screens)("the organiser's pages ($name)", { timeout: 60_000 }, async (screen) => {
    const { page, server } = desk;
    await setUp(page, screen);
    await page.goto(server.url);
    await page.getByRole("heading", { name: eventName }).waitFor();
    await examine(page, `${screen.name}-events`, screen);
    await page.goto(`${server.url}/events/${eventId}`);
    await page.getByText("All 4 photos looked at.").waitFor();
    for (const tab of tabs) {
      await openTab(page, tab);
      await page.waitForLoadState("networkidle").catch(() => undefined);
      await examine(page, `${screen.name}-${tab.toLowerCase().replace(" ", "-")}`, screen);
    }
    await page.goto(`${server.url}/events/${eventId}/people/${personId}`);
    await page.getByRole("heading", { name: "2 faces" }).waitFor();
    await examine(page, `${screen.name}-person`, screen);
    await page.goto(`${server.url}/events/${eventId}/search`);
    await page.getByLabel("Choose a picture").setInputFiles(join(await sampleFolder(), "sample3.jpg"));
    await page.getByRole("heading", { name: /^Found in/u }).waitFor();
    await examine(page, `${screen.name}-results`, screen);
    await page.goto(`${server.url}/settings`);
    await page.getByRole("heading", { name: "Access for programs" }).waitFor();
    await examine(page, `${screen.name}-settings`, screen);
  });

  it("the guest's pages", { timeout: 60_000 }, async () => {
    const onEveryScreen = async (name: string) => {
      for (const screen of screens) {
        await setUp(phone, screen);
        await examine(phone, `${screen.name}-guest-${name}`, screen);
      }
    };
    await phone.goto(`${desk.server.url}/g`);
    await phone.getByRole("heading", { name: "Open your link" }).waitFor();
    await onEveryScreen("no-link");
    await phone.goto(link);
    await phone.reload();
    await phone.getByRole("heading", { name: "What happens to your face" }).waitFor();
    await onEveryScreen("consent");
    await phone.getByRole("checkbox").check();
    await phone.getByRole("button", { name: "Continue to the selfie" }).click();
    await phone.getByRole("heading", { name: "Take a selfie" }).waitFor();
    await onEveryScreen("selfie");
    await phone.getByLabel("Choose a picture of you").setInputFiles(await selfieFile());
    await phone.getByRole("heading", { name: /^You are in/u }).waitFor();
    await onEveryScreen("photos");
    await phone
      .getByRole("button", { name: /^Open sample/u })
      .first()
      .click();
    await phone.getByRole("dialog").waitFor();
    await onEveryScreen("viewer");
    await phone.keyboard.press("Escape");
    await phone.getByRole("button", { name: "Forget me" }).click();
    await phone.getByRole("heading", { name: "You are forgotten" }).waitFor();
    await onEveryScreen("forgotten");
  });

  it("nothing for the console to complain about", () => {
    expect(desk.errors).toEqual([]);
  });
});
