import { describe, expect, it } from "vitest";
import { zipFile } from "../../../test/fixtures/zip-file.ts";
import { readZip } from "./zip.ts";

const hello = new TextEncoder().encode("hello ".repeat(20));
const everything = () => 1_000_000;

function textOf(content: Uint8Array | undefined): string {
  return new TextDecoder().decode(content);
}

describe("readZip", () => {
  it("returns stored and deflated files by their path", () => {
    const archive = zipFile([
      { path: "a/stored.txt", content: hello },
      { path: "b/packed.txt", content: hello, compressed: true },
      { path: "empty", content: new Uint8Array(0), compressed: true },
    ]);
    const files = readZip(archive, everything);
    expect([...files.keys()]).toEqual(["a/stored.txt", "b/packed.txt", "empty"]);
    expect(textOf(files.get("a/stored.txt"))).toBe(textOf(hello));
    expect(textOf(files.get("b/packed.txt"))).toBe(textOf(hello));
    expect(files.get("empty")).toHaveLength(0);
  });

  it("leaves files that are not wanted alone, even damaged ones", () => {
    const archive = zipFile([
      { path: "bad", content: hello, claimedChecksum: 1 },
      { path: "good", content: hello },
    ]);
    const files = readZip(archive, (path) => (path === "good" ? 1000 : undefined));
    expect([...files.keys()]).toEqual(["good"]);
  });

  it("reads an archive with a comment, and one that is a window into a larger buffer", () => {
    const archive = zipFile([{ path: "a", content: hello }], "made by a test");
    const framed = new Uint8Array(archive.length + 14);
    framed.set(archive, 7);
    expect(readZip(archive, everything).size).toBe(1);
    expect(readZip(framed.subarray(7, 7 + archive.length), everything).size).toBe(1);
  });

  it("refuses an archive cut short at any byte", () => {
    const archive = zipFile([{ path: "a", content: hello, compressed: true }]);
    for (let length = 0; length < archive.length; length++) {
      expect(() => readZip(archive.subarray(0, length), everything)).toThrow(
        expect.objectContaining({ code: "MODEL_CORRUPT" }),
      );
    }
  });

  it.each([
    ["a wrong checksum", { claimedChecksum: 1 }, "MODEL_CORRUPT"],
    ["a stored file of another size than it says", { claimedBytes: 4 }, "MODEL_CORRUPT"],
    ["a deflated file larger than it says", { compressed: true, claimedBytes: 4 }, "MODEL_CORRUPT"],
    ["a deflated file smaller than it says", { compressed: true, claimedBytes: 4000 }, "MODEL_CORRUPT"],
    ["a file larger than wanted", { claimedBytes: 2_000_000 }, "MODEL_CORRUPT"],
    ["an encrypted file", { flags: 1 }, "MODEL_UNSUPPORTED"],
    ["a file packed by another method", { method: 12 }, "MODEL_UNSUPPORTED"],
    ["a file that needs zip64", { claimedBytes: 0xffffffff }, "MODEL_UNSUPPORTED"],
  ])("refuses %s", (_, changes, code) => {
    const archive = zipFile([{ path: "a", content: hello, ...changes }]);
    expect(() => readZip(archive, everything)).toThrow(expect.objectContaining({ code }));
  });

  it("refuses a path that comes twice", () => {
    const archive = zipFile([
      { path: "a", content: hello },
      { path: "a", content: hello },
    ]);
    expect(() => readZip(archive, everything)).toThrow(/holds a twice/);
  });

  it("refuses a file that claims more memory than any model needs", () => {
    const archive = zipFile([{ path: "a", content: hello, compressed: true, claimedBytes: 1_100_000_000 }]);
    expect(() => readZip(archive, () => 2 ** 31)).toThrow(/unpacks to more than/);
  });

  it("refuses bytes that are no archive", () => {
    expect(() => readZip(hello, everything)).toThrow(/no table of contents/);
  });
});
