import { describe, expect, it } from "vitest";
import {
  call,
  floatBytes,
  globalName,
  int,
  list,
  orderedDict,
  stateDictCode,
  type TorchFileTensor,
  text,
  torchLegacy,
  torchZip,
} from "../../../test/fixtures/torch-file.ts";
import { zipFile } from "../../../test/fixtures/zip-file.ts";
import { FaceError } from "../errors.ts";
import { readStateDict } from "./torch.ts";

const weight: TorchFileTensor = { key: "41", dims: [2, 3], bytes: floatBytes(1, 2, 3, 4, 5, 6) };
const counter: TorchFileTensor = { key: "42", dims: [], bytes: new Uint8Array(8), type: "LongStorage", length: 1 };

function outcome(read: () => unknown): string {
  try {
    read();
    return "read";
  } catch (error) {
    return error instanceof FaceError ? error.code : String(error);
  }
}

const containers = [
  { name: "zip", write: torchZip },
  { name: "legacy", write: torchLegacy },
];

describe.each(containers)("readStateDict of the $name container", ({ write }) => {
  function readOne(tensor: TorchFileTensor) {
    const found = readStateDict(write({ weight: tensor })).get("weight");
    if (!found) throw new Error("the tensor is missing");
    return { dims: found.dims, values: [...found.values()] };
  }

  it("returns tensors by name, in the order of the file", () => {
    const tensors = readStateDict(write({ weight, counter }));
    expect([...tensors.keys()]).toEqual(["weight", "counter"]);
    expect(readOne(weight)).toEqual({ dims: [2, 3], values: [1, 2, 3, 4, 5, 6] });
  });

  it("puts the numbers of a transposed tensor in row-major order", () => {
    expect(readOne({ ...weight, dims: [3, 2], strides: [1, 3] }).values).toEqual([1, 4, 2, 5, 3, 6]);
    const permuted = { ...weight, dims: [3, 1, 2], strides: [2, 99, 1] };
    expect(readOne(permuted).values).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("reads a part of a storage, one that leaves gaps, and one that is shared", () => {
    expect(readOne({ ...weight, dims: [2], offset: 3 }).values).toEqual([4, 5]);
    expect(readOne({ ...weight, dims: [2, 2], strides: [3, 2], offset: 0 }).values).toEqual([1, 3, 4, 6]);
    const shared = readStateDict(write({ weight, again: { ...weight, dims: [1], offset: 5 } }));
    expect(shared.get("again")?.values()).toEqual(Float32Array.of(6));
  });

  it("reads tensors of one number and of none", () => {
    expect(readOne({ ...weight, dims: [], strides: [] })).toEqual({ dims: [], values: [1] });
    expect(readOne({ ...weight, dims: [0, 5] })).toEqual({ dims: [0, 5], values: [] });
  });

  it("hands out copies, so that nobody changes the file", () => {
    const file = write({ weight });
    readStateDict(file).get("weight")?.values().fill(9);
    expect(readStateDict(file).get("weight")?.values()).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it.each([
    ["DoubleStorage", new Float64Array([1.5, -2, 1e-3])],
    ["HalfStorage", new Uint16Array([0x3e00, 0xc000, 0x1419])],
    ["BFloat16Storage", new Uint16Array([0x3fc0, 0xc000, 0x3a83])],
  ])("reads numbers of a %s", (type, numbers) => {
    const tensor = { key: "0", dims: [3], type, length: 3, bytes: new Uint8Array(numbers.buffer) };
    const [first, second, third] = readOne(tensor).values;
    expect([first, second]).toEqual([1.5, -2]);
    expect(third).toBeCloseTo(1e-3, 5);
  });

  it("reads half floats that are subnormal, infinite or no number", () => {
    const bytes = new Uint8Array(new Uint16Array([0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00]).buffer);
    const { values } = readOne({ key: "0", dims: [5], type: "HalfStorage", length: 5, bytes });
    expect(values).toEqual([2 ** -24, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]);
  });

  it("refuses whole numbers as weights only when they are asked for", () => {
    const tensors = readStateDict(write({ counter }));
    expect(() => tensors.get("counter")?.values()).toThrow(/counter are whole numbers \(LongStorage\)/);
  });

  it.each<[string, Partial<TorchFileTensor>]>([
    ["a storage shorter than the tensors say", { claimedLength: 7 }],
    ["a storage longer than the tensors say", { claimedLength: 5 }],
    ["an offset behind the storage", { offset: 1 }],
    ["strides that lead out of the storage", { strides: [4, 1] }],
    ["a tensor larger than its storage", { dims: [1000, 1000] }],
    ["a tensor that repeats its numbers without end", { dims: [2_000_000_000, 3], strides: [0, 1] }],
    ["a tensor whose size overflows", { dims: [...Array(40).fill(2_000_000_000), 0], strides: Array(41).fill(0) }],
    ["fewer strides than dimensions", { strides: [1] }],
  ])("refuses %s", (_, change) => {
    const file = write({ weight: { ...weight, ...change } });
    expect(() => readStateDict(file)).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
  });

  it("refuses a type of numbers it does not know, by name", () => {
    const file = write({ weight: { ...weight, type: "ComplexFloatStorage" } });
    expect(() => readStateDict(file)).toThrow(
      expect.objectContaining({ code: "MODEL_UNSUPPORTED", message: expect.stringContaining("ComplexFloatStorage") }),
    );
  });

  it("refuses a file that would run something", () => {
    const pickleCode = call(globalName("os", "system"), text("touch /tmp/harm"));
    expect(() => readStateDict(write({ weight }, { pickleCode }))).toThrow(/os\.system/);
  });

  it.each([
    ["a single value", int(1), /holds no dictionary/],
    ["a list of tensors", list(int(1)), /holds no dictionary/],
    [
      "something beside the tensors",
      [...orderedDict, ...text("epoch"), ...int(3), 0x73],
      /"epoch", which is no tensor/,
    ],
    ["a tensor without a name", [...orderedDict, ...int(1), ...int(3), 0x73], /without a name/],
  ])("refuses %s", (_, pickleCode, message) => {
    expect(() => readStateDict(write({ weight }, { pickleCode }))).toThrow(
      expect.objectContaining({ code: "MODEL_UNSUPPORTED", message: expect.stringMatching(message) }),
    );
  });

  it("answers any changed byte with tensors or a coded error", () => {
    const file = write({ weight, counter });
    for (let i = 0; i < file.length; i++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const changed = file.slice();
        changed[i] = (changed[i] ?? 0) ^ mask;
        const read = () => readStateDict(changed).get("weight")?.values();
        expect(outcome(read)).toMatch(/^(read|MODEL_CORRUPT|MODEL_UNSUPPORTED)$/);
      }
    }
  });

  it("refuses a file cut short at any byte, and one with bytes behind its end", () => {
    const file = write({ weight, counter });
    for (let length = 0; length < file.length; length++) {
      expect(() => readStateDict(file.subarray(0, length))).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^MODEL_(CORRUPT|UNSUPPORTED)$/) }),
      );
    }
    expect(() => readStateDict(new Uint8Array([...file, 0]))).toThrow(
      expect.objectContaining({ code: "MODEL_CORRUPT" }),
    );
  });
});

