import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { chromiumPath } from "./browser.ts";
import { type Desk, openDesk, openTab, shoot } from "./web-desk.ts";

/** Of the files in an archive, by the headers in front of each. */
function namesInZip(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = bytes.indexOf("PK\u0003\u0004"); at !== -1; at = bytes.indexOf("PK\u0003\u0004", at + 4)) {
    names.push(bytes.subarray(at + 30, at + 30 + bytes.readUInt16LE(at + 26)).toString());
  }
  return names;
}

describe.skipIf(chromiumPath === undefined)("the photos of an event", { timeout: 60_000 }, () => {
  let desk: Desk;
  let event: string;

  const focused = async () => String(await desk.page.evaluate("document.activeElement.textContent"));
  const shown = () => desk.page.getByRole("button", { name: /^Open sample/u });
  const count = async (text: string) => await desk.page.getByRole("status").getByText(text, { exact: true }).waitFor();

  beforeAll(async () => {
    desk = await openDesk();
    const id = await desk.party("Party", [1, 2, 3, 4]);
    event = `/api/events/${id}`;
    await desk.page.goto(`${desk.server.url}/events/${id}`);
    await openTab(desk.page, "Photos");
    await count("4 photos");
  }, 120_000);

  afterAll(() => desk?.close());

  it("are found by who is in them, by their faces and by their time", async () => {
    const { people } = await desk.organiser.get(`${event}/people`);
    await desk.organiser.json("PATCH", `${event}/people/${people[0].id}`, { name: "Grace" });
    await desk.page.getByRole("button", { name: "Filter by person" }).click();
    await desk.page
      .getByRole("dialog", { name: "Photos with whom?" })
      .getByRole("button", { name: /^Grace/u })
      .click();
    await count("2 photos");
    expect(new URL(desk.page.url()).searchParams.getAll("person")).toEqual([people[0].id]);
    // The whole way by keyboard.
    await desk.page.getByRole("button", { name: "And with …" }).press("Enter");
    const picker = desk.page.getByRole("dialog", { name: "And with whom?" });
    await picker
      .getByRole("button", { name: /^Person 2/u })
      .locator("img")
      .waitFor();
    expect(await picker.getByRole("button", { name: /^Grace/u }).count()).toBe(0);
    await shoot(desk.page, "photos-with-whom");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await desk.page.keyboard.press("Tab");
    await desk.page.keyboard.type("person 2");
    await expect.poll(() => picker.getByRole("listitem").count()).toBe(1);
    await desk.page.keyboard.press("Tab");
    await desk.page.keyboard.press("Enter");
    await picker.waitFor({ state: "detached" });
    await desk.page.getByRole("button", { name: "Person 2 remove" }).waitFor();
    expect(await desk.page.evaluate("document.activeElement.textContent")).toBe("And with …");
    await desk.page.getByLabel("How to combine people").selectOption("Any of them");
    await shoot(desk.page, "photos-filtered");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await desk.page.getByRole("button", { name: "Show all" }).click();
    await count("4 photos");

    await desk.page.getByLabel("Faces").selectOption("No faces");
    await desk.page.getByText("No photos match these filters.").waitFor();
    await desk.page.getByLabel("Faces").selectOption("A good face");
    await shown().first().waitFor();
    await desk.page.getByRole("button", { name: "Show all" }).click();

    await desk.page.getByRole("button", { name: "More filters" }).click();
    const { photos } = await desk.organiser.get(`${event}/photos`);
    const times = photos.map(({ takenAt, addedAt }: Record<string, string>) => takenAt ?? addedAt).sort();
    const dayAfter = new Date(Date.parse(times.at(-1)) + 24 * 60 * 60 * 1000).toISOString().slice(0, 16);
    await desk.page.getByLabel("Taken from").fill(dayAfter);
    await desk.page.getByText("No photos match these filters.").waitFor();
    await desk.page.getByLabel("Taken from").fill("");
    await desk.page.getByLabel("until").fill(dayAfter);
    await count("4 photos");
    await shoot(desk.page, "photos-filters");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await desk.page.getByRole("button", { name: "Show all" }).click();
    await count("4 photos");
  });

  it("are looked at large, zoomed, and with whose faces they show and how sure that is", async () => {
    const { people } = await desk.organiser.get(`${event}/people`);
    await desk.organiser.json("PATCH", `${event}/people/${people[0].id}`, { name: "Grace" });
    await desk.page.getByRole("button", { name: "Open sample1.jpg" }).dblclick();
    const box = desk.page.getByRole("dialog");
    await box.getByRole("button", { name: "Show faces (3)" }).click();
    // The second click came when the photo was there, and was meant for what had opened it.
    expect(await box.getByRole("button", { name: "Smaller" }).isDisabled()).toBe(true);
    const face = box.getByRole("button", { name: /^Grace/u });
    await face.waitFor();
    expect(await face.textContent()).toMatch(/^Grace(over 9\d|9\d) % sure$/u);
    await shoot(desk.page, "lightbox-faces");
    expect(await seriousFindings(desk.page)).toEqual([]);

    const width = async () => (await box.getByRole("img", { name: "sample1.jpg" }).boundingBox())?.width ?? 0;
    const before = await width();
    await box.getByRole("button", { name: "Larger" }).dblclick();
    await expect.poll(width).toBeGreaterThan(before * 2.3);
    await desk.page.keyboard.press("0");
    await expect.poll(width).toBeLessThan(before * 1.01);
    await box.getByRole("list", { name: "Faces" }).dblclick({ position: { x: 60, y: 300 } });
    await expect.poll(width).toBeGreaterThan(before * 2);
    await shoot(desk.page, "lightbox-zoomed");
    await desk.page.keyboard.press("0");
    await expect.poll(width).toBeLessThan(before * 1.01);

    await box.getByRole("button", { name: "Use as cover" }).press("Enter");
    await box.getByRole("button", { name: "Cover ✓" }).waitFor();
    await expect.poll(focused).toBe("Cover ✓");
    const { photos } = await desk.organiser.get(`${event}/photos`);
    const shown = photos.find(({ name }: { name: string }) => name === "sample1.jpg");
    expect(await desk.organiser.get(event)).toMatchObject({ coverPhotoId: shown.id });
    const isLast = (await box.getByRole("button", { name: "Next photo" }).count()) === 0;
    for (const key of isLast ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"]) {
      await desk.page.keyboard.press(key);
      await box.getByRole("button", { name: "Use as cover" }).or(box.getByText("Cover ✓")).first().waitFor();
    }
    await desk.page.getByRole("dialog", { name: /^sample1/u }).waitFor();
    expect(await box.getByRole("button", { name: /cover/iu }).count()).toBe(1);
  });

  it("are where people are named, opened and told apart, as on their own pages", async () => {
    const { page } = desk;
    const box = page.getByRole("dialog", { name: /^sample1/u });
    const faces = box.getByRole("list", { name: "Faces" });
    const asked = page.getByRole("dialog", { name: "Who is this?" });
    const label = await faces
      .getByRole("button", { name: /^Person \d/u })
      .first()
      .textContent();
    const [number = ""] = /^Person \d+/u.exec(label ?? "") ?? [];
    await faces.getByRole("button", { name: number }).press("Enter");
    await asked.getByText(number).waitFor();
    await asked.getByLabel("Name").fill("Jeff");
    // Keys that belong to the photo under it.
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Home");
    await shoot(page, "who-is-this");
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await asked.waitFor({ state: "detached" });
    await faces.getByRole("button", { name: /^Jeff/u }).waitFor();
    await box.getByText("Named Jeff.").waitFor();
    await shoot(page, "lightbox-named");

    await faces.getByRole("button", { name: /^Jeff/u }).click();
    await asked.getByRole("button", { name: "Use as their picture" }).click();
    await asked.getByRole("button", { name: "Their picture ✓" }).waitFor();
    await asked.getByRole("button", { name: "Somebody else …" }).click();
    await page
      .getByRole("dialog", { name: "Whose face is this?" })
      .getByRole("button", { name: /^Grace/u })
      .click();
    await box.getByText("Moved to Grace.").waitFor();
    await expect.poll(() => faces.getByRole("button", { name: /^Grace/u }).count()).toBe(2);
    await box.getByRole("button", { name: "Undo" }).click();
    await faces.getByRole("button", { name: /^Jeff/u }).waitFor();
    expect(await box.getByRole("heading", { name: /^sample1/u }).count()).toBe(1);

    await faces.getByRole("button", { name: /^Grace/u }).click();
    await asked.waitFor();
    await page.goBack();
    await asked.waitFor({ state: "detached" });
    await faces.getByRole("button", { name: /^Grace/u }).click();
    await asked.getByRole("link", { name: "Open this person" }).click();
    await page.getByRole("heading", { name: "2 faces" }).waitFor();
    await page.goBack();
    await count("4 photos");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("are selected with everything between, and downloaded as one archive", async () => {
    const boxes = desk.page.getByRole("checkbox", { name: /^Select sample/u });
    await boxes.first().check();
    await boxes.nth(2).click({ modifiers: ["Shift"] });
    const bar = desk.page.getByRole("region", { name: "Selected photos" });
    await bar.getByText("3 photos").waitFor();
    await shoot(desk.page, "photos-selected");
    expect(await seriousFindings(desk.page)).toEqual([]);
    const [saved] = await Promise.all([
      desk.page.waitForEvent("download"),
      bar.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe("Party.zip");
    expect(namesInZip(readFileSync(await saved.path()))).toHaveLength(3);
    await bar.getByRole("button", { name: "All" }).click();
    await bar.getByText("4 photos").waitFor();
    await bar.getByRole("button", { name: "Select none" }).click();
    await bar.waitFor({ state: "detached" });
  });

  it("are deleted for good, several or one, after a question", async () => {
    await desk.page.getByRole("checkbox", { name: "Select sample2.jpg" }).check();
    await desk.page.getByRole("region", { name: "Selected photos" }).getByRole("button", { name: "Delete" }).click();
    const dialog = desk.page.getByRole("dialog", { name: "Delete 1 photo?" });
    await shoot(desk.page, "photos-delete");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await dialog.getByRole("button", { name: "Delete for good" }).click();
    await count("3 photos");
    // The one before the last: after it the last is shown, then the one before, then none.
    await shown().nth(1).click();
    const box = desk.page.getByRole("dialog");
    const names = await shown().allTextContents();
    // The list tells of what is deleted only when the next is deleted already.
    const isList = /\/photos\?/u;
    await desk.page.route(isList, async (route) => {
      await sleep(1500);
      await route.continue();
    });
    for (const next of [2, 0]) {
      await box.getByRole("button", { name: "Delete", exact: true }).press("Enter");
      expect(await focused()).toBe("Keep it");
      await desk.page.keyboard.press("Enter");
      expect(await focused()).toBe("Delete");
      await desk.page.keyboard.press("Enter");
      await desk.page.keyboard.press("Shift+Tab");
      expect(await focused()).toBe("Delete for good");
      await desk.page.keyboard.press("Enter");
      await box.getByRole("heading", { name: names[next]?.replace("Open ", "") ?? "" }).waitFor();
      await expect.poll(focused).toContain("Download");
    }
    await box.getByText("(1 of 1)").waitFor();
    await desk.page.unrouteAll({ behavior: "wait" });
    await desk.page.keyboard.press("Escape");
    await count("1 photo");
    await shown().click();
    await box.getByRole("button", { name: "Delete", exact: true }).click();
    await box.getByRole("button", { name: "Delete for good" }).click();
    await desk.page.getByRole("heading", { name: "No photos yet" }).waitFor();
    expect(await box.count()).toBe(0);
    expect((await desk.organiser.get(`${event}/photos`)).photos).toHaveLength(0);
    expect(desk.errors).toEqual([]);
  });
});
