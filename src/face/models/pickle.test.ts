import { describe, expect, it } from "vitest";
import {
  bool,
  call,
  dict,
  globalName,
  int,
  list,
  none,
  orderedDict,
  type PickleCode,
  pickle,
  tensorCode,
  text,
  tuple,
} from "../../../test/fixtures/torch-file.ts";
import { readPickle } from "./pickle.ts";
import { TensorReference } from "./pickle-values.ts";

const tensor = tensorCode({ key: "0", dims: [2, 3], bytes: new Uint8Array(24) }, false);

function value(code: PickleCode) {
  return readPickle(pickle(code)).value;
}

describe("readPickle", () => {
  it("reads plain values, lists and dictionaries", () => {
    const code = list(none, bool(true), bool(false), int(-7), text("naïve\n"), dict([text("a"), list(int(1))]));
    expect(value(code)).toEqual([null, true, false, -7, "naïve\n", new Map([["a", [1]]])]);
  });

  it.each([
    ["BININT1", [0x4b, 200], 200],
    ["BININT2", [0x4d, 0x34, 0x12], 0x1234],
    ["LONG1 without bytes", [0x8a, 0], 0],
    ["negative LONG1", [0x8a, 2, 0x00, 0xff], -256],
    ["LONG1 beyond a double", [0x8a, 8, 1, 0, 0, 0, 0, 0, 0, 0x40], 0x4000000000000001n],
    ["BINFLOAT", [0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0], 1.5],
    ["APPEND and SETITEM", [0x7d, ...text("k"), 0x5d, 0x4b, 1, 0x61, 0x73], new Map([["k", [1]]])],
  ])("reads %s", (_, code, expected) => {
    expect(value(code)).toEqual(expected);
  });

  it("gives remembered values again", () => {
    const put = [...text("x"), 0x71, 0];
    const putLong = [...text("y"), 0x72, 0, 1, 0, 0];
    expect(value(list(put, putLong, [0x68, 0], [0x6a, 0, 1, 0, 0]))).toEqual(["x", "y", "x", "y"]);
  });

  it("describes tensors and parameters", () => {
    const expected = expect.objectContaining({ dims: [2, 3], strides: [3, 1], offset: 0 });
    expect(value(tensor)).toEqual(expected);
    expect(value(tensor)).toBeInstanceOf(TensorReference);
    const parameter = call(globalName("torch._utils", "_rebuild_parameter"), tensor, bool(true), orderedDict);
    expect(value(parameter)).toEqual(expected);
  });

  it("says where a pickle ends, so that the next can follow", () => {
    const two = new Uint8Array([...pickle(int(1)), ...pickle(int(2))]);
    const first = readPickle(two);
    expect(first.value).toBe(1);
    expect(readPickle(two, first.end)).toEqual({ value: 2, end: two.length });
  });

  it.each([
    ["os", "system"],
    ["posix", "system"],
    ["builtins", "eval"],
    ["torch", "load"],
    ["torch.storage", "_load_from_bytes"],
    ["torch._utils", "_rebuild_tensor"],
    ["collections", "OrderedDict\0"],
    ["__proto__", "constructor"],
  ])("refuses the name %s.%s and says so", (module, name) => {
    const code = call(globalName(module, name), text("echo harm"));
    expect(() => value(code)).toThrow(
      expect.objectContaining({
        code: "MODEL_UNSUPPORTED",
        message: expect.stringContaining(`${module}.${name.replace("\0", "?")}`),
      }),
    );
  });

  it("refuses a forbidden name even where nothing uses it", () => {
    expect(() => value(list(globalName("os", "system")))).toThrow(/"os\.system"/);
  });

  it("refuses every instruction that tensors do not need, by name", () => {
    const known = new Set(
      [
        0x80, 0x28, 0x2e, 0x4e, 0x88, 0x89, 0x4b, 0x4d, 0x4a, 0x8a, 0x47, 0x58, 0x5d, 0x7d, 0x29, 0x85, 0x86, 0x87,
      ].concat([0x74, 0x61, 0x65, 0x73, 0x75, 0x71, 0x72, 0x68, 0x6a, 0x63, 0x51, 0x52, 0x62]),
    );
    for (let opcode = 0; opcode < 256; opcode++) {
      if (known.has(opcode)) continue;
      const hex = opcode.toString(16).padStart(2, "0");
      expect(() => value([opcode])).toThrow(
        expect.objectContaining({ code: "MODEL_UNSUPPORTED", message: expect.stringContaining(`(0x${hex})`) }),
      );
    }
    expect(() => value([0x69, ...Buffer.from("os\nsystem\n")])).toThrow(/instruction INST/);
    expect(() => value([...text("os"), ...text("system"), 0x93])).toThrow(/instruction STACK_GLOBAL/);
  });

  it("refuses another protocol", () => {
    expect(() => readPickle(Uint8Array.of(0x80, 4, 0x4e, 0x2e))).toThrow(/protocol 4/);
  });

  it("refuses a pickle cut short at any byte", () => {
    const whole = pickle(list(tensor, text("ä"), dict([text("a"), int(1)])));
    for (let length = 0; length < whole.length; length++) {
      expect(() => readPickle(whole.subarray(0, length))).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
    }
  });

  const rebuild = globalName("torch._utils", "_rebuild_tensor_v2");
  const storage = [
    ...tuple(text("storage"), globalName("torch", "FloatStorage"), text("0"), text("cpu"), int(4)),
    0x51,
  ];

  it.each<[string, PickleCode]>([
    ["an empty stack", []],
    ["two results", [...int(1), ...int(2)]],
    ["an open group", [0x28, ...int(1)]],
    ["a group that was never opened", [0x74]],
    ["a value never remembered", [0x68, 9]],
    ["a tuple of missing values", [0x87]],
    ["an addition to a number", [...int(1), ...int(2), 0x61]],
    ["an item of a list set by key", [0x5d, ...int(1), ...int(2), 0x73]],
    ["a key without a value", [0x7d, 0x28, ...int(1), 0x75]],
    ["text that is not UTF-8", [0x58, 2, 0, 0, 0, 0xc3, 0x28]],
    ["text longer than the file", [0x58, 0xff, 0xff, 0xff, 0x7f, 0x41]],
    ["a call of a number", call(int(1), int(2))],
    ["a call of a type", call(globalName("torch", "FloatStorage"), int(2))],
    ["a call without a tuple", [...orderedDict.slice(0, -3), ...int(1), 0x52]],
    ["attributes of a number", [...int(1), ...dict(), 0x62]],
    ["a dictionary from arguments", call(globalName("collections", "OrderedDict"), list())],
    ["a storage id that is no tuple", [...text("0"), 0x51]],
    [
      "a storage of a negative length",
      [...tuple(text("storage"), globalName("torch", "FloatStorage"), text("0"), text("cpu"), int(-1)), 0x51],
    ],
    ["a storage of no type", [...tuple(text("storage"), orderedDict, text("0"), text("cpu"), int(1)), 0x51]],
    ["a tensor without a storage", call(rebuild, int(1), int(0), tuple(), tuple(), bool(false), orderedDict)],
    ["a tensor at a negative offset", call(rebuild, storage, int(-1), tuple(), tuple(), bool(false), orderedDict)],
    [
      "a tensor of negative size",
      call(rebuild, storage, int(0), tuple(int(-2)), tuple(int(1)), bool(false), orderedDict),
    ],
    ["a tensor with hooks", call(rebuild, storage, int(0), tuple(), tuple(), bool(false), dict([int(1), int(2)]))],
    ["a tensor with too few arguments", call(rebuild, storage, int(0), tuple(), tuple())],
    [
      "a parameter that is no tensor",
      call(globalName("torch._utils", "_rebuild_parameter"), int(1), bool(true), orderedDict),
    ],
  ])("refuses %s", (_, code) => {
    expect(() => value(code)).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
  });

  it("refuses storage views, which PyTorch no longer writes", () => {
    const id = tuple(
      text("storage"),
      globalName("torch", "FloatStorage"),
      text("0"),
      text("cpu"),
      int(4),
      tuple(int(1)),
    );
    expect(() => value([...id, 0x51])).toThrow(expect.objectContaining({ code: "MODEL_UNSUPPORTED" }));
  });

  it("stops a pickle that would fill the memory", () => {
    const flood = new Uint8Array(1_100_000).fill(0x4e);
    flood.set([0x80, 2]);
    expect(() => readPickle(flood)).toThrow(/more than 1000000 steps to read/);
  });
});
