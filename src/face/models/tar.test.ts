import { expect, test } from "vitest";
import { tarFile, tarHeader } from "../../../test/tar-file.ts";
import { readTar } from "./tar.ts";

const archive = tarFile({ "a/one.txt": "first", "a/empty": "", "a/two.txt": "x".repeat(1000) });

/** The archive in pieces of odd sizes, as a network delivers it. */
async function* pieces(bytes: Uint8Array, size = 700) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const everything = () => 1_000_000;

test("reads the files that are wanted and skips the others", async () => {
  const files = await readTar(pieces(archive), (path) => (path === "a/two.txt" ? 1000 : undefined));
  expect([...files.keys()]).toEqual(["a/two.txt"]);
  expect(files.get("a/two.txt")).toHaveLength(1000);
});

test.each([1, 511, 512, 513, 100_000])("reads the same from pieces of %i bytes", async (size) => {
  const files = await readTar(pieces(archive, size), everything);
  expect(new Map([...files].map(([path, bytes]) => [path, bytes.length]))).toEqual(
    new Map([
      ["a/one.txt", 5],
      ["a/empty", 0],
      ["a/two.txt", 1000],
    ]),
  );
});

test("finds the path of a file in extended headers, whose length counts itself", async () => {
  const long = `${"deep/".repeat(40)}file`;
  const record = (length: number) => `${length} path=${long}\n`;
  const length = record(long.length + 10).length;
  const header = Buffer.from(record(length));
  const extended = Buffer.concat([
    tarHeader("PaxHeader", header.length, "x"),
    header,
    Buffer.alloc(512 - header.length),
    tarFile({ short: "content" }),
  ]);
  expect([...(await readTar(pieces(extended), everything)).keys()]).toEqual([long]);
});

test("finds the path of a file in GNU's long name", async () => {
  const long = "n".repeat(150);
  const extended = Buffer.concat([
    tarHeader("././@LongLink", 151, "L"),
    Buffer.from(`${long}\0`),
    Buffer.alloc(512 - 151),
    tarFile({ short: "content" }),
  ]);
  expect([...(await readTar(pieces(extended), everything)).keys()]).toEqual([long]);
});

test("ignores folders and links, whatever they are called", async () => {
  const link = Buffer.concat([tarHeader("wanted", 0, "2"), tarHeader("wanted", 0, "5"), tarFile({})]);
  expect(await readTar(pieces(link), everything)).toEqual(new Map());
});

test("takes paths that start with ./ for the same without it", async () => {
  expect([...(await readTar(pieces(tarFile({ "./a": "b" })), everything)).keys()]).toEqual(["a"]);
});

test.each([0, 100, 512, 515, 1024, 2047, 2560])("refuses an archive that is cut short at byte %i", async (length) => {
  await expect(readTar(pieces(archive.subarray(0, length)), everything)).rejects.toMatchObject({
    code: "MODEL_CORRUPT",
  });
});

test("refuses a damaged header", async () => {
  const damaged = Uint8Array.from(archive, (byte, i) => (i === 3 ? byte ^ 1 : byte));
  await expect(readTar(pieces(damaged), everything)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
});

test("refuses a file that is larger than allowed before reading it", async () => {
  await expect(readTar(pieces(archive), () => 999)).rejects.toThrow("at most 999");
});

test("lets go of its source when it refuses", async () => {
  let released = false;
  async function* source() {
    try {
      yield new Uint8Array(512).fill(65);
      yield new Uint8Array(512);
    } finally {
      released = true;
    }
  }
  await expect(readTar(source(), everything)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
  expect(released).toBe(true);
});
