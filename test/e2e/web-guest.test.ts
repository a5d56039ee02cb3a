import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { chromiumPath, openBrowser } from "./browser.ts";
import { selfieFile } from "./samples.ts";
import { type Desk, openDesk, shoot } from "./web-desk.ts";

/** A film for the browser's camera: the guest, holding still. */
async function filmOfGuest(): Promise<string> {
  const picture = await sharp(await selfieFile())
    .resize({ width: 640, height: 480, fit: "contain", background: "#555" })
    .jpeg({ quality: 90, chromaSubsampling: "4:2:0" })
    .toBuffer();
  const film = join(mkdtempSync(join(tmpdir(), "rollcall-film-")), "guest.mjpeg");
  writeFileSync(film, Buffer.concat([picture, picture, picture]));
  return film;
}

describe.skipIf(chromiumPath === undefined)("a guest with a phone", { timeout: 60_000 }, () => {
  let desk: Desk;
  let eventId: string;
  let pocket: BrowserContext;
  let phone: Page;

  const newLink = async (settings: object = {}): Promise<{ id: string; url: string }> => {
    const { body } = await desk.organiser.json("POST", `/api/events/${eventId}/links`, settings);
    return { id: body.link.id, url: body.url };
  };

  /** A browser tab that comes by a link; another guest when nobody came by it before. */
  const come = async (url: string): Promise<Page> => {
    const page = await pocket.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(url);
    return page;
  };

  beforeAll(async () => {
    desk = await openDesk();
    eventId = await desk.party("Summer party", [1, 2, 3]);
    await desk.organiser.json("PATCH", `/api/events/${eventId}`, { guestSearch: true });
    pocket = await openBrowser({ width: 360, height: 740, camera: await filmOfGuest() });
  }, 120_000);

  afterAll(async () => {
    await pocket?.close();
    await desk?.close();
  });

  it("agrees, takes a selfie with the camera, and sees the photos they are in", async () => {
    phone = await come((await newLink()).url);
    await phone.getByRole("heading", { name: "What happens to your face" }).waitFor();
    const go = phone.getByRole("button", { name: "Continue to the selfie" });
    expect(await go.isDisabled()).toBe(true);
    await phone.getByRole("checkbox").check();
    await go.click();
    const begin = phone.getByRole("button", { name: "Take a selfie" });
    await begin.waitFor();
    await expect.poll(() => phone.evaluate("document.activeElement.tagName")).toBe("MAIN");
    await begin.click();
    const take = phone.getByRole("button", { name: "Take the picture" });
    await take.waitFor();
    await shoot(phone, "guest-camera");
    expect(await seriousFindings(phone)).toEqual([]);
    const sent: string[] = [];
    phone.on("request", (request) => sent.push(new URL(request.url()).pathname));
    // As an impatient thumb does.
    await take.dblclick();
    await phone.getByRole("heading", { name: "You are in 2 photos" }).waitFor();
    await expect.poll(() => phone.evaluate("document.activeElement.tagName")).toBe("MAIN");
    expect(sent.filter((path) => path === "/api/guest/search")).toHaveLength(1);
    expect(await phone.getByText(/sure$/u).allTextContents()).toEqual(["over 99 % sure", "over 99 % sure"]);
    await shoot(phone, "guest-found");
  });

  it("looks through their photos, and has a favourite", async () => {
    await phone
      .getByRole("button", { name: /^Open sample/u })
      .first()
      .click();
    await phone.getByRole("heading", { name: "1 of 2" }).waitFor();
    await phone.getByRole("button", { name: "☆ Favourite" }).click();
    await phone.getByRole("button", { name: "★ Favourite" }).waitFor();
    await shoot(phone, "guest-viewer");
    expect(await seriousFindings(phone)).toEqual([]);
    await phone.getByRole("button", { name: "Next photo" }).click();
    await phone.getByRole("heading", { name: "2 of 2" }).waitFor();
    await phone.getByRole("button", { name: "☆ Favourite" }).waitFor();
    await phone.keyboard.press("Escape");
    expect(await phone.getByRole("img", { name: "Favourite" }).count()).toBe(1);
  });

  it("swipes from photo to photo", async () => {
    await phone
      .getByRole("button", { name: /^Open sample/u })
      .first()
      .click();
    await phone.getByRole("heading", { name: "1 of 2" }).waitFor();
    const swipe = async (from: number, to: number) => {
      await phone.mouse.move(from, 400);
      await phone.mouse.down();
      await phone.mouse.move(to, 405, { steps: 4 });
      await phone.mouse.up();
    };
    await swipe(300, 80);
    await phone.getByRole("heading", { name: "2 of 2" }).waitFor();
    await swipe(80, 300);
    await phone.getByRole("heading", { name: "1 of 2" }).waitFor();
    await phone.keyboard.press("Escape");
  });

  it("downloads one photo, the favourites, and all as a ZIP", async () => {
    const saved = async (name: RegExp) => {
      const [download] = await Promise.all([phone.waitForEvent("download"), phone.getByRole("link", { name }).click()]);
      expect(await download.failure()).toBeNull();
      return download.suggestedFilename();
    };
    expect(await saved(/^Download all \(2\)/u)).toBe("Summer party.zip");
    expect(await saved(/^Download favourites \(1\)/u)).toBe("Summer party.zip");
    await phone
      .getByRole("button", { name: /^Open sample/u })
      .first()
      .click();
    expect(await saved(/^Download$/u)).toMatch(/^sample[13]\.jpg$/u);
    await phone.keyboard.press("Escape");
  });

  it("says that a photo shows somebody else, and does not see it any more", async () => {
    await phone.getByRole("button", { name: "Some are not me …" }).click();
    await phone.getByRole("button", { name: "sample1.jpg is not me" }).click();
    await shoot(phone, "guest-not-me");
    expect(await seriousFindings(phone)).toEqual([]);
    const takeOut = phone.getByRole("button", { name: "These are not me (1)" });
    await pocket.setOffline(true);
    await takeOut.click();
    const why = phone.getByRole("alert");
    await why.waitFor();
    // Beside what was tapped, however long the list above it is; and trying again is to tap it again.
    const [said, tapped] = [await why.boundingBox(), await takeOut.boundingBox()];
    expect(Math.abs((said?.y ?? 0) + (said?.height ?? 0) - (tapped?.y ?? 0))).toBeLessThan(40);
    expect(await phone.getByRole("button", { name: "Try again" }).count()).toBe(0);
    await pocket.setOffline(false);
    await takeOut.click();
    await phone.getByRole("heading", { name: "You are in 1 photo" }).waitFor();
    expect(await why.count()).toBe(0);
    await phone.getByRole("button", { name: "Bring 1 photo back" }).click();
    await phone.getByRole("heading", { name: "You are in 2 photos" }).waitFor();
    await phone.getByRole("button", { name: "Some are not me …" }).click();
    await phone.getByRole("button", { name: "sample1.jpg is not me" }).click();
    await takeOut.click();
    await phone.getByRole("heading", { name: "You are in 1 photo" }).waitFor();
    await phone.reload();
    await phone.getByRole("heading", { name: "You are in 1 photo" }).waitFor();
    await phone.getByRole("button", { name: "Bring 1 photo back" }).waitFor();
  });

  it("can bring photos back when none is left, after a reload and after another selfie", async () => {
    const none = phone.getByRole("heading", { name: "No photos of you are left here" });
    const back = phone.getByRole("button", { name: "Bring 2 photos back" });
    await phone.getByRole("button", { name: "Some are not me …" }).click();
    await phone.getByRole("button", { name: "sample3.jpg is not me" }).click();
    await phone.getByRole("button", { name: "These are not me (1)" }).click();
    await none.waitFor();
    await phone.reload();
    await back.waitFor();
    // A phone's way back leads from the selfie to the photos from the moment in which the selfie is shown.
    const shownWithWayBack = await phone.evaluate(`new Promise((resolve) => {
      setTimeout(() => resolve([document.querySelector("#selfie") !== null, "over" in (history.state ?? {})]));
      [...document.querySelectorAll("button")].find((button) => button.textContent === "Another selfie").click();
    })`);
    expect(shownWithWayBack).toEqual([true, true]);
    await phone.goBack();
    await none.waitFor();
    await phone.getByRole("button", { name: "Another selfie" }).click();
    await phone.getByRole("button", { name: "Take a selfie" }).click();
    await phone.getByRole("button", { name: "Take the picture" }).click();
    await none.waitFor();
    await back.click();
    await phone.getByRole("heading", { name: "You are in 2 photos" }).waitFor();
  });

  it("is forgotten at once, and only the same link lets them in again, as somebody new", async () => {
    await phone.getByRole("button", { name: "Forget me" }).click();
    await phone.getByRole("heading", { name: "You are forgotten" }).waitFor();
    await expect.poll(() => phone.evaluate("document.activeElement.tagName")).toBe("MAIN");
    expect((await phone.request.get(`${desk.server.url}/api/guest/photos`)).status()).toBe(401);
    await phone.reload();
    await phone.getByRole("heading", { name: "Open your link" }).waitFor();
    await phone.goto((await newLink()).url);
    await phone.getByRole("heading", { name: "What happens to your face" }).waitFor();
    await phone.getByRole("checkbox").check();
    await phone.getByRole("button", { name: "Continue to the selfie" }).click();
    await phone.getByRole("button", { name: "Forget me" }).click();
    await phone.getByRole("heading", { name: "You are forgotten" }).waitFor();
    await phone.goto((await newLink()).url);
    await phone.getByRole("heading", { name: "What happens to your face" }).waitFor();
    await phone.close();
  });

  it("may choose a picture instead, and hears why one is not good enough", async () => {
    const page = await come((await newLink()).url);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Continue to the selfie" }).click();
    const blank = await sharp({ create: { width: 400, height: 400, channels: 3, background: "#777" } })
      .jpeg()
      .toBuffer();
    const picture = { name: "me.jpg", mimeType: "image/jpeg", buffer: blank };
    await page.getByLabel("Choose a picture of you").setInputFiles(picture);
    await page.getByRole("heading", { name: "This selfie is not good enough" }).waitFor();
    await page.getByText("There is no face in the picture.").waitFor();
    await shoot(page, "guest-not-good-enough");
    expect(await seriousFindings(page)).toEqual([]);
    await page.close();
  });

  it("sends the same selfie again when the network went away under it", async () => {
    const page = await come((await newLink()).url);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Continue to the selfie" }).click();
    const choice = page.getByLabel("Choose a picture of you");
    await choice.waitFor();
    await pocket.setOffline(true);
    await choice.setInputFiles(await selfieFile());
    await page.getByRole("alert").getByText("The server cannot be reached.").waitFor();
    await pocket.setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "You are in 2 photos" }).waitFor();
    await page.close();
  });

  it("is told that they are in no photo when that is certain", async () => {
    const { body } = await desk.organiser.json("POST", "/api/events", { name: "Another party" });
    await desk.organiser.json("PATCH", `/api/events/${body.id}`, { guestSearch: true });
    const link = await desk.organiser.json("POST", `/api/events/${body.id}/links`, {});
    const page = await come(link.body.url);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Continue to the selfie" }).click();
    await page.getByLabel("Choose a picture of you").setInputFiles(await selfieFile());
    await page.getByRole("heading", { name: "You are not in these photos" }).waitFor();
    await page.close();
  });

  it("needs the PIN of a link, also when they are a guest of another event already", async () => {
    const page = await come((await newLink({ pin: "2468" })).url);
    await page.getByRole("heading", { name: "Type in the PIN" }).waitFor();
    expect(await page.getByText("Summer party").count()).toBe(0);
    await shoot(page, "guest-pin");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel("PIN").fill("1111");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("alert").getByText("The PIN is not right. There are 19 more tries.").waitFor();
    // As it comes from a message that it was copied out of.
    await page.getByLabel("PIN").fill(" 2468 ");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Summer party" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Summer party" }).waitFor();
    await page.close();
  });

  it("is told that a link ran out, was closed, or never was", async () => {
    const closed = await newLink();
    await desk.organiser.json("DELETE", `/api/events/${eventId}/links/${closed.id}`);
    // Over by the time that the others were looked at.
    const expired = await newLink({ expiresAt: new Date(Date.now() + 500).toISOString() });
    for (const url of [closed.url, `${desk.server.url}/g#${"x".repeat(22)}`, expired.url]) {
      const page = await come(url);
      await page.getByRole("heading", { name: "This link does not work" }).waitFor();
      await page.getByRole("alert").getByText("Ask whoever sent it").waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await shoot(page, "guest-link-over");
      await page.close();
    }
  });

  it("loses what they saw the moment the organiser closes the link, and is told so", async () => {
    const close = (id: string) => desk.organiser.json("DELETE", `/api/events/${eventId}/links/${id}`);
    const over = (page: Page) => page.getByRole("heading", { name: "This link does not work" }).waitFor();
    const before = await newLink();
    const page = await come(before.url);
    const consent = page.getByRole("heading", { name: "What happens to your face" });
    await consent.waitFor();
    await close(before.id);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Continue to the selfie" }).click();
    await over(page);

    // A new link in the same tab.
    const link = await newLink();
    await page.goto(link.url);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Continue to the selfie" }).click();
    await page.getByLabel("Choose a picture of you").setInputFiles(await selfieFile());
    await page
      .getByRole("button", { name: /^Open sample/u })
      .first()
      .click();
    await close(link.id);
    await page.getByRole("button", { name: "Next photo" }).click();
    await over(page);

    // Without the link in the address, as the installed page opens.
    const last = await newLink();
    await page.goto(last.url);
    await consent.waitFor();
    await page.goto(`${desk.server.url}/g`);
    await consent.waitFor();
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Continue to the selfie" }).click();
    await page.getByRole("heading", { name: "Take a selfie" }).waitFor();
    await close(last.id);
    await page.getByRole("button", { name: "Forget me" }).click();
    await page.getByRole("heading", { name: "Your visit is over" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "guest-visit-over");
    await page.close();
  });

  it("looks through all photos when the organiser opened them", async () => {
    await desk.organiser.json("PATCH", `/api/events/${eventId}`, { guestSearch: false, guestView: "all" });
    const page = await come((await newLink()).url);
    await page.getByRole("heading", { name: "All 3 photos" }).waitFor();
    await page.getByText("The organiser has not opened the search with a selfie.").waitFor();
    await shoot(page, "guest-all");
    expect(await seriousFindings(page)).toEqual([]);
    await page
      .getByRole("button", { name: /^Open sample/u })
      .first()
      .click();
    await page.getByRole("button", { name: "☆ Favourite" }).click();
    await page.getByRole("button", { name: "★ Favourite" }).waitFor();
    await page.keyboard.press("Escape");
    // Who never took a selfie has something to forget by now.
    await page.getByRole("button", { name: "Forget me" }).click();
    await page.getByRole("button", { name: "Forget me" }).waitFor({ state: "detached" });
    await page.close();
  });

  it("sees a favourite among their own photos and among all at the same time", async () => {
    await desk.organiser.json("PATCH", `/api/events/${eventId}`, { guestSearch: true });
    const page = await come((await newLink()).url);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Continue to the selfie" }).click();
    await page.getByRole("button", { name: "Take a selfie" }).click();
    await page.getByRole("button", { name: "Take the picture" }).click();
    const [mine, all] = [
      page.getByRole("region", { name: "Your photos" }),
      page.getByRole("region", { name: "All photos" }),
    ];
    await mine.getByRole("button", { name: "Open sample1.jpg" }).click();
    await page.getByRole("button", { name: "☆ Favourite" }).click();
    await page.getByRole("button", { name: "★ Favourite" }).waitFor();
    await page.keyboard.press("Escape");
    for (const list of [mine, all]) {
      await list
        .locator("li", { has: page.getByRole("button", { name: "Open sample1.jpg" }) })
        .getByRole("img", { name: "Favourite" })
        .waitFor();
    }
    await page.close();
  });
});
