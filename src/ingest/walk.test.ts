import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { type WalkEntry, walk } from "./walk.ts";

const isRoot = process.getuid?.() === 0;

describe("walk", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
  });

  const touch = (...names: string[]) => {
    for (const name of names) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), name);
    }
  };

  const entriesOf = async (...folders: string[]): Promise<WalkEntry[]> => {
    const entries: WalkEntry[] = [];
    for await (const entry of walk(folders.length === 0 ? [folder] : folders)) entries.push(entry);
    return entries;
  };

  const picturesOf = async (...folders: string[]): Promise<string[]> =>
    (await entriesOf(...folders)).flatMap((entry) => (entry.kind === "picture" ? [relative(folder, entry.path)] : []));

  it("finds pictures at any depth by their names, in the order of names", async () => {
    touch("b.JPG", "a.jpeg", "sub/deep/c.HEIC", "sub/d.png", "e.dng", "notes.txt", "jpg", "f.jpg.txt");
    expect(await picturesOf()).toEqual(["a.jpeg", "b.JPG", "e.dng", "sub/d.png", "sub/deep/c.HEIC"]);
    expect((await entriesOf()).filter((entry) => entry.kind === "skipped")).toHaveLength(3);
  });

  it("leaves out what is hidden", async () => {
    touch("a.jpg", "._a.jpg", ".hidden.jpg", ".thumbnails/b.jpg");
    expect(await picturesOf()).toEqual(["a.jpg"]);
  });

  it("takes names with emoji, line breaks and 255 bytes", async () => {
    const names = ["\u{1f389} party.jpg", "a\nb.jpg", `${"x".repeat(251)}.jpg`, `${"ä".repeat(125)}.jpg`, "-rf *.jpg"];
    touch(...names);
    expect(new Set(await picturesOf())).toEqual(new Set(names));
  });

  it.runIf(process.platform === "linux")("reports a name that is not text, and goes on", async () => {
    touch("a.jpg");
    execFileSync("sh", ["-c", 'touch "$(printf "bad\\377.jpg")"'], { cwd: folder });
    const entries = await entriesOf();
    expect(entries).toMatchObject([
      { kind: "picture" },
      { kind: "failed", failure: { error: { code: "FILE_NAME_UNREADABLE" } } },
    ]);
  });

  it("ends in a circle of links, and enters each folder once", async () => {
    touch("a/one.jpg", "b/two.jpg");
    symlinkSync("..", join(folder, "a", "up"));
    symlinkSync(".", join(folder, "a", "self"));
    symlinkSync("../b", join(folder, "a", "b"));
    symlinkSync("../a", join(folder, "b", "a"));
    expect(await picturesOf()).toEqual(["a/one.jpg", "b/two.jpg"]);
    expect(await picturesOf(folder, join(folder, "a"))).toEqual(["a/one.jpg", "b/two.jpg"]);
  });

  it("follows a link out of the folder, and a link to a file", async () => {
    const elsewhere = await temporaryFolder();
    writeFileSync(join(elsewhere, "far.jpg"), "far");
    symlinkSync(elsewhere, join(folder, "link"));
    symlinkSync(join(elsewhere, "far.jpg"), join(folder, "near.jpg"));
    expect(await picturesOf()).toEqual(["near.jpg", "link/far.jpg"]);
  });

  it("reports in plain words a link that leads nowhere or to itself", async () => {
    symlinkSync("nowhere.jpg", join(folder, "a.jpg"));
    symlinkSync("b.jpg", join(folder, "b.jpg"));
    const error = (words: string) => ({ code: "IMAGE_UNREADABLE", message: expect.stringContaining(words) });
    expect(await entriesOf()).toMatchObject([
      { kind: "failed", failure: { file: join(folder, "a.jpg"), error: error("does not exist") } },
      { kind: "failed", failure: { file: join(folder, "b.jpg"), error: error("leads back to itself") } },
    ]);
  });

  it.runIf(process.platform !== "win32")("does not wait for a pipe named like a picture", async () => {
    execFileSync("mkfifo", [join(folder, "pipe.jpg")]);
    expect(await entriesOf()).toEqual([{ kind: "skipped" }]);
  });

  it("goes into a folder named like a picture", async () => {
    touch("odd.jpg/a.jpg");
    expect(await picturesOf()).toEqual(["odd.jpg/a.jpg"]);
  });

  it.skipIf(isRoot)(
    "reports a folder that cannot be read (skipped for root, who can read all), and goes on",
    async () => {
      touch("a/one.jpg", "b/two.jpg");
      chmodSync(join(folder, "a"), 0);
      const entries = await entriesOf();
      chmodSync(join(folder, "a"), 0o700);
      expect(entries).toMatchObject([
        { kind: "failed", failure: { file: join(folder, "a"), error: { code: "FOLDER_UNREADABLE" } } },
        { kind: "picture", path: join(folder, "b", "two.jpg") },
      ]);
    },
  );

  it("stops when told to", async () => {
    touch("a.jpg", "b.jpg");
    const stop = new AbortController();
    const seen: WalkEntry[] = [];
    const stopped = (async () => {
      for await (const entry of walk([folder], stop.signal)) {
        seen.push(entry);
        stop.abort();
      }
    })();
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(seen).toHaveLength(1);
  });
});
