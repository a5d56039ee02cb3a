import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { chromiumPath, openBrowser } from "./browser.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { sampleFolder } from "./samples.ts";
import { type Desk, openDesk, openTab, shoot } from "./web-desk.ts";

/** The browser tells of each picture that the server does not have. */
const isOfPictures = /404/u;

describe.skipIf(chromiumPath === undefined)("a photo whose file went away", { timeout: 60_000 }, () => {
  let desk: Desk;
  let eventId: string;

  beforeAll(async () => {
    desk = await openDesk();
    const [folder, samples] = [temporaryFolder(), await sampleFolder()];
    for (const name of ["sample3.jpg", "sample4.jpg"]) await copyFile(join(samples, name), join(folder, name));
    await runCli(["index", folder, "--event", "In place", "--preset", "fast"], { dataDir: desk.server.dataDir });
    const { events } = await desk.organiser.get("/api/events");
    eventId = events.find(({ name }: { name: string }) => name === "In place").id;
    await rm(join(folder, "sample3.jpg"));
  }, 120_000);

  afterAll(() => desk?.close());

  it("says so to the organiser, in its place and large", async () => {
    const { page } = desk;
    await page.goto(`${desk.server.url}/events/${eventId}`);
    await page.getByRole("img", { name: "Cover of the event" }).or(page.getByText("no longer in its folder")).waitFor();
    await shoot(page, "lost-overview");
    await openTab(page, "Photos");
    const tile = page.getByRole("button", { name: "Open sample3.jpg" });
    await tile.getByText("The file is no longer in its folder").waitFor();
    expect(await tile.getByRole("img").count()).toBe(0);
    await page.getByRole("button", { name: "Open sample4.jpg" }).getByText("no longer").waitFor({ state: "detached" });
    await shoot(page, "lost-tile");
    expect(await seriousFindings(page)).toEqual([]);
    await tile.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("The file is no longer in its folder. Put it back").waitFor();
    await shoot(page, "lost-lightbox");
    await page.keyboard.press("Escape");
  });

  it("is not available at the moment for guests, who hear no more", async () => {
    await desk.organiser.json("PATCH", `/api/events/${eventId}`, { guestView: "all" });
    const { body } = await desk.organiser.json("POST", `/api/events/${eventId}/links`, {});
    const pocket = await openBrowser({ width: 360, height: 740 });
    try {
      const phone = await pocket.newPage();
      phone.setDefaultTimeout(10_000);
      await phone.goto(body.url);
      const tile = phone.getByRole("button", { name: "Open sample3.jpg" });
      await tile.getByText("Not available at the moment").waitFor();
      await shoot(phone, "lost-guest");
      expect(await seriousFindings(phone)).toEqual([]);
      await tile.click();
      await phone.getByRole("dialog").getByText("This photo is not available at the moment.").waitFor();
      expect(await phone.getByText("folder").count()).toBe(0);
    } finally {
      await pocket.close();
    }
  });

  it("leaves nothing else in the browser's console", () => {
    expect(desk.errors.filter((error) => !isOfPictures.test(error))).toEqual([]);
  });
});
