import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { tarFile } from "../../../test/tar-file.ts";
import { readArchive } from "./archive.ts";

const tar = tarFile({ "weights/model.bin": "weights" });
const wanted = (path: string) => (path === "weights/model.bin" ? 7 : undefined);

/** A zip of one file, stored, as Python's zipfile writes it. */
const zip = Buffer.from(
  "504b0304140000000000000021005873d21a07000000070000001100000077656967" +
    "6874732f6d6f64656c2e62696e77656967687473504b010214031400000000000000" +
    "21005873d21a07000000070000001100000000000000000000008001000000007765" +
    "69676874732f6d6f64656c2e62696e504b050600000000010001003f000000360000" +
    "000000",
  "hex",
);

test.each([
  ["a tar file", tar],
  ["a gzipped tar file", gzipSync(tar)],
  ["a zip file", zip],
])("reads %s by its content", async (_, bytes) => {
  const files = await readArchive(bytes, wanted);
  expect(new TextDecoder().decode(files?.get("weights/model.bin"))).toBe("weights");
});

test("says that other bytes are no archive", async () => {
  expect(await readArchive(Buffer.from("TFL3 and so on"), wanted)).toBeUndefined();
  expect(await readArchive(new Uint8Array(0), wanted)).toBeUndefined();
});

test("refuses a gzip that is cut short or damaged", async () => {
  const packed = gzipSync(tar);
  await expect(readArchive(packed.subarray(0, -9), wanted)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
  const damaged = Uint8Array.from(packed, (byte, i) => (i === 40 ? byte ^ 255 : byte));
  await expect(readArchive(damaged, wanted)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
});

test("does not unpack a small file that grows beyond what is wanted", async () => {
  const bomb = gzipSync(tarFile({ "weights/model.bin": Buffer.alloc(20_000_000) }));
  await expect(readArchive(bomb, wanted)).rejects.toThrow("at most 7");
});
