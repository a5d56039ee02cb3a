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
  let lost: string;
  let kept: string;

  beforeAll(async () => {
    desk = await openDesk();
    const [folder, samples] = [temporaryFolder(), await sampleFolder()];
    for (const name of ["sample3.jpg", "sample4.jpg"]) await copyFile(join(samples, name), join(folder, name));
    await runCli(["index", folder, "--event", "In place", "--preset", "fast"], { dataDir: desk.server.dataDir });
    const { events } = await desk.organiser.get("/api/events");
    eventId = events.find(({ name }: { name: string }) => name === "In place").id;
    const [{ coverPhotoId }, { photos }] = [
      await desk.organiser.get(`/api/events/${eventId}`),
      await desk.organiser.get(`/api/events/${eventId}/photos`),
    ];
    const nameOf = (isCover: boolean): string =>
      photos.find(({ id }: { id: string }) => (id === coverPhotoId) === isCover).name;
    [lost, kept] = [nameOf(true), nameOf(false)];
    await rm(join(folder, lost));
  }, 120_000);

  afterAll(() => desk?.close());

  it("is no broken cover of its event", async () => {
    const { page } = desk;
    await page.reload();
    await page.getByRole("link", { name: /^In place/u }).waitFor();
    await expect.poll(() => page.locator(".tile img").count()).toBe(0);
    await shoot(page, "lost-event");
    await page.getByRole("link", { name: /^In place/u }).click();
    await page.getByRole("link", { name: "All photos" }).getByText("The file is no longer in its folder").waitFor();
    await shoot(page, "lost-overview");
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("says so to the organiser, in its place and large", async () => {
    const { page } = desk;
    await openTab(page, "Photos");
    const tile = page.getByRole("button", { name: `Open ${lost}` });
    await tile.getByText("The file is no longer in its folder").waitFor();
    expect(await tile.locator("img").count()).toBe(0);
    expect(
      await page
        .getByRole("button", { name: `Open ${kept}` })
        .getByText("no longer")
        .count(),
    ).toBe(0);
    await shoot(page, "lost-tile");
    expect(await seriousFindings(page)).toEqual([]);
    await tile.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("The file is no longer in its folder. Put it back").waitFor();
    expect(await dialog.getByRole("link", { name: "Download" }).count()).toBe(0);
    await shoot(page, "lost-lightbox");
    await page.keyboard.press("Escape");
  });

  it("leaves a plain shape for the faces in it, and says why to who looks closer", async () => {
    const { page } = desk;
    const { photos } = await desk.organiser.get(`/api/events/${eventId}/photos`);
    const { people } = await desk.organiser.get(`/api/events/${eventId}/people`);
    const { id } = photos.find(({ name }: { name: string }) => name === lost);
    const isLost = ({ cover }: { cover: { photoId: string } }) => cover.photoId === id;
    await openTab(page, "People");
    const tiles = page.getByRole("listitem");
    await expect.poll(() => tiles.locator("img").count()).toBe(people.length - people.filter(isLost).length);
    await tiles.nth(people.findIndex(isLost)).getByRole("link").hover();
    await page.getByText("The file is no longer in its folder").waitFor();
    await shoot(page, "lost-people");
    expect(await seriousFindings(page)).toEqual([]);
    await page.mouse.move(0, 0);
  });

  it("is not available at the moment for guests, who hear no more", async () => {
    await desk.organiser.json("PATCH", `/api/events/${eventId}`, { guestView: "all" });
    const { body } = await desk.organiser.json("POST", `/api/events/${eventId}/links`, {});
    const pocket = await openBrowser({ width: 360, height: 740 });
    try {
      const phone = await pocket.newPage();
      phone.setDefaultTimeout(10_000);
      await phone.goto(body.url);
      const tile = phone.getByRole("button", { name: `Open ${lost}` });
      await tile.getByText("Not available at the moment").waitFor();
      await shoot(phone, "lost-guest");
      expect(await seriousFindings(phone)).toEqual([]);
      await tile.click();
      await phone.getByRole("dialog").getByText("This photo is not available at the moment.").waitFor();
      expect(await phone.getByText("folder").count()).toBe(0);
      expect(await phone.getByRole("link", { name: "Download", exact: true }).count()).toBe(0);
    } finally {
      await pocket.close();
    }
  });

  it("leaves nothing else in the browser's console", () => {
    expect(desk.errors.filter((error) => !isOfPictures.test(error))).toEqual([]);
  });
});
