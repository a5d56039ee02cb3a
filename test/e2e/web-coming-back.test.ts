import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { organiserPassword } from "./api-server.ts";
import { chromiumPath } from "./browser.ts";
import { type Desk, openDesk, openTab, shoot } from "./web-desk.ts";

describe.skipIf(chromiumPath === undefined)(
  "going back, loading again, and coming back later",
  { timeout: 60_000 },
  () => {
    let desk: Desk;
    let event: string;

    const scrolled = async () => Number(await desk.page.evaluate("window.scrollY"));
    const search = async () => String(await desk.page.evaluate("window.location.search"));

    beforeAll(async () => {
      desk = await openDesk();
      event = `${desk.server.url}/events/${await desk.party("Party", [1, 2, 3, 4, 5, 6])}`;
      // Six photos fill no page: a small window has to be scrolled.
      await desk.page.setViewportSize({ width: 360, height: 480 });
    }, 120_000);

    afterAll(() => desk?.close());

    it("closes the photo that is looked at, as phones expect, and stays on the page under it", async () => {
      const { page } = desk;
      await page.goto(`${event}/photos`);
      await page
        .getByRole("button", { name: /^Open sample/u })
        .first()
        .click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("(1 of 6)").waitFor();
      await page.keyboard.press("ArrowRight");
      await dialog.getByText("(2 of 6)").waitFor();
      await page.goBack();
      await dialog.waitFor({ state: "detached" });
      expect(page.url()).toBe(`${event}/photos`);
    });

    it("leaves no trace of a photo that was closed otherwise", async () => {
      const { page } = desk;
      await page.goto(event);
      await openTab(page, "Photos");
      const photo = page.getByRole("button", { name: /^Open sample/u }).first();
      await photo.click();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await expect.poll(() => page.evaluate("'over' in (window.history.state ?? {})")).toBe(false);
      await page.goBack();
      await page.getByRole("region", { name: "Progress" }).waitFor();
      expect(page.url()).toBe(event);
    });

    it("leaves no trace of a photo over which the page was loaded again", async () => {
      const { page } = desk;
      await page.goto(event);
      await openTab(page, "Photos");
      const photo = page.getByRole("button", { name: /^Open sample/u }).first();
      await photo.click();
      await expect.poll(() => page.evaluate("'over' in (window.history.state ?? {})")).toBe(true);
      await page.reload();
      await photo.waitFor();
      await expect.poll(() => page.evaluate("'over' in (window.history.state ?? {})")).toBe(false);
      await page.goBack();
      await page.getByRole("region", { name: "Progress" }).waitFor();
      expect(page.url()).toBe(event);
    });

    it("finds the list of people as far down as it was left", async () => {
      const { page } = desk;
      await page.goto(`${event}/people`);
      await page.getByText("Person 12", { exact: true }).scrollIntoViewIfNeeded();
      const place = await scrolled();
      expect(place).toBeGreaterThan(100);
      await page.getByText("Person 12", { exact: true }).click();
      await page.getByRole("region", { name: "Person" }).waitFor();
      expect(await scrolled()).toBe(0);
      await page.goBack();
      await page.getByText("Person 12", { exact: true }).waitFor();
      await expect.poll(async () => Math.abs((await scrolled()) - place)).toBeLessThan(3);
    });

    it("shows which page of the event it is, however far on the right it stands", async () => {
      const { page } = desk;
      await page.goto(`${event}/settings`);
      const tab = page.getByRole("link", { name: "Event settings" });
      await tab.waitFor();
      await expect.poll(async () => (await tab.boundingBox())?.x ?? 360).toBeLessThan(250);
    });

    it("keeps filters when the page is loaded again, and in an address that is passed on", async () => {
      const { page } = desk;
      await page.goto(`${event}/photos`);
      await page.getByLabel("Faces").selectOption("No faces");
      await page.getByText("No photos match these filters.").waitFor();
      expect(await search()).toBe("?faces=none");
      await page.reload();
      await page.getByText("No photos match these filters.").waitFor();
      await page.getByRole("button", { name: "Show all photos" }).click();
      await page.getByRole("status").getByText("6 photos", { exact: true }).waitFor();
      expect(await search()).toBe("");
    });

    it("says that there is no such page, event or person, and leads on", async () => {
      const { page } = desk;
      for (const nowhere of ["/nowhere", "/events/nowhere", "/events/00000000000000aa", "/settings/nowhere"]) {
        await page.goto(`${desk.server.url}${nowhere}`);
        await page.getByRole("heading", { name: "There is no such page" }).waitFor();
      }
      expect(await seriousFindings(page)).toEqual([]);
      await shoot(page, "not-found");
      await page.getByRole("link", { name: "All events" }).click();
      await page.getByRole("heading", { name: "Events" }).waitFor();
      await page.goto(`${event}/people/00000000000000aa`);
      await page.getByRole("alert").waitFor();
      await page.getByRole("link", { name: "All people" }).click();
      await page.getByText("Person 1", { exact: true }).waitFor();
    });

    it("loads what did not come as soon as the network is back", async () => {
      const { page, browser } = desk;
      await page.goto(`${event}/photos`);
      await page.getByRole("status").getByText("6 photos", { exact: true }).waitFor();
      await browser.setOffline(true);
      await page
        .getByRole("button", { name: /^Open sample/u })
        .last()
        .click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("This photo could not be loaded.").waitFor();
      await browser.setOffline(false);
      await dialog.getByRole("img", { name: /^sample/u }).waitFor();
      await page.keyboard.press("Escape");

      await browser.setOffline(true);
      await openTab(page, "Insights");
      await page.getByRole("alert").getByText("The server cannot be reached.").waitFor();
      await browser.setOffline(false);
      await page.getByRole("heading", { name: "Most photographed" }).waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
    });

    it("asks for the password when another tab signed out, and goes on at the same page", async () => {
      const { page, browser, server } = desk;
      await page.goto(`${event}/people`);
      await page.getByText("Person 1", { exact: true }).waitFor();
      const other = await browser.newPage();
      await other.goto(server.url);
      await other.getByRole("button", { name: "Sign out" }).click();
      await other.getByRole("heading", { name: "Sign in" }).waitFor();
      await other.close();
      await page.getByText("Person 1", { exact: true }).click();
      await page.getByLabel("Password").fill(organiserPassword);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("region", { name: "Person" }).waitFor();
    });
  },
);
