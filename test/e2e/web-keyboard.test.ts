import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { organiserPassword, settled } from "./api-server.ts";
import { chromiumPath } from "./browser.ts";
import { sampleFolder } from "./samples.ts";
import { type Desk, openDesk, shoot } from "./web-desk.ts";

/** More stops than any page has before what is looked for. */
const mostStops = 80;

describe.skipIf(chromiumPath === undefined)("an organiser without a mouse", { timeout: 60_000 }, () => {
  let desk: Desk;
  let eventId: string;
  let samples: string;

  const press = (key: string) => desk.page.keyboard.press(key);

  /** What a screen reader would say of what has the focus, roughly. */
  const focused = async (): Promise<string> =>
    String(
      await desk.page.evaluate(`(() => {
        const { activeElement: element } = document;
        const label = element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent ?? element?.textContent;
        return (label ?? "").trim();
      })()`),
    );

  const focusedPart = () => desk.page.evaluate("document.activeElement.id || document.activeElement.tagName");

  const tabTo = async (name: RegExp) => {
    const passed: string[] = [];
    for (let stop = 0; stop < mostStops; stop++) {
      await press("Tab");
      const text = await focused();
      if (name.test(text)) return;
      passed.push(text);
    }
    throw new Error(`the keyboard does not come to ${name}; it comes to ${passed.join(", ")}`);
  };

  beforeAll(async () => {
    samples = await sampleFolder();
    desk = await openDesk();
    eventId = await desk.party("Party", [1, 2, 3, 4]);
    // So poor that a question is left who they are.
    const poor = await Promise.all(
      [1, 3, 4].map(async (number) => {
        const picture = sharp(join(samples, `sample${number}.jpg`), { failOn: "none" })
          .resize(320)
          .blur(1.2);
        return new File([new Uint8Array(await picture.jpeg({ quality: 60 }).toBuffer())], `poor${number}.jpg`);
      }),
    );
    await desk.organiser.upload(`/api/events/${eventId}/photos`, poor);
    await settled(desk.organiser, eventId);
    await desk.page.getByRole("button", { name: "Sign out" }).click();
    await desk.page.getByRole("heading", { name: "Sign in" }).waitFor();
  }, 120_000);

  afterAll(() => desk?.close());

  it("signs in and opens an event", async () => {
    await tabTo(/^Password$/u);
    await desk.page.keyboard.type(organiserPassword);
    await press("Enter");
    await desk.page.getByRole("heading", { name: "Events" }).waitFor();
    await tabTo(/^Party/u);
    await press("Enter");
    await desk.page.getByRole("heading", { name: "Party" }).waitFor();
  });

  it("skips what is on every page", async () => {
    await desk.page.reload();
    await desk.page.getByRole("heading", { name: "Party" }).waitFor();
    await press("Tab");
    expect(await focused()).toBe("Skip to the content");
    await press("Enter");
    await tabTo(/^Overview$/u);
  });

  it("answers with one key whether two people are the same, and takes it back", async () => {
    await tabTo(/^People$/u);
    await press("Enter");
    const question = desk.page.getByRole("region", { name: "Suggestion" });
    await question.waitFor();
    await shoot(desk.page, "suggestion");
    const likely = (await question.getByText(/^\d\d % sure$/u).textContent()) ?? expect.fail();
    // Not while something lies over the question.
    await tabTo(/^Earlier decisions$/u);
    await press("Enter");
    await desk.page.getByText("Nothing was decided yet.").waitFor();
    await press("n");
    await press("Escape");
    await desk.page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await question.getByText(likely, { exact: true }).count()).toBe(1);
    await press("n");
    await desk.page.getByRole("status").getByText("They stay two people.").waitFor();
    await question.getByText(likely, { exact: true }).waitFor({ state: "detached" });
    await tabTo(/^Undo$/u);
    await press("Enter");
    await question.getByText(likely, { exact: true }).waitFor();
    await expect.poll(focusedPart).toBe("main");
    await tabTo(/^Yes/u);
    await press("Enter");
    await desk.page.getByRole("status").getByText("They are one person now.").waitFor();
    await question.getByText(likely, { exact: true }).waitFor({ state: "detached" });
    expect(await focused()).toMatch(/^Yes/u);
  });

  it("goes on at the page after those who were selected are ignored", async () => {
    // Who is Person 2 is told by a list that knows of the merge.
    await desk.page.reload();
    await desk.page.getByRole("checkbox", { name: "Select Person 2" }).waitFor();
    await tabTo(/^Select Person 2/u);
    await press("Space");
    await tabTo(/^Ignore$/u);
    await press("Enter");
    await desk.page.getByRole("region", { name: "Selected people" }).waitFor({ state: "detached" });
    await expect.poll(focusedPart).toBe("main");
    await tabTo(/^Undo$/u);
    await press("Enter");
    await desk.page.getByRole("button", { name: "Undo" }).waitFor({ state: "detached" });
  });

  it("answers no question that was not seen, by a key that is held or a double click", async () => {
    const { page } = desk;
    const question = page.getByRole("region", { name: "Suggestion" });
    const no = question.getByRole("button", { name: "No n" });
    const actions = async () => (await desk.organiser.get(`/api/events/${eventId}/actions`)).actions;
    const made = async () => (await actions()).length;
    // So that there is more than one question again.
    const merge = (await actions()).find(({ kind }: { kind: string }) => kind === "merge");
    await desk.organiser.json("POST", `/api/events/${eventId}/actions/${merge.id}/undo`);
    await page.reload();
    await no.waitFor();
    const asked = () => question.getByRole("link").evaluateAll((links) => links.map(String).join(" "));
    const [before, pair] = [await made(), await asked()];
    await page.keyboard.down("n");
    await expect.poll(asked).not.toBe(pair);
    await expect.poll(() => no.isEnabled()).toBe(true);
    await page.keyboard.down("n");
    await page.keyboard.up("n");
    await page.keyboard.down("Enter");
    await no.focus();
    await page.keyboard.down("Enter");
    await page.keyboard.up("Enter");
    await no.hover();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    await page.waitForLoadState("networkidle");
    expect((await made()) - before).toBe(1);
    expect(await no.isEnabled()).toBe(true);
  });

  it("names a person", async () => {
    await tabTo(/^Person 1/u);
    await press("Enter");
    await desk.page.getByRole("region", { name: "Person" }).waitFor();
    await tabTo(/^Name$/u);
    await desk.page.keyboard.type("Grace");
    await press("Enter");
    await desk.page.getByRole("status").getByText("Named Grace.").waitFor();
    await expect.poll(() => desk.page.getByRole("button", { name: "Save name" }).isDisabled()).toBe(true);
    expect(await focused()).toBe("Name");
  });

  it("looks at photos large, and comes back to where that began", async () => {
    await tabTo(/^Open /u);
    const opened = await focused();
    await press("Enter");
    const dialog = desk.page.getByRole("dialog");
    await dialog.waitFor();
    await press("ArrowRight");
    await dialog.getByText("(2 of").waitFor();
    await press("f");
    await dialog.getByRole("list", { name: "Faces" }).waitFor();
    await press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await focused()).toBe(opened);
  });

  it("searches by a picture, and moves the threshold", async () => {
    await desk.page.reload();
    await desk.page.getByRole("region", { name: "Person" }).waitFor();
    await tabTo(/^Search$/u);
    await press("Enter");
    // Waited for from here on, so that a busy browser has heard of it before the key comes.
    const chooser = desk.page.waitForEvent("filechooser");
    await tabTo(/^Choose a picture/u);
    await press("Space");
    await (await chooser).setFiles(join(samples, "sample3.jpg"));
    await desk.page.getByRole("heading", { name: /^Found in \d photo/u }).waitFor();
    await tabTo(/^Show what is at least/u);
    await press("ArrowRight");
    await desk.page.getByText("at least 71 % sure").waitFor();
    // Somebody of whom there is one face, and another person who resembles them a little.
    await desk.page.getByRole("button", { name: "Face 3" }).press("Enter");
    await desk.page.getByText("Another person looks closer.").first().waitFor();
    expect(await desk.page.getByText(/-\d\.\d+ closer/u).count()).toBe(0);
  });

  it("goes on at the page after the selected photos are deleted", async () => {
    await tabTo(/^Photos$/u);
    await press("Enter");
    await tabTo(/^Select sample4/u);
    await press("Space");
    await tabTo(/^Delete$/u);
    await press("Enter");
    await tabTo(/^Delete for good$/u);
    await press("Enter");
    await desk.page.getByRole("region", { name: "Selected photos" }).waitFor({ state: "detached" });
    await expect.poll(focusedPart).toBe("main");
    expect(desk.errors.filter((error) => !error.includes("401"))).toEqual([]);
  });
});
