import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBackend } from "../../src/compose.ts";
import type { FacesInImage } from "../../src/face/face.ts";
import { claim, face, file, found } from "../contract/fixtures.ts";
import { direction, gaussian } from "../synthetic-faces.ts";
import { settled } from "./api-server.ts";
import { chromiumPath } from "./browser.ts";
import { sampleFolder } from "./samples.ts";
import { type Desk, openDesk } from "./web-desk.ts";

const photos = 1200;

/** More than fill the screen and the rows around it, far fewer than all. */
const mostInPage = 120;

describe.skipIf(chromiumPath === undefined)("an event of many photos", { timeout: 60_000 }, () => {
  let desk: Desk;
  let eventId: string;

  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "rollcall-many-"));
    const backend = await openBackend(
      { dataDir, engine: { preset: "fast", workers: 2 } },
      {
        onFault: (error) => {
          throw error;
        },
        onErased: () => undefined,
      },
    );
    const { stores } = backend;
    const { id } = await stores.events.findOrCreate("Festival");
    eventId = id;
    const names = Array.from({ length: photos }, (_, i) => `photo${String(i).padStart(4, "0")}.jpg`);
    await stores.photos.recordFiles(
      id,
      names.map((name) => file(`/nowhere/${name}`)),
    );
    const { pipelineId } = await backend.engines.ofEvent(id);
    const random = gaussian(3);
    for (let i = 0; i < photos; i++) {
      const faces = i % 20 === 0 ? [face([10, 10, 60, 60], direction(random), 0.9)] : [];
      const whole: FacesInImage = { ...found(faces, pipelineId), width: 300 + (i % 7) * 100, height: 400 };
      await stores.photos.complete(await claim(stores, id), whole);
    }
    await backend.close();
    desk = await openDesk({ dataDir });
    await desk.page.goto(`${desk.server.url}/events/${id}/photos`);
  }, 120_000);

  afterAll(() => desk?.close());

  const inPage = () => desk.page.getByRole("button", { name: /^Open photo/u }).count();

  it("has only the photos around the view in the page, wherever one scrolls", async () => {
    const { page } = desk;
    await page.getByText("1,200 photos", { exact: true }).waitFor();
    expect(await inPage()).toBeGreaterThan(10);
    expect(await inPage()).toBeLessThan(mostInPage);
    await page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)");
    await page.getByRole("button", { name: "Open photo1199.jpg" }).waitFor();
    expect(await inPage()).toBeLessThan(mostInPage);
    expect(await page.getByRole("button", { name: "Open photo0000.jpg" }).count()).toBe(0);
  });

  it("selects all of them, also those that are not in the page", async () => {
    const { page } = desk;
    await page.getByRole("checkbox", { name: "Select photo1199.jpg" }).check();
    const bar = page.getByRole("region", { name: "Selected photos" });
    await bar.getByRole("button", { name: "All" }).click();
    await bar.getByText("1,200 photos").waitFor();
    await bar.getByRole("button", { name: "Select none" }).click();
  });

  it("fills every row from edge to edge, and keeps the shape of every photo", async () => {
    const rows: unknown =
      await desk.page.evaluate(`[...document.querySelectorAll(".grid-row")].slice(0, -1).map((row) => {
      const { right } = row.lastElementChild.getBoundingClientRect();
      return Math.abs(row.parentElement.getBoundingClientRect().right - right) <= row.children.length + 1;
    })`);
    expect(rows).not.toContain(false);
    expect(rows).toEqual(expect.arrayContaining([true]));
  });

  it("asks only for what is new while photos come in, and stays where one looks, with what is selected", async () => {
    const { page } = desk;
    await page.goto(`${desk.server.url}/events/${eventId}/photos?order=added`);
    await page.getByText("1,200 photos", { exact: true }).waitFor();
    await page.evaluate("window.scrollTo(0, 4000)");
    const inView = `[...document.querySelectorAll(".grid-row button")].find((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top > 200 && bottom < 700;
    })?.querySelector(".visually-hidden").textContent.replace("Open ", "") ?? ""`;
    await expect.poll(() => page.evaluate(inView)).toMatch(/^photo/u);
    const name = String(await page.evaluate(inView));
    const seen = page.getByRole("button", { name: `Open ${name}` });
    await page.getByRole("checkbox", { name: `Select ${name}` }).check();
    const before = await seen.boundingBox();
    const asked: string[] = [];
    const note = (request: Request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname.endsWith("/photos")) asked.push(searchParams.get("ids") ?? "everything");
    };
    page.on("request", note);
    const samples = [1, 2, 3, 4, 5, 6].map(async (number) => join(await sampleFolder(), `sample${number}.jpg`));
    await desk.organiser.upload(`/api/events/${eventId}/photos`, await Promise.all(samples));
    await page.getByText("1,206 photos", { exact: true }).waitFor();
    await settled(desk.organiser, eventId);
    // Rows are filled anew, so it may have come to the row above or below.
    await expect.poll(async () => Math.abs(((await seen.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(300);
    expect(await page.getByRole("checkbox", { name: `Select ${name}` }).isChecked()).toBe(true);
    await page.getByRole("region", { name: "Selected photos" }).getByText("1 photo", { exact: true }).waitFor();
    page.off("request", note);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked).not.toContain("everything");
  });
});
