import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { originals } from "./originals.ts";

describe("copyInto", () => {
  const { copyInto } = originals();
  let folder: string;
  let target: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    target = join(folder, "to", "there");
  });

  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it("makes the folder, and copies under the same name", async () => {
    const file = write("a\n\u{1f389}.jpg", "one");
    expect(await copyInto(target, [file])).toBe(join(target, "a\n\u{1f389}.jpg"));
    expect(readFileSync(join(target, "a\n\u{1f389}.jpg"), "utf8")).toBe("one");
  });

  it("numbers other photos of the same name, and copies none twice", async () => {
    mkdirSync(join(folder, "b"));
    mkdirSync(join(folder, "c"));
    const files = [write("x.jpg", "one"), write("b/x.jpg", "two"), write("c/x.jpg", "tri")];
    for (const file of files) expect(await copyInto(target, [file])).toBeDefined();
    for (const file of files) expect(await copyInto(target, [file])).toBeUndefined();
    expect(readdirSync(target).sort()).toEqual(["x (2).jpg", "x (3).jpg", "x.jpg"]);
    expect(readFileSync(join(target, "x (2).jpg"), "utf8")).toBe("two");
  });

  it("takes another name where a link that leads nowhere has the photo's", async () => {
    const file = write("x.jpg", "photo");
    mkdirSync(target, { recursive: true });
    symlinkSync(join(folder, "nowhere"), join(target, "x.jpg"));
    expect(await copyInto(target, [file])).toBe(join(target, "x (2).jpg"));
  });

  // Root may read everything.
  it.skipIf(process.getuid?.() === 0)("blames the photo and not the folder when the photo cannot be read", async () => {
    const file = write("x.jpg", "photo");
    chmodSync(file, 0o000);
    const error = { code: "IMAGE_UNREADABLE", message: expect.stringContaining(file) };
    await expect(copyInto(target, [file])).rejects.toMatchObject(error);
    expect(readdirSync(target)).toEqual([]);
  });

  it("never writes through a link or over a folder of the same name", async () => {
    const file = write("x.jpg", "photo");
    const precious = write("precious.txt", "precious");
    mkdirSync(target, { recursive: true });
    symlinkSync(precious, join(target, "x.jpg"));
    mkdirSync(join(target, "x (2).jpg"));
    expect(await copyInto(target, [file])).toBe(join(target, "x (3).jpg"));
    expect(readFileSync(precious, "utf8")).toBe("precious");
  });

  it("shows a copy under its name when it is whole, and leaves nothing else behind", async () => {
    const file = write("x.jpg", "photo".repeat(2_000_000));
    const sizes = new Set<number>();
    let copying = true;
    const looking = (async () => {
      while (copying) {
        const names = await readdir(target).catch(() => []);
        for (const name of names.filter((one) => one === "x.jpg")) sizes.add(statSync(join(target, name)).size);
        await setImmediate();
      }
    })();
    await copyInto(target, [file]);
    copying = false;
    await looking;
    expect([...sizes].filter((size) => size !== statSync(file).size)).toEqual([]);
    expect(readdirSync(target)).toEqual(["x.jpg"]);
  });

  it("takes the first file that is still there", async () => {
    const file = write("b.jpg", "one");
    expect(await copyInto(target, [join(folder, "gone.jpg"), file])).toBe(join(target, "b.jpg"));
    await expect(copyInto(target, [join(folder, "gone.jpg")])).rejects.toMatchObject({ code: "FILE_MISSING" });
  });

  it("says so when the folder cannot be made", async () => {
    const file = write("b.jpg", "one");
    await expect(copyInto(join(file, "x"), [file])).rejects.toMatchObject({ code: "FOLDER_UNWRITABLE" });
    await expect(copyInto("/proc/rollcall/x", [file])).rejects.toMatchObject({ code: "FOLDER_UNWRITABLE" });
  });
});
