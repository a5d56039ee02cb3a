import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { settled } from "./api-server.ts";
import { chromiumPath } from "./browser.ts";
import { sampleFolder } from "./samples.ts";
import { type Desk, openDesk, openTab, shoot } from "./web-desk.ts";

interface Person {
  readonly id: string;
  readonly name: string | null;
  readonly photos: number;
  /** Names of the photos' files. */
  readonly files: readonly string[];
  readonly faces: readonly string[];
}

describe.skipIf(chromiumPath === undefined)("the people of an event", { timeout: 60_000 }, () => {
  let desk: Desk;
  let event: string;
  let eventId: string;

  const everyone = async (): Promise<Person[]> => {
    const { photos } = await desk.organiser.get(`${event}/photos?limit=100`);
    const files = new Map<string, string>(photos.map(({ id, name }: { id: string; name: string }) => [id, name]));
    const { people } = await desk.organiser.get(`${event}/people?limit=100`);
    return await Promise.all(
      people.map(async (person: { id: string; name: string | null; photos: number }) => {
        const { faces } = await desk.organiser.get(`${event}/people/${person.id}/faces`);
        return {
          ...person,
          faces: faces.map(({ id }: { id: string }) => id),
          files: faces.map(({ photoId }: { photoId: string }) => files.get(photoId) ?? ""),
        };
      }),
    );
  };
  const withFace = async (face: string | undefined) =>
    (await everyone()).find(({ faces }) => face !== undefined && faces.includes(face));

  const tile = (id: string) => desk.page.getByRole("listitem").filter({ has: anyLinkTo(id) });
  const anyLinkTo = (id: string) => desk.page.locator(`a[href$="/people/${id}"]`);
  // Not that of a suggestion, which may be about the same person.
  const linkTo = (id: string) => desk.page.getByRole("listitem").locator(anyLinkTo(id));
  const said = (text: string) => desk.page.getByRole("status").getByText(text);
  const focused = async () => String(await desk.page.evaluate("document.activeElement.textContent"));
  const undo = () => desk.page.getByRole("button", { name: "Undo", exact: true }).click();

  let grace: Person;
  let doubted: Person;
  let merged: readonly [Person, Person];
  let ignored: Person;
  let erased: Person;

  beforeAll(async () => {
    desk = await openDesk();
    eventId = await desk.party("Party", [1, 2, 3, 4, 5]);
    event = `/api/events/${eventId}`;
    await desk.page.goto(`${desk.server.url}/events/${eventId}/people`);
    const [first, second, ...others] = await everyone();
    const one = others.find(({ files }) => files[0] === "sample2.jpg");
    const [two, three, four] = others.filter(({ files }) => files[0] === "sample4.jpg");
    if (!first || !second || !one || !two || !three || !four) throw new Error("other people than expected");
    [grace, doubted, merged, ignored, erased] = [first, second, [one, two], three, four];
    expect([grace.photos, doubted.photos]).toEqual([2, 2]);
  }, 120_000);

  afterAll(() => desk?.close());

  it("are named, and a name is shown everywhere", async () => {
    await linkTo(grace.id).click();
    await desk.page.getByLabel("Name", { exact: true }).fill("Grace");
    await desk.page.getByLabel("Name", { exact: true }).press("Enter");
    await said("Named Grace.").waitFor();
    await desk.page.getByRole("heading", { name: "Grace" }).waitFor();
    await expect.poll(() => desk.page.title()).toBe("Grace – Party – Rollcall");
    await openTab(desk.page, "People");
    await tile(grace.id).getByText("Grace").waitFor();
  });

  it("are found by their names as these are typed, however far down they are", async () => {
    const box = desk.page.getByRole("searchbox", { name: "Find by name" });
    await box.fill("gRÁ");
    await desk.page.getByRole("status").getByText("1 person with “gRÁ” in the name").waitFor();
    expect(await desk.page.getByRole("checkbox", { name: /^Select /u }).count()).toBe(1);
    await shoot(desk.page, "people-named");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await linkTo(grace.id).click();
    await desk.page.getByRole("region", { name: "Person" }).waitFor();
    await desk.page.goBack();
    await tile(grace.id).getByText("Grace").waitFor();
    await box.fill("Xaver");
    await desk.page.getByText("No one is called “Xaver”.").waitFor();
    await box.fill("");
    await linkTo(doubted.id).waitFor();
  });

  it("are merged, split and put together again", async () => {
    const [one, two] = merged;
    await tile(one.id).getByRole("checkbox").check();
    await tile(two.id).getByRole("checkbox").check();
    await desk.page.getByRole("button", { name: "They are one person" }).click();
    await said("2 people are one now.").waitFor();
    const together = await withFace(one.faces[0]);
    expect(together?.faces).toHaveLength(2);

    await linkTo(together?.id ?? "").click();
    await desk.page.getByRole("checkbox", { name: "Select face 2" }).check();
    await desk.page.getByRole("button", { name: "Somebody new" }).click();
    await said("They are a person of their own now.").waitFor();
    expect((await withFace(one.faces[0]))?.id).not.toBe((await withFace(two.faces[0]))?.id);
    await undo();
    await expect.poll(async () => (await withFace(one.faces[0]))?.faces.length).toBe(2);
  });

  it("show the whole photo of a face under the mouse, for the keyboard, and under a finger that rests", async () => {
    await openTab(desk.page, "People");
    const peek = desk.page.getByRole("img", { name: "All of it" });
    await linkTo(grace.id).hover();
    await peek.waitFor();
    const [face, photo] = [await linkTo(grace.id).boundingBox(), await peek.boundingBox()];
    expect(photo?.y).toBeGreaterThan(face?.y ?? 0);
    await shoot(desk.page, "people-peek");
    await desk.page.mouse.move(0, 0);
    await peek.waitFor({ state: "detached" });
    await linkTo(grace.id).focus();
    await desk.page.keyboard.press("Shift+Tab");
    await desk.page.keyboard.press("Tab");
    await peek.waitFor();
    expect(await seriousFindings(desk.page)).toEqual([]);
    await desk.page.keyboard.press("Escape");
    await peek.waitFor({ state: "detached" });

    const box = await linkTo(grace.id).boundingBox();
    const debug = await desk.browser.newCDPSession(desk.page);
    const touchPoints = [{ x: (box?.x ?? 0) + 30, y: (box?.y ?? 0) + 30 }];
    await debug.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
    await peek.waitFor();
    await debug.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await peek.waitFor({ state: "detached" });
    expect(new URL(desk.page.url()).pathname).toBe(`/events/${eventId}/people`);
  });

  it("get a face that was taken for somebody else's", async () => {
    await linkTo(doubted.id).click();
    await desk.page.getByRole("checkbox", { name: "Select face 2" }).check();
    await desk.page.getByRole("button", { name: "Somebody else …" }).click();
    const dialog = desk.page.getByRole("dialog", { name: "Whose face is this?" });
    await dialog.getByRole("listitem").first().waitFor();
    await shoot(desk.page, "person-picker");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await dialog.getByLabel("Name").fill("gra");
    await dialog.getByRole("button", { name: "Grace" }).click();
    await said("Moved to Grace.").waitFor();
    expect((await withFace(doubted.faces[1]))?.id).toBe(grace.id);
  });

  it("have a list of what was decided, from which everything can be taken back", async () => {
    await openTab(desk.page, "People");
    await desk.page.getByRole("button", { name: "Earlier decisions" }).click();
    const dialog = desk.page.getByRole("dialog", { name: "Earlier decisions" });
    const latest = dialog.getByRole("listitem").first();
    await latest.getByText("1 face moved to Grace").waitFor();
    await shoot(desk.page, "decisions");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await latest.getByRole("button", { name: "Undo" }).click();
    await latest.getByText("undone").waitFor();
    await dialog.getByText("Somebody without a name was named Grace").waitFor();
    expect((await withFace(doubted.faces[1]))?.id).toBe(doubted.id);
    await desk.organiser.json("PATCH", `${event}/people/${grace.id}`, { name: "Gracie" });
    await dialog.getByText("Grace was renamed to Gracie").waitFor();
    await latest.getByRole("button", { name: "Undo" }).click();
    await latest.getByText("undone").waitFor();
    expect((await withFace(grace.faces[0]))?.name).toBe("Grace");
    await dialog.getByRole("button", { name: "Close" }).click();
  });

  it("are asked about when somebody gets the name of another, however late the list of names is", async () => {
    let goOn = () => {};
    const asked = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await desk.page.route(/\/people\?limit=500/u, (route) => asked.then(() => route.continue()));
    await linkTo(doubted.id).click();
    await desk.page.getByLabel("Name", { exact: true }).fill("gracé");
    await desk.page.getByRole("button", { name: "Save name" }).click();
    const dialog = desk.page.getByRole("dialog", { name: "Somebody is called Grace already" });
    await dialog.waitFor();
    await shoot(desk.page, "namesake");
    expect(await seriousFindings(desk.page)).toEqual([]);
    goOn();
    await desk.page.unrouteAll({ behavior: "wait" });
    await dialog.getByRole("button", { name: "Yes, they are one" }).click();
    await said("They are one person now.").waitFor();
    expect((await withFace(doubted.faces[0]))?.id).toBe(grace.id);
    await undo();
    await expect.poll(async () => (await withFace(doubted.faces[0]))?.id).toBe(doubted.id);
  });

  it("are named in one tab while another name comes from elsewhere, which leaves alone what is typed", async () => {
    await openTab(desk.page, "People");
    await linkTo(doubted.id).click();
    const name = desk.page.getByLabel("Name", { exact: true });
    await name.fill("Ada Lov");
    await desk.organiser.json("PATCH", `${event}/people/${doubted.id}`, { name: "Edith" });
    await desk.page.getByRole("button", { name: "Erase …" }).click();
    await desk.page.getByRole("dialog", { name: "Erase Edith?" }).waitFor();
    await desk.page.keyboard.press("Escape");
    expect(await name.inputValue()).toBe("Ada Lov");
    await name.fill("Edith");
    await desk.organiser.json("PATCH", `${event}/people/${doubted.id}`, { name: null });
    await expect.poll(() => name.inputValue()).toBe("");
  });

  it("are said to be gone when that was decided elsewhere, and are there again when it is taken back", async () => {
    await openTab(desk.page, "People");
    await linkTo(doubted.id).click();
    await desk.page.getByRole("checkbox", { name: "Select face 2" }).waitFor();
    const merge = { into: grace.id, from: [doubted.id] };
    const { body } = await desk.organiser.json("POST", `${event}/people/merge`, merge);
    const gone = desk.page.getByRole("alert").getByText(/^The event has no person/u);
    await gone.waitFor();
    await desk.organiser.json("POST", `${event}/actions/${body.actionId}/undo`);
    await gone.waitFor({ state: "detached" });
    await desk.page.getByRole("checkbox", { name: "Select face 2" }).waitFor();
  });

  it("are corrected in a photo, which stays in view though it is not theirs any more", async () => {
    const { page } = desk;
    await desk.organiser.json("PATCH", `${event}/people/${doubted.id}`, { name: "Edith" });
    const photo = page.getByRole("button", { name: /^Open sample/u }).first();
    const name = (await photo.textContent())?.replace("Open ", "") ?? "";
    await photo.click();
    const box = page.getByRole("dialog", { name });
    await box.getByText("(1 of 2)").waitFor();
    await box.getByRole("button", { name: /^Show faces/u }).click();
    await box.getByRole("button", { name: /^Edith/u }).press("Enter");
    const asked = page.getByRole("dialog", { name: "Who is this?" });
    await asked.getByRole("button", { name: "Somebody new" }).press("Enter");
    await box.getByText("This face is a person of its own now.").waitFor();
    await box.getByText("(1 of 2)").waitFor({ state: "detached" });
    expect(await box.getByRole("heading", { name, exact: true }).count()).toBe(1);
    // The face, of whose number the page hears a little later.
    await expect.poll(focused).toMatch(/^Who is this\?|^Person \d/u);
    await box.getByRole("button", { name: "Undo" }).press("Enter");
    await box.getByText("(1 of 2)").waitFor();
    await expect.poll(focused).toContain(name);
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog").getByText("(2 of 2)").waitFor();
    await page.keyboard.press("Escape");
  });

  it("lose a face that is somebody else's", async () => {
    await openTab(desk.page, "People");
    await linkTo(doubted.id).click();
    await desk.page.getByRole("checkbox", { name: "Select face 2" }).check();
    await desk.page.getByRole("button", { name: "Use as their picture" }).press("Enter");
    await desk.page.getByRole("button", { name: "Their picture ✓" }).waitFor();
    await expect.poll(focused).toBe("Their picture ✓");
    await expect
      .poll(async () => (await desk.organiser.get(`/api/events/${eventId}/people/${doubted.id}`)).cover.id)
      .toBe(doubted.faces[1]);
    await shoot(desk.page, "person-faces");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await desk.page.getByRole("button", { name: "Not this person" }).press("Enter");
    await said("Taken out of this person.").waitFor();
    await expect.poll(() => desk.page.evaluate("document.activeElement.id")).toBe("main");
    await expect.poll(() => desk.page.getByRole("checkbox", { name: /^Select face/u }).count()).toBe(1);
    expect((await withFace(doubted.faces[1]))?.id).not.toBe(doubted.id);
  });

  it("are left for whom they are now, or for everyone, when their last face is somebody else's", async () => {
    const path = () => new URL(desk.page.url()).pathname;
    const people = `/events/${eventId}/people`;
    await desk.page.getByRole("checkbox", { name: "Select face 1" }).check();
    await desk.page.getByRole("button", { name: "Somebody else …" }).click();
    await desk.page.getByRole("dialog").getByRole("button", { name: "Grace" }).click();
    await said("Moved to Grace.").waitFor();
    await expect.poll(path).toBe(`${people}/${grace.id}`);
    await undo();
    await openTab(desk.page, "People");
    await linkTo(doubted.id).click();
    await desk.page.getByRole("checkbox", { name: "Select face 1" }).check();
    await desk.page.getByRole("button", { name: "Not this person" }).click();
    await said("Taken out of this person.").waitFor();
    await expect.poll(path).toBe(people);
    // As an impatient hand does.
    await desk.page.getByRole("button", { name: "Undo", exact: true }).dblclick();
    await linkTo(doubted.id).waitFor();
  });

  it("are selected no more when somebody merged them elsewhere", async () => {
    for (const { id } of [ignored, doubted]) await tile(id).getByRole("checkbox").check();
    const bar = desk.page.getByRole("region", { name: "Selected people" });
    await bar.getByText("2 selected").waitFor();
    const merge = { into: doubted.id, from: [ignored.id] };
    const { body } = await desk.organiser.json("POST", `${event}/people/merge`, merge);
    await bar.getByText("1 selected").waitFor();
    await desk.organiser.json("POST", `${event}/actions/${body.actionId}/undo`);
    await linkTo(ignored.id).waitFor();
    await bar.getByRole("button", { name: "Select nobody" }).click();
  });

  it("are ignored, come back by undo, and are ignored again", async () => {
    const ignore = async () => {
      await openTab(desk.page, "People");
      await linkTo(ignored.id).click();
      await desk.page.getByRole("button", { name: "Ignore" }).click();
      await said("This person is not shown any more.").waitFor();
      await linkTo(ignored.id).waitFor({ state: "detached" });
    };
    await ignore();
    await undo();
    await linkTo(ignored.id).waitFor();
    await ignore();
    expect(await withFace(ignored.faces[0])).toBeUndefined();
    await desk.page.getByRole("button", { name: "Ignored people" }).click();
    const dialog = desk.page.getByRole("dialog", { name: "Ignored people" });
    await dialog.getByRole("listitem").locator("img").waitFor();
    await shoot(desk.page, "people-ignored");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await dialog.getByRole("button", { name: "Bring back" }).click();
    await dialog.getByText("Nobody is ignored.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await linkTo(ignored.id).waitFor();
    expect((await withFace(ignored.faces[0]))?.id).toBe(ignored.id);
  });

  it("are ignored several at once, and come back together", async () => {
    for (const { id } of [ignored, doubted]) await tile(id).getByRole("checkbox").check();
    await shoot(desk.page, "people-selected");
    const screen = desk.page.viewportSize() ?? { width: 1280, height: 800 };
    await desk.page.setViewportSize({ width: 360, height: 740 });
    const last = await desk.page.getByRole("button", { name: "Select nobody" }).boundingBox();
    expect((last?.x ?? 360) + (last?.width ?? 0)).toBeLessThan(360);
    await shoot(desk.page, "people-selected-phone");
    await desk.page.setViewportSize(screen);
    await desk.page.getByRole("button", { name: "Ignore", exact: true }).click();
    await said("2 people are not shown any more.").waitFor();
    await linkTo(doubted.id).waitFor({ state: "detached" });
    expect([await withFace(ignored.faces[0]), await withFace(doubted.faces[0])]).toEqual([undefined, undefined]);
    await undo();
    await linkTo(ignored.id).waitFor();
    await linkTo(doubted.id).waitFor();
    await tile(ignored.id).getByRole("checkbox").check();
    await desk.page.getByRole("button", { name: "Ignore", exact: true }).click();
    await linkTo(ignored.id).waitFor({ state: "detached" });
  });

  it("are erased for good, with a receipt", async () => {
    await linkTo(erased.id).click();
    await desk.page.getByRole("button", { name: "Erase …" }).click();
    const missing = desk.page.waitForResponse(
      (response) => response.status() === 404 && response.url().endsWith(`/people/${erased.id}`),
    );
    await desk.page.getByRole("button", { name: "Erase for good" }).click();
    const dialog = desk.page.getByRole("dialog", { name: "Erased" });
    await dialog.getByRole("row", { name: "Faces 1 in 1 photo" }).waitFor();
    await (await missing).finished();
    await desk.page.evaluate("new Promise((shown) => setTimeout(shown, 200))");
    expect(await desk.page.locator(".problem").count()).toBe(0);
    expect(await dialog.getByText(/^[0-9a-f]{16}$/u).count()).toBe(1);
    await shoot(desk.page, "erased");
    expect(await seriousFindings(desk.page)).toEqual([]);
    await dialog.getByRole("button", { name: "Done" }).click();
    await desk.page.getByRole("heading", { name: "Party" }).waitFor();
    await linkTo(erased.id).waitFor({ state: "detached" });
  });

  it("stay as they were decided when more photos are added", async () => {
    const before = (await everyone()).length;
    await openTab(desk.page, "Overview");
    const samples = await sampleFolder();
    const more = await Promise.all(
      [1, 3].map(async (number) => ({
        name: `again${number}.jpg`,
        mimeType: "image/jpeg",
        buffer: await sharp(join(samples, `sample${number}.jpg`), { failOn: "none" })
          .resize(900)
          .jpeg()
          .toBuffer(),
      })),
    );
    await desk.page.getByLabel("Choose photos").setInputFiles(more);
    await desk.page.getByText("2 photos added, 0 already here, 0 could not be added.").waitFor();
    await settled(desk.organiser, eventId);

    const named = (await everyone()).find(({ name }) => name === "Grace");
    expect(named?.faces).toEqual(expect.arrayContaining([...grace.faces]));
    // How many of the small ones show her well enough is for the models to say.
    expect(named?.photos).toBeGreaterThan(grace.photos);
    expect((await withFace(merged[0].faces[0]))?.faces).toEqual(expect.arrayContaining([...merged[1].faces]));
    expect((await withFace(doubted.faces[1]))?.id).not.toBe((await withFace(doubted.faces[0]))?.id);
    expect(await withFace(ignored.faces[0])).toBeUndefined();
    expect(await withFace(erased.faces[0])).toBeUndefined();
    // Everybody in the new photos was known.
    expect((await everyone()).length).toBeLessThanOrEqual(before);
    await openTab(desk.page, "People");
    await tile(named?.id ?? "")
      .getByText(`${named?.photos} photos`)
      .waitFor();
    await expect.poll(() => desk.page.title()).toBe("People – Party – Rollcall");

    const { body: empty } = await desk.organiser.json("POST", "/api/events", { name: "Landscapes" });
    const wall = sharp({ create: { width: 400, height: 300, channels: 3, background: "#578" } });
    const file = new File([new Uint8Array(await wall.jpeg().toBuffer())], "wall.jpg");
    await desk.page.goto(`${desk.server.url}/events/${empty.id}/people`);
    await desk.page.getByText("People appear here while your photos are looked at.").waitFor();
    await desk.organiser.upload(`/api/events/${empty.id}/photos`, [file]);
    await desk.page.getByText("No faces were found in these photos.").waitFor();
    // A page that shows somebody who was merged away a moment ago may ask once more.
    expect(desk.errors.filter((error) => !error.includes("404"))).toEqual([]);
  });
});
