import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseKey } from "./key-text.ts";

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