describe("readStateDict", () => {
  it("refuses numbers of a big-endian machine", () => {
    expect(() => readStateDict(torchZip({ weight }, { byteOrder: "big" }))).toThrow(/big-endian/);
    expect(() => readStateDict(torchLegacy({ weight }, { littleEndian: false }))).toThrow(/big-endian/);
  });

  it("reads an archive whose folder has any name, as it was named when saved", () => {
    expect(readStateDict(torchZip({ weight }, { folder: "20180402-114759" })).size).toBe(1);
  });

  it("refuses a legacy storage whose count of numbers lies", () => {
    const file = torchLegacy({ weight });
    const count = file.length - weight.bytes.length - 8;
    for (const lie of [5n, 7n, 2n ** 40n, 2n ** 64n - 1n]) {
      const changed = file.slice();
      new DataView(changed.buffer).setBigUint64(count, lie, true);
      expect(() => readStateDict(changed)).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
    }
  });

  it("refuses a legacy file with storages that no tensor lies in", () => {
    const pickleCode = stateDictCode({ weight }, true);
    const file = torchLegacy({ weight, counter }, { pickleCode });
    expect(() => readStateDict(file)).toThrow(/storage that no tensor lies in/);
  });

  it.each([
    ["nothing", new Uint8Array(0)],
    ["a web page", new TextEncoder().encode("<!doctype html><title>Not found</title>")],
    ["another pickle", Uint8Array.of(0x80, 2, 0x4e, 0x2e)],
    ["another archive", zipFile([{ path: "model.onnx", content: new Uint8Array(4) }])],
    [
      "two state dicts in one archive",
      zipFile([
        { path: "a/data.pkl", content: Uint8Array.of(0x80, 2, 0x7d, 0x2e) },
        { path: "b/data.pkl", content: Uint8Array.of(0x80, 2, 0x7d, 0x2e) },
      ]),
    ],
  ])("refuses %s as no state dict", (_, file) => {
    expect(() => readStateDict(file)).toThrow(expect.objectContaining({ code: "MODEL_UNSUPPORTED" }));
  });
});
