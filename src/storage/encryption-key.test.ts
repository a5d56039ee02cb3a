import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { makeKeyFile, readKeyFile } from "./encryption-key.ts";

const coded = (code: string) => expect.objectContaining({ code });

describe("key files", () => {
  it("are made once, for their owner only, with nothing left beside them", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "k");
    makeKeyFile(path);
    const key = readKeyFile(path);
    makeKeyFile(path);
    expect(readKeyFile(path)).toEqual(key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["k"]);
    expect(readFileSync(path, "utf8")).toBe(`${key.toString("base64")}\n`);
  });

  it("differ from each other", async () => {
    const folder = await temporaryFolder();
    makeKeyFile(join(folder, "a"));
    makeKeyFile(join(folder, "b"));
    expect(readKeyFile(join(folder, "a"))).not.toEqual(readKeyFile(join(folder, "b")));
  });

  it.each([0o640, 0o604, 0o620, 0o666])("are refused when others may get at them: %o", async (mode) => {
    const path = join(await temporaryFolder(), "k");
    makeKeyFile(path);
    chmodSync(path, mode);
    expect(() => readKeyFile(path)).toThrow(coded("KEY_EXPOSED"));
  });

  it("are told apart when gone, not a key, weak, or a folder", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "k");
    expect(() => readKeyFile(path)).toThrow(coded("KEY_MISSING"));
    writeFileSync(path, "no key\n", { mode: 0o600 });
    expect(() => readKeyFile(path)).toThrow(coded("KEY_INVALID"));
    writeFileSync(path, Buffer.alloc(32).toString("hex"));
    expect(() => readKeyFile(path)).toThrow(coded("KEY_WEAK"));
    chmodSync(folder, 0o700);
    expect(() => readKeyFile(folder)).toThrow(coded("KEY_INVALID"));
    expect(() => makeKeyFile(join(folder, "nowhere", "k"))).toThrow(coded("KEY_UNREADABLE"));
  });
});
