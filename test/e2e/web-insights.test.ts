import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { Client } from "./api-server.ts";
import { chromiumPath } from "./browser.ts";
import { sampleFolder } from "./samples.ts";
import { type Desk, openDesk, openTab, shoot } from "./web-desk.ts";

const titles = [
  "Most photographed",
  "Who appears with whom",
  "Coverage",
  "Photos over time",
  "Ingest speed",
  "Quality of faces",
  "How sure guests' matches are",
  "Search speed",
];

describe.skipIf(chromiumPath === undefined)("what an organiser takes along", { timeout: 60_000 }, () => {
  let desk: Desk;
  let eventId: string;

  beforeAll(async () => {
    desk = await openDesk();
    eventId = await desk.party("Party", [1, 2, 3]);
    const { people } = await desk.organiser.get(`/api/events/${eventId}/people`);
    // A spreadsheet would take this name for a formula.
    await desk.organiser.json("PATCH", `/api/events/${eventId}/people/${people[0].id}`, { name: '=1+1 "Grace"' });
    await desk.page.goto(`${desk.server.url}/events/${eventId}`);
    await desk.page.getByRole("heading", { name: "Party" }).waitFor();
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

  it("saves a table as CSV that a spreadsheet reads and does not run", async () => {
    const card = desk.page.getByRole("region", { name: "Most photographed", exact: true });
    const [saved] = await Promise.all([
      desk.page.waitForEvent("download"),
      card.getByRole("link", { name: "Save as CSV" }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe("Most photographed.csv");
    const lines = readFileSync(await saved.path(), "utf8").split("\r\n");
    expect(lines.slice(0, 2)).toEqual(['"Person","Photos"', `"'=1+1 ""Grace""",2`]);
  });

  it("prints a poster with the link's code and nothing else", async () => {
    const { page } = desk;
    await openTab(page, "Guests");
    await page.getByLabel("For whom").fill("Everybody");
    await page.getByRole("button", { name: "Make the link" }).click();
    await page.getByRole("img", { name: "QR code of the link" }).waitFor();
    await page.emulateMedia({ media: "print" });
    await shoot(page, "poster-printed");
    expect(await page.getByRole("navigation", { name: "Event" }).isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: "Print this poster" }).isVisible()).toBe(false);
    expect(await page.getByRole("heading", { name: "Party" }).isVisible()).toBe(true);
    const [height, breadth] = [await page.evaluate("document.body.scrollHeight"), 794];
    expect(Number(height)).toBeLessThan(breadth * Math.SQRT2);
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("button", { name: "‹ Back" }).click();
    await page.getByRole("heading", { name: "Everybody" }).waitFor();
    await page.getByRole("button", { name: "Close this link" }).click();
    await page.getByText(/^Closed on/u).waitFor();
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
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("button", { name: "Revoke" }).waitFor({ state: "detached" });
    expect((await program.json("GET", "/api/events")).status).toBe(401);
    expect(desk.errors).toEqual([]);
  });
});
