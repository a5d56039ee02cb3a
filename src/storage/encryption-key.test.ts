import { randomBytes } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { makeKeyFile, parseKey, readKeyFile } from "./encryption-key.ts";

const coded = (code: string) => expect.objectContaining({ code });

describe("parseKey", () => {
  const key = Buffer.from("3f1c9a5577d0e2b84c06f9a1d35be8270b6e4d92c7f8135aa0917ce34482bd6f", "hex");

  it.each([
    ["base64", key.toString("base64")],
    ["URL-safe base64 without padding", key.toString("base64url")],
    ["hexadecimal", key.toString("hex")],
    ["hexadecimal in capitals with a line break", `${key.toString("hex").toUpperCase()}\n`],
  ])("reads %s", (_, text) => {
    expect(parseKey(text, "ROLLCALL_KEY")).toEqual(key);
  });

  it.each([
    ["nothing", ""],
    ["31 bytes", key.subarray(1).toString("base64")],
    ["33 bytes", Buffer.concat([key, key.subarray(0, 1)]).toString("base64")],
    ["a sentence that base64 would skip through", `${key.toString("base64").slice(0, 20)} ! ${key.toString("base64")}`],
    ["63 digits", key.toString("hex").slice(1)],
  ])("refuses %s", (_, text) => {
    expect(() => parseKey(text, "ROLLCALL_KEY")).toThrow(coded("KEY_INVALID"));
  });

  it.each([
    ["zeros", Buffer.alloc(32)],
    ["one byte repeated", Buffer.alloc(32, 0xa7)],
    ["two halves alike", Buffer.concat([key.subarray(0, 16), key.subarray(0, 16)])],
    ["counting up", Buffer.from(Array.from({ length: 32 }, (_, i) => i + 100))],
    ["counting down past zero", Buffer.from(Array.from({ length: 32 }, (_, i) => (20 - i * 3) & 0xff))],
    ["a password", Buffer.from("correct horse battery staple 123")],
  ])("refuses %s as weak, without telling the key", (_, weak) => {
    expect(weak).toHaveLength(32);
    const text = weak.toString("base64");
    expect(() => parseKey(text, "ROLLCALL_KEY")).toThrow(coded("KEY_WEAK"));
    expect(() => parseKey(text, "ROLLCALL_KEY")).toThrow(expect.not.stringContaining(text));
  });

  it("takes random keys", () => {
    for (let i = 0; i < 500; i++) parseKey(randomBytes(32).toString("base64"), "ROLLCALL_KEY");
  });
});

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
