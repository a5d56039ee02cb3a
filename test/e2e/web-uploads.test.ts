import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { copyFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "./accessible.ts";
import { settled } from "./api-server.ts";
import { chromiumPath } from "./browser.ts";
import { type FlakyNetwork, flakyNetwork } from "./flaky-network.ts";
import { sampleFolder } from "./samples.ts";
import { seeded } from "./small-photos.ts";
import { type Desk, openDesk, openTab, shoot } from "./web-desk.ts";

const largeBytes = 6_000_000;
/** So slow that a large photo takes some seconds. */
const slow = 1_500_000;

/** The browser tells of broken connections, and of a piece that was sent while the one before was still arriving (409). */
const isOfTheNetwork = /net::ERR_|409/u;

describe.skipIf(chromiumPath === undefined)("uploads from the browser", { timeout: 60_000 }, () => {
  let desk: Desk;
  let folder: string;
  let event: string;
  let network: FlakyNetwork;
  /** Where each piece that was sent begins, in bytes of its file. */
  const offsets: number[] = [];

  /** A photo that takes a while to send: pictures end where they say, and what comes after is carried along. */
  const largePhoto = async (name: string, seed: number) => {
    const random = seeded(seed);
    const rest = Buffer.from(Uint8Array.from({ length: largeBytes }, () => random() * 256));
    const bytes = Buffer.concat([await readFile(join(await sampleFolder(), "sample4.jpg")), rest]);
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return { path, sha256: createHash("sha256").update(bytes).digest("hex") };
  };

  const openEvent = async (name: string): Promise<void> => {
    const { id } = (await desk.organiser.json("POST", "/api/events", { name })).body;
    event = `/api/events/${id}`;
    await desk.page.goto(`${network.url}/events/${id}`);
    await desk.page.getByText("Drop photos or whole folders here").waitFor();
  };

  const photos = async (): Promise<{ id: string; name: string }[]> =>
    (await desk.organiser.get(`${event}/photos`)).photos;

  const storedHash = async () => {
    const [photo] = await photos();
    const response = await desk.organiser.fetch("GET", `${event}/photos/${photo?.id}/original`);
    return createHash("sha256")
      .update(new Uint8Array(await response.arrayBuffer()))
      .digest("hex");
  };

  /** Bytes of unfinished uploads that the server has on its disk. */
  const arrived = () => {
    const unfinished = join(desk.server.dataDir, "photos", "unfinished");
    return Math.max(
      0,
      ...readdirSync(unfinished).map((name) => statSync(join(unfinished, name), { throwIfNoEntry: false })?.size ?? 0),
    );
  };

  /** Drops a file or folder on what has this text. */
  const dropOn = async (text: string, path: string) => {
    const box = await desk.page.getByText(text, { exact: true }).first().boundingBox();
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    const at = { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 10, data };
    const debug = await desk.browser.newCDPSession(desk.page);
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      await debug.send("Input.dispatchDragEvent", { type, ...at });
    }
  };

  /** Chooses a large photo, and comes back when a part of it is there. */
  const startSlowly = async (path: string) => {
    network.speed = slow;
    await desk.page.getByLabel("Choose photos").setInputFiles(path);
    await expect.poll(arrived, { timeout: 20_000 }).toBeGreaterThan(largeBytes / 4);
  };

  beforeAll(async () => {
    desk = await openDesk();
    folder = mkdtempSync(join(tmpdir(), "rollcall-folder-"));
    network = await flakyNetwork(desk.server.url);
    desk.page.on("request", (request) => {
      if (request.method() === "PATCH") offsets.push(Number(request.headers()["upload-offset"]));
    });
  }, 60_000);

  afterAll(async () => {
    await desk?.close();
    await network?.close();
  });

  it("take a dropped folder with everything inside, and leave out what is no picture", async () => {
    await openEvent("Dropped");
    const samples = await sampleFolder();
    const party = join(folder, "party");
    mkdirSync(join(party, "evening", "late"), { recursive: true });
    await copyFile(join(samples, "sample1.jpg"), join(party, "one.jpg"));
    await copyFile(join(samples, "sample2.jpg"), join(party, "evening", "late", "two.jpg"));
    await copyFile(join(samples, "sample4.jpg"), join(party, "evening", "three.NEF"));
    writeFileSync(join(party, "notes.txt"), "bring cake");
    writeFileSync(join(party, "._one.jpg"), "what macOS leaves beside it");
    await dropOn("Drop photos or whole folders here", party);
    await desk.page.getByText("3 photos added, 0 already here, 0 could not be added.").waitFor();
    expect((await photos()).map(({ name }) => name).sort()).toEqual(["one.jpg", "three.NEF", "two.jpg"]);
    await settled(desk.organiser, event.split("/")[3] ?? "");
  });

  it("take what is dropped beside the box and on other pages of the event, but no picture of a page itself", async () => {
    const { page, browser } = desk;
    await openEvent("Beside");
    const tabs = browser.pages().length;
    const samples = await sampleFolder();
    await dropOn("Beside", join(samples, "sample1.jpg"));
    await page.getByText("1 photo added, 0 already here, 0 could not be added.").waitFor();
    await openTab(page, "Photos");
    await dropOn("Photos", join(samples, "sample2.jpg"));
    await page.getByRole("button", { name: "Open sample2.jpg" }).waitFor();
    await page.getByLabel("Add photos").setInputFiles(join(samples, "sample4.jpg"));
    await page.getByRole("button", { name: "Open sample4.jpg" }).waitFor();
    // As Chrome has a picture that is moved within the page; the drags of tests carry no file then.
    await page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["of the page"], "thumbnail.webp"));
      for (const type of ["dragstart", "dragover", "drop", "dragend"]) {
        window.dispatchEvent(new DragEvent(type, { dataTransfer }));
      }
    }`);
    await openTab(page, "Event settings");
    await dropOn("Beside", join(samples, "sample5.jpg"));
    await openTab(page, "Overview");
    await page.getByText("3 photos added, 0 already here, 0 could not be added.").waitFor();
    expect(browser.pages()).toHaveLength(tabs);
    expect(await photos()).toHaveLength(3);
  });

  it("can be stopped from any page of the event, and be sent after all", async () => {
    const { page } = desk;
    await openEvent("Stopped");
    const paths = await Promise.all([5, 6, 7, 8].map(async (seed) => (await largePhoto(`s${seed}.jpg`, seed)).path));
    // What is on its way when it is stopped may come in for three seconds more; a whole photo must not.
    network.speed = slow / 3;
    await page.getByLabel("Choose photos").setInputFiles(paths);
    await expect.poll(arrived, { timeout: 20_000 }).toBeGreaterThan(1000);
    await openTab(page, "Photos");
    await shoot(page, "upload-elsewhere");
    await page.getByRole("link", { name: "4 files still to be sent" }).click();
    await page.getByRole("button", { name: "Stop sending" }).click();
    await page.getByText("0 photos added, 0 already here, 0 could not be added, 4 not sent.").waitFor();
    // What is left is no more than that earlier uploads came.
    await expect.poll(arrived, { timeout: 20_000 }).toBeLessThan(1000);
    // Not before: what lies in the buffers of the connection would arrive together with the word to forget it.
    network.speed = Number.POSITIVE_INFINITY;
    expect(await photos()).toEqual([]);
    await shoot(page, "upload-stopped");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Send the other 4" }).click();
    await page.getByText("4 photos added, 0 already here, 0 could not be added.").waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "Clear the list" }).click();
    await page.getByRole("button", { name: "Clear the list" }).waitFor({ state: "detached" });
    expect(await page.getByText("on the way when this page was closed").count()).toBe(0);
    expect(desk.errors.splice(0).filter((error) => !isOfTheNetwork.test(error))).toEqual([]);
  });

  it("are all looked at only when nothing is on its way any more", async () => {
    await openEvent("On the way");
    await desk.organiser.upload(`${event}/photos`, [join(await sampleFolder(), "sample1.jpg")]);
    await desk.page.getByText("The photo was looked at.").waitFor({ timeout: 20_000 });
    const { path } = await largePhoto("later.jpg", 3);
    await startSlowly(path);
    await desk.page.getByText("1 of 1 photo looked at, 1 file still to be sent.").waitFor();
    expect(await desk.page.getByText("The photo was looked at.").count()).toBe(0);
    await shoot(desk.page, "upload-on-the-way");
    network.speed = Number.POSITIVE_INFINITY;
    await desk.page.getByText("All 2 photos looked at.").waitFor({ timeout: 20_000 });
  });

  it("may be tried again when that can help, and not when the file is no picture", async () => {
    await openEvent("Again");
    const [letter, gone] = [join(folder, "letter.jpg"), join(folder, "gone.jpg")];
    writeFileSync(letter, "Dear all, this is no picture.");
    await copyFile(join(await sampleFolder(), "sample2.jpg"), gone);
    network.cut();
    await desk.page.getByLabel("Choose photos").setInputFiles([letter, gone]);
    await desk.page.getByText("Sending goes on by itself when it is back").waitFor();
    rmSync(gone);
    network.mend();
    await desk.page.getByText("0 photos added, 0 already here, 2 could not be added.").waitFor({ timeout: 20_000 });
    await desk.page.getByText("The file cannot be read any more. Was it moved or deleted?").waitFor();
    await desk.page.getByRole("button", { name: "Try 1 again" }).waitFor();
    await shoot(desk.page, "upload-again");
    expect(await seriousFindings(desk.page)).toEqual([]);
    desk.errors.splice(0);
  });

  it("go on by themselves where they were when the network comes back", async () => {
    await openEvent("Cut off");
    const photo = await largePhoto("large.jpg", 1);
    await startSlowly(photo.path);
    network.cut();
    await desk.page.getByText("Sending goes on by itself when it is back").waitFor();
    await shoot(desk.page, "upload-offline");
    expect(await seriousFindings(desk.page)).toEqual([]);
    offsets.length = 0;
    network.speed = Number.POSITIVE_INFINITY;
    network.mend();
    await desk.page.getByText(/^1 photo added/u).waitFor({ timeout: 20_000 });
    expect(offsets[0]).toBeGreaterThan(0);
    expect(await storedHash()).toBe(photo.sha256);
    expect(desk.errors.splice(0).filter((error) => !isOfTheNetwork.test(error))).toEqual([]);
  });

  it("go on where they were when the page was closed meanwhile and the file is chosen again", async () => {
    await openEvent("Closed");
    const photo = await largePhoto("closed.jpg", 2);
    await startSlowly(photo.path);
    network.cut();
    network.mend();
    await desk.page.reload();
    await desk.page.getByText("1 photo was on the way when this page was closed.").waitFor();
    await shoot(desk.page, "upload-closed");
    offsets.length = 0;
    network.speed = Number.POSITIVE_INFINITY;
    await desk.page.getByLabel("Choose photos").setInputFiles(photo.path);
    await desk.page.getByText(/^1 photo added/u).waitFor({ timeout: 20_000 });
    expect(offsets[0]).toBeGreaterThan(0);
    expect(await storedHash()).toBe(photo.sha256);
    await desk.page.getByRole("button", { name: "Clear the list" }).click();
    await desk.page.getByText("was on the way").waitFor({ state: "detached" });
    expect(desk.errors.filter((error) => !isOfTheNetwork.test(error))).toEqual([]);
  });
});
