import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { organiserPassword, startApi } from "./api-server.ts";
import { chromiumPath, openBrowser } from "./browser.ts";
import { sampleFolder, selfieFile } from "./samples.ts";
import { shoot } from "./web-desk.ts";

describe.skipIf(chromiumPath === undefined)("the web app in Chromium", () => {
  let server: Awaited<ReturnType<typeof startApi>>;
  let desk: BrowserContext;
  let page: Page;
  let samples: string;
  const errors: string[] = [];

  const tab = (name: string) => page.getByRole("navigation", { name: "Event" }).getByRole("link", { name }).click();

  beforeAll(async () => {
    samples = await sampleFolder();
    // As it is out of the box: the README shows its pages.
    server = await startApi({ engine: { workers: 2 } });
    desk = await openBrowser({ width: 1280, height: 800 });
    page = await desk.newPage();
    page.setDefaultTimeout(8000);
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
  }, 120_000);

  afterAll(async () => {
    await desk?.close();
    await server?.close();
  });

  it("leads from the one-time link to a password and an empty start", async () => {
    await page.goto(server.setupUrl ?? "");
    await page.getByLabel("New password").fill(organiserPassword);
    await page.getByLabel("Repeat the password").fill(organiserPassword);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByRole("heading", { name: "Find everyone in your photos" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "empty");
  });

  it("signs out and in again", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Password").fill("wrong horse battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Password").fill(organiserPassword);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Try the sample event" }).waitFor();
    // The refused sign-in is what this was about.
    expect(errors.splice(0).filter((error) => !error.includes("401"))).toEqual([]);
  });

  it("makes the sample event, and shows live how its people appear", async () => {
    await page.getByRole("button", { name: "Try the sample event" }).click();
    await page.getByRole("heading", { name: "Sample party" }).waitFor();
    await page.getByText("All 6 photos looked at.").waitFor({ timeout: 90_000 });
    await page.getByRole("img", { name: "Cover of the event" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "event");
  }, 120_000);

  it("uploads files, and says for each what became of it", async () => {
    const letter = join(mkdtempSync(join(tmpdir(), "rollcall-letter-")), "letter.jpg");
    writeFileSync(letter, "Dear all, this is no picture.");
    await page.getByLabel("Choose photos").setInputFiles([join(samples, "sample1.jpg"), letter]);
    await page.getByText("was here already", { exact: true }).waitFor();
    await page.getByText("0 photos added, 1 already here, 1 could not be added.").waitFor();
    // It would be no picture the next time either.
    expect(await page.getByRole("button", { name: /^Try /u }).count()).toBe(0);
    await shoot(page, "upload");
    await page.getByRole("button", { name: "Clear the list" }).click();
    expect(errors.splice(0).filter((error) => !error.includes("415") && !error.includes("422"))).toEqual([]);
  });

  it("shows photos, and faces on demand, by keyboard", async () => {
    await tab("Photos");
    await page.getByRole("button", { name: "Open sample1.jpg" }).waitFor();
    expect(await page.getByRole("button", { name: /^Open sample/u }).count()).toBe(6);
    await shoot(page, "photos");
    expect(await seriousFindings(page)).toEqual([]);
    await page
      .getByRole("button", { name: /^Open sample/u })
      .first()
      .press("Enter");
    const box = page.getByRole("dialog");
    await box.getByText("(1 of 6)").waitFor();
    await page.keyboard.press("ArrowRight");
    await box.getByText("(2 of 6)").waitFor();
    await page.keyboard.press("f");
    await box.getByRole("list", { name: "Faces" }).getByRole("button").first().waitFor();
    await shoot(page, "lightbox");
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await box.waitFor({ state: "detached" });
  });

  it("names a person, and takes the name back", async () => {
    await tab("People");
    await page.getByRole("listitem").first().waitFor();
    expect(await page.getByRole("listitem").count()).toBeGreaterThan(3);
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "web-people");
    await page.getByRole("listitem").first().getByRole("link").click();
    await page.getByLabel("Name").fill("Grace");
    await page.getByRole("button", { name: "Save name" }).click();
    await page.getByText("Named Grace.").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "person");
    await page.getByRole("link", { name: "All people" }).click();
    await page.getByText("Grace", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Grace", { exact: true }).waitFor({ state: "detached" });
  });

  it("merges people, and takes it back", async () => {
    const before = await page.getByRole("listitem").count();
    // Two who were seen once: who is in many photos draws others along when people are grouped again.
    for (const fromLast of [-1, -2]) {
      await page
        .getByRole("checkbox", { name: /^Select / })
        .nth(fromLast)
        .check();
    }
    await page.getByRole("button", { name: "They are one person" }).click();
    await page.getByText("2 people are one now.").waitFor();
    await expect.poll(() => page.getByRole("listitem").count(), { timeout: 10_000 }).toBe(before - 1);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => page.getByRole("listitem").count(), { timeout: 10_000 }).toBe(before);
  });

  it("finds a person by a picture, with how sure that is", async () => {
    await tab("Search");
    await page.getByLabel("Choose a picture").setInputFiles(join(samples, "sample1.jpg"));
    await page.getByRole("heading", { name: /^Found in \d photo/u }).waitFor();
    await page.getByRole("img", { name: "Found in sample1.jpg" }).first().waitFor();
    expect(await page.locator("ol .big").first().textContent()).toMatch(/^(9\d|over 99) %$/u);
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "web-search");
    await page.getByRole("slider").fill("0.99");
    await page.getByText("at least 99 % sure").waitFor();
    // Looking at a result and going back keeps the others.
    await page
      .getByRole("link", { name: /^(Person|This person)/u })
      .first()
      .click();
    await page.getByRole("region", { name: "Person" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: /^Found in \d photo/u }).waitFor();
    await page.getByRole("img", { name: "Your picture" }).first().waitFor();
  });

  it("says of a file that is no picture that it is none, and does not offer to try it again", async () => {
    const pdf = { name: "menu.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 menu") };
    await page.getByLabel("Choose a picture").setInputFiles(pdf);
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    expect(errors.splice(0).filter((error) => !error.includes("415"))).toEqual([]);
  });

  it("answers about the picture that was chosen last, however late the answer about another comes", async () => {
    let letGo = () => {};
    const late = new Promise<void>((done) => {
      letGo = done;
    });
    await page.route(
      "**/searches?*",
      async (route) => {
        await late;
        await route.continue();
      },
      { times: 1 },
    );
    const answered = page.waitForResponse(/\/searches\?/u);
    const choice = page.getByLabel("Choose a picture");
    await choice.setInputFiles(join(samples, "sample1.jpg"));
    const faces = page.getByRole("button", { name: /^Face \d$/u });
    const first = page.waitForRequest(/\/searches\?/u);
    await choice.setInputFiles(await selfieFile());
    await first;
    await page.getByRole("heading", { name: /^Found in \d photo/u }).waitFor();
    expect(await faces.count()).toBe(0);
    await answered;
    const other = page.waitForResponse(/\/searches\?/u);
    letGo();
    await (await other).finished();
    await page.getByText("Looking for this face …").waitFor({ state: "detached" });
    expect(await faces.count()).toBe(0);
  });

  it("draws what is in the event, with tables", async () => {
    await tab("Insights");
    await page.getByRole("heading", { name: "Most photographed" }).waitFor();
    await shoot(page, "insights");
    expect(await seriousFindings(page)).toEqual([]);
    await page.goto(`${server.url}/settings`);
    await page.getByRole("heading", { name: "Change the password" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "settings");
    await page.goBack();
  });

  it("takes a guest from the link by consent and selfie to their photos, and forgets them", async () => {
    await tab("Guests");
    await page.getByLabel("Guests may find themselves with a selfie").check();
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "guests");
    await page.getByLabel("PIN, if you like").fill("2468");
    await page.getByRole("button", { name: "Make the link" }).click();
    await page.getByRole("img", { name: "QR code of the link" }).waitFor();
    await shoot(page, "poster");
    expect(await seriousFindings(page)).toEqual([]);
    const link = await page.locator(".poster a").getAttribute("href");

    const pocket = await openBrowser({ width: 360, height: 740 });
    try {
      const phone = await pocket.newPage();
      phone.setDefaultTimeout(20_000);
      await phone.goto(link ?? "");
      await phone.getByLabel("PIN").fill("2468");
      await phone.getByRole("button", { name: "Continue" }).click();
      await phone.getByRole("heading", { name: "What happens to your face" }).waitFor();
      await shoot(phone, "web-consent");
      expect(await seriousFindings(phone)).toEqual([]);
      await phone.getByRole("checkbox").check();
      await phone.getByRole("button", { name: "Continue to the selfie" }).click();
      await phone.getByRole("heading", { name: "Take a selfie" }).waitFor();
      await shoot(phone, "guest-selfie");
      await phone.getByLabel("Choose a picture of you").setInputFiles(await selfieFile());
      await phone.getByText(/^You are in \d photo/u).waitFor();
      expect(await seriousFindings(phone)).toEqual([]);
      await shoot(phone, "web-guest");
      expect(await phone.evaluate("document.documentElement.scrollWidth <= 360")).toBe(true);
      const [saved] = await Promise.all([
        phone.waitForEvent("download"),
        phone.getByRole("link", { name: /^Download all/u }).click(),
      ]);
      expect(saved.suggestedFilename()).toBe("Sample party.zip");
      await phone.getByRole("button", { name: "Forget me" }).click();
      await phone.getByRole("heading", { name: "You are forgotten" }).waitFor();
      await phone.goto(`${server.url}/g`);
      await phone.getByRole("heading", { name: "Open your link" }).waitFor();
    } finally {
      await pocket.close();
    }
  }, 90_000);

  it("describes the API for whoever writes programs", async () => {
    await page.goto(`${server.url}/docs`);
    await page.getByText("/api/events/{eventId}/people", { exact: true }).waitFor();
  });

  it("has nothing to complain about in the browser's console", () => {
    expect(errors).toEqual([]);
  });
});
