import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dialog } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { Client, freePort, organiserOf, organiserPassword, settled, startApi } from "./api-server.ts";
import { chromiumPath } from "./browser.ts";
import { sampleFolder } from "./samples.ts";
import { type Desk, openDesk, openTab, shoot } from "./web-desk.ts";

const titles = [
  "Most photographed",
  "Who appears with whom",
  "Coverage",
  "Photos over time",
  "Processing speed",
  "Quality of faces",
  "How sure guests' matches are",
  "Search speed",
];

/** A photo of nobody, which says when it was taken. */
async function photoOf2014(): Promise<File> {
  const bytes = await sharp({ create: { width: 400, height: 300, channels: 3, background: "#578" } })
    .withExif({ IFD2: { DateTimeOriginal: "2014:08:09 23:10:00" } })
    .jpeg()
    .toBuffer();
  return new File([new Uint8Array(bytes)], "night.jpg");
}

describe.skipIf(chromiumPath === undefined)("what an organiser takes along", { timeout: 60_000 }, () => {
  let desk: Desk;
  let eventId: string;

  beforeAll(async () => {
    desk = await openDesk();
    eventId = await desk.party("Party", [1, 2, 3]);
    await desk.organiser.json("PATCH", `/api/events/${eventId}`, { name: "Party: 9/8" });
    await desk.organiser.upload(`/api/events/${eventId}/photos`, [await photoOf2014()]);
    await settled(desk.organiser, eventId);
    const { people } = await desk.organiser.get(`/api/events/${eventId}/people`);
    // A spreadsheet would take this name for a formula.
    await desk.organiser.json("PATCH", `/api/events/${eventId}/people/${people[0].id}`, { name: '=1+1 "Grace"' });
    await desk.page.goto(`${desk.server.url}/events/${eventId}`);
    await desk.page.getByRole("heading", { name: "Party: 9/8" }).waitFor();
  }, 120_000);

  afterAll(() => desk?.close());

  it("has a chart for each question, with a table behind each that has something to show", async () => {
    const { page } = desk;
    await openTab(page, "Insights");
    await page.getByRole("region", { name: "Coverage", exact: true }).waitFor();
    await page.getByText("Nothing to show yet.").first().waitFor();
    await desk.organiser.upload(`/api/events/${eventId}/searches`, [join(await sampleFolder(), "sample3.jpg")]);
    await page.reload();
    for (const title of titles) await page.getByRole("heading", { name: title, exact: true }).waitFor();
    for (const table of await page.getByText("Table", { exact: true }).all()) await table.click();
    const tables = await page.getByRole("table").count();
    // All but that of guests, of whom there were none.
    expect(tables).toBe(titles.length - 1);
    await page.getByRole("row", { name: /^Photos looked|^half of them/u }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "insights-tables");
  });

  it("has charts whose labels can be read on a phone, none over another", async () => {
    const { page } = desk;
    const screen = page.viewportSize() ?? { width: 1280, height: 800 };
    await page.setViewportSize({ width: 360, height: 740 });
    const crowded = await page.evaluate(`[...document.querySelectorAll(".columns")].flatMap((chart) => {
      const edges = [...chart.querySelectorAll(".label")].filter(({ textContent }) => textContent !== "").map((label) => {
        const range = document.createRange();
        range.selectNodeContents(label);
        const { left, right } = range.getBoundingClientRect();
        return { text: label.textContent, left, right };
      });
      return edges.filter(({ left, right }, i) => right > innerWidth - 12 || (i > 0 && left < edges[i - 1].right + 4));
    })`);
    expect(crowded).toEqual([]);
    await page.getByRole("region", { name: "Quality of faces", exact: true }).scrollIntoViewIfNeeded();
    await shoot(page, "insights-phone");
    await page.setViewportSize(screen);
  });

  const save = async (title: string) => {
    const card = desk.page.getByRole("region", { name: title, exact: true });
    const [saved] = await Promise.all([
      desk.page.waitForEvent("download"),
      card.getByRole("link", { name: "Save as CSV" }).click(),
    ]);
    const lines = readFileSync(await saved.path(), "utf8").split("\r\n");
    return { name: saved.suggestedFilename(), lines };
  };

  it("saves a table as CSV that a spreadsheet reads and does not run, under the event's name, with people's ids", async () => {
    const { people } = await desk.organiser.get(`/api/events/${eventId}/people`);
    const { name, lines } = await save("Most photographed");
    expect(name).toBe("Party_ 9_8 – Most photographed.csv");
    expect(lines.slice(0, 3)).toEqual([
      '"Person","Id","Photos"',
      `"'=1+1 ""Grace""","${people[0].id}",2`,
      `"Person 2","${people[1].id}",${people[1].photos}`,
    ]);
    const pairs = await save("Who appears with whom");
    expect(pairs.lines[0]).toBe('"Person","Id","With","Id of the other","Photos together"');
    expect(pairs.lines[1]).toMatch(/^"[^,]+","(\w+)","[^,]+","(?!\1)\w+",\d+$/u);
  });

  it("tells the year of each time, and saves times as programs read them", async () => {
    const table = desk.page.getByRole("region", { name: "Table: Photos over time", exact: true });
    await table.getByRole("row", { name: /^9 Aug 2014, 23:00 1$/u }).waitFor();
    // Cameras tell no time zone, so none is made up.
    expect((await save("Photos over time")).lines).toContain('"2014-08-09T23:00:00",1');
    const looked = await save("Processing speed");
    expect(looked.lines[1]).toMatch(/^"\d{4}-\d\d-\d\dT\d\d:\d\d:00Z",\d+$/u);
  });

  it("prints a poster with the link's code and nothing else", async () => {
    const { page } = desk;
    await openTab(page, "Guests");
    const onlyHere = page.getByRole("note").getByText("Phones cannot open links for guests yet.");
    await onlyHere.waitFor();
    await page.getByLabel("For whom").fill("Everybody");
    // No poster is printed of a link that is over already.
    await page.getByLabel("Works until").fill("2020-01-31");
    await page.getByRole("button", { name: "Make the link" }).click();
    expect(await page.getByLabel("Works until").evaluate((field) => field.matches(":invalid"))).toBe(true);
    await page.getByLabel("Works until").fill("");
    await page.getByRole("button", { name: "Make the link" }).click();
    await page.getByRole("img", { name: "QR code of the link" }).waitFor();
    expect(await onlyHere.isVisible()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "poster");
    // Nothing is open to guests yet, so nothing is promised.
    await page.getByText("Guests can see no photos by this link yet.").waitFor();
    expect(await page.getByText("Download your photos.").count()).toBe(0);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    const colours = `[".poster a", ".poster h1"].map((at) => getComputedStyle(document.querySelector(at)).color)`;
    expect(await page.evaluate(colours)).toEqual(["rgb(34, 42, 143)", "rgb(0, 0, 0)"]);
    expect(await onlyHere.isVisible()).toBe(false);
    await shoot(page, "poster-printed");
    expect(await page.getByRole("navigation", { name: "Event" }).isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: "Print this poster" }).isVisible()).toBe(false);
    expect(await page.getByRole("heading", { name: "Party: 9/8" }).isVisible()).toBe(true);
    const [height, breadth] = [await page.evaluate("document.body.scrollHeight"), 794];
    expect(Number(height)).toBeLessThan(breadth * Math.SQRT2);
    await page.emulateMedia({ media: "screen", colorScheme: "light" });
    // Back leads to the links, not to the page before.
    await page.goBack();
    await page.getByRole("heading", { name: "Everybody" }).waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("main");
    // Posters that hang everywhere are not worth a slip of the mouse.
    await page.getByRole("button", { name: "Close this link …" }).click();
    const question = page.getByRole("dialog", { name: "Close “Everybody”?" });
    await question.getByText("This cannot be undone").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    expect(await page.getByText(/^Closed on/u).count()).toBe(0);
    await page.getByRole("button", { name: "Close this link …" }).click();
    await question.getByRole("button", { name: "Close it for good" }).click();
    await page.getByText(/^Closed on/u).waitFor();
  });

  it("is asked before a link that was not kept is lost, as it is shown only once", async () => {
    const { page } = desk;
    const questions: string[] = [];
    const stay = (dialog: Dialog) => {
      questions.push(dialog.type());
      void dialog.dismiss();
    };
    const leave = () => page.evaluate("location.reload()");
    page.on("dialog", stay);
    await page.getByLabel("For whom").fill("Cousins");
    await page.getByRole("button", { name: "Make the link" }).press("Enter");
    const code = page.getByRole("img", { name: "QR code of the link" });
    await code.waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("main");
    await leave();
    await expect.poll(() => questions).toEqual(["beforeunload"]);
    expect(await code.isVisible()).toBe(true);
    // Another page of the event asks nothing, and the link is still there after it.
    await openTab(page, "People");
    await openTab(page, "Guests");
    await code.waitFor();
    await openTab(page, "People");
    await page.goBack();
    await code.waitFor();
    await desk.browser.grantPermissions(["clipboard-write"]);
    await page.getByRole("button", { name: "Copy the link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    await leave();
    await code.waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "Cousins" }).waitFor();
    expect(questions).toEqual(["beforeunload"]);
    page.off("dialog", stay);
  });

  it("is not warned of links that only work on this computer when they begin with a public address", async () => {
    const port = await freePort();
    const other = await startApi({ port, env: { ROLLCALL_PUBLIC_URL: "https://photos.example.org" } });
    const client = await organiserOf({ url: `http://127.0.0.1:${port}`, setupUrl: other.setupUrl });
    const { body } = await client.json("POST", "/api/events", { name: "Open air" });
    const page = await desk.browser.newPage();
    await page.goto(`${client.url}/events/${body.id}/guests`);
    await page.getByLabel("Password").fill(organiserPassword);
    await Promise.all([
      page.waitForResponse(/\/api\/settings$/u),
      page.getByRole("button", { name: "Sign in" }).click(),
    ]);
    await page.getByRole("button", { name: "Make the link" }).click();
    await page.getByRole("link", { name: /^https:\/\/photos\.example\.org\/g#/u }).waitFor();
    expect(await page.getByRole("note").count()).toBe(0);
    await page.close();
    await other.close();
  });

  it("makes a token for a program, which works until it is revoked", async () => {
    const { page, server } = desk;
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await page.getByLabel("Name of the token").fill("Backup");
    await page.getByLabel("What it may do").selectOption("see everything");
    await page.getByRole("button", { name: "Make a token" }).click();
    const secret = await page
      .getByRole("status")
      .getByText(/^rollcall_/u)
      .textContent();
    expect(await seriousFindings(page)).toEqual([]);
    await shoot(page, "tokens");
    const program = new Client(server.url, { authorization: `Bearer ${secret}` });
    expect((await program.json("GET", "/api/events")).status).toBe(200);
    expect((await program.json("POST", "/api/events", { name: "No" })).status).toBe(403);
    await page.getByRole("button", { name: "Revoke …" }).click();
    expect((await program.json("GET", "/api/events")).status).toBe(200);
    await page
      .getByRole("dialog", { name: "Revoke “Backup”?" })
      .getByRole("button", { name: "Revoke for good" })
      .click();
    await page.getByRole("button", { name: "Revoke …" }).waitFor({ state: "detached" });
    expect((await program.json("GET", "/api/events")).status).toBe(401);
    expect(desk.errors).toEqual([]);
  });
});
