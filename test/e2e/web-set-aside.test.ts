import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killAskedWorkers } from "../worker-processes.ts";
import { seriousFindings } from "./accessible.ts";
import { settled } from "./api-server.ts";
import { chromiumPath } from "./browser.ts";
import { sampleFolder } from "./samples.ts";
import { type Desk, openDesk, shoot } from "./web-desk.ts";

describe.skipIf(chromiumPath === undefined)("a photo that ends the worker three times", { timeout: 60_000 }, () => {
  let desk: Desk;
  let event: string;
  const progress = () => desk.organiser.get(`${event}/progress`);

  beforeAll(async () => {
    desk = await openDesk();
    const { id } = (await desk.organiser.json("POST", "/api/events", { name: "Party" })).body;
    event = `/api/events/${id}`;
    const samples = await sampleFolder();
    const letLive = killAskedWorkers();
    await desk.organiser.upload(`${event}/photos`, [join(samples, "sample3.jpg")]);
    await settled(desk.organiser, id);
    letLive();
    await desk.organiser.upload(`${event}/photos`, [join(samples, "sample4.jpg")]);
    await settled(desk.organiser, id);
  }, 120_000);

  afterAll(() => desk?.close());

  it("does not keep the queue from the others", async () => {
    expect(await progress()).toMatchObject({ pending: 0, working: 0, done: 1, failed: 1, peopleAreCurrent: true });
  });

  it("is shown with its reason, and is looked at when that is asked for", async () => {
    const { page } = desk;
    await page.reload();
    await page.getByRole("link", { name: /^Party/u }).click();
    await page.getByText("1 photo could not be read.").waitFor();
    await page.getByRole("link", { name: "See why" }).click();
    await page.getByText("The face engine stopped while it worked on this picture").waitFor();
    await shoot(page, "set-aside");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Try all of these again" }).click();
    await expect.poll(progress, { timeout: 20_000 }).toMatchObject({ pending: 0, working: 0, done: 2, failed: 0 });
    await page.getByText("0 photos").waitFor();
    expect(desk.errors).toEqual([]);
  });
});
