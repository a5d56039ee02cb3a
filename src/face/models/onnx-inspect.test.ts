import { describe, expect, test } from "vitest";
import { inspectOnnx } from "./onnx-inspect.ts";
import { writeOnnx } from "./onnx-writer.ts";

const small = writeOnnx({
  name: "small",
  inputs: [{ name: "input", dims: ["batch", 3, 2, 2] }],
  outputs: [{ name: "embedding", dims: ["batch", 4] }],
  nodes: [
    { op: "Flatten", inputs: ["input"], outputs: ["flat"], attributes: { axis: { int: 1 } } },
    { op: "Gemm", inputs: ["flat", "weights", "bias"], outputs: ["embedding"], attributes: { transB: { int: 1 } } },
  ],
  initializers: [
    { name: "weights", dims: [4, 12], data: new Float32Array(48).fill(0.5) },
    { name: "bias", dims: [4], data: new Float32Array(4) },
  ],
});

/** A field of a message: a number, a text, or the fields of a message inside. */
type Field = readonly [number: number, value: number | string | Uint8Array | readonly Field[]];

function encode(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === "number") return Buffer.concat([varint(number * 8), varint(value)]);
      const bytes = typeof value === "string" || value instanceof Uint8Array ? Buffer.from(value) : encode(value);
      return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
    }),
  );
}

function varint(value: number): Buffer {
  return value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value % 128) + 128]), varint(value >> 7)]);
}

const output: Field = [12, [[1, "embedding"]]];
const opset: Field = [8, [[2, 17]]];
const plain: Field = [
  5,
  [
    [1, 1],
    [2, 1],
    [8, "inside"],
    [9, new Uint8Array(4)],
  ],
];
const locations: Field = [
  13,
  [
    [1, "location"],
    [2, "../../etc/passwd"],
  ],
];
const elsewhere: readonly Field[] = [[1, 1], [2, 1], [8, "elsewhere"], locations, [14, 1]];

const model = (...graph: Field[]) => encode([[1, 8], opset, [7, [...graph, output]]]);
const node = (...attribute: Field[]): Field => [
  1,
  [
    [4, "If"],
    [5, [[1, "attribute"], ...attribute]],
  ],
];

test("tells the inputs and outputs of a network", () => {
  expect(inspectOnnx(small)).toEqual({
    inputs: [{ name: "input", elementType: 1, dims: ["batch", 3, 2, 2] }],
    outputs: [{ name: "embedding", elementType: 1, dims: ["batch", 4] }],
  });
});

test("does not take weights for inputs, as networks of old versions list them", () => {
  const bytes = model(node([3, 1]), plain, [11, [[1, "inside"]]], [11, [[1, "data"]]]);
  expect(inspectOnnx(bytes).inputs.map(({ name }) => name)).toEqual(["data"]);
});

test("leaves open what the network leaves open", () => {
  const bytes = model(node([3, 1]), [
    11,
    [
      [1, "data"],
      [
        2,
        [
          [
            1,
            [
              [1, 1],
              [
                2,
                [
                  [1, [[1, 3]]],
                  [1, []],
                ],
              ],
            ],
          ],
        ],
      ],
    ],
  ]);
  expect(inspectOnnx(bytes).inputs[0]?.dims).toEqual([3, ""]);
  expect(inspectOnnx(bytes).outputs[0]?.dims).toBeUndefined();
});

test("refuses a file that is cut short anywhere", () => {
  for (let length = 0; length < small.length; length++) {
    expect(() => inspectOnnx(small.subarray(0, length)), `first ${length} bytes`).toThrow(
      expect.objectContaining({ code: "MODEL_CORRUPT" }),
    );
  }
});

test.each([
  ["an empty file", ""],
  ["a text", "version https://git-lfs.github.com/spec/v1\noid sha256:0ba9\nsize 38696353\n"],
  ["a web page", "<!DOCTYPE html><html><body>Sign in</body></html>"],
  ["a picture", "\u00ff\u00d8\u00ff\u00e0\u0000\u0010JFIF"],
])("refuses %s", (_, text) => {
  expect(() => inspectOnnx(Buffer.from(text, "latin1"))).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
});

describe("refuses weights in another file", () => {
  test.each([
    ["of the network itself", model(node([3, 1]), [5, elsewhere])],
    ["in a constant", model(node([5, elsewhere]))],
    ["in a list of constants", model(node([10, elsewhere]))],
    ["in a branch of an operator", model(node([6, [[5, elsewhere]]]))],
    ["in a branch of a branch", model(node([11, [node([6, [[5, elsewhere]]])]]))],
    ["in the values of sparse weights", model(node([3, 1]), [15, [[1, elsewhere]]])],
    ["in the indices of sparse weights", model(node([3, 1]), [15, [[2, elsewhere]]])],
    ["in a sparse constant", model(node([22, [[1, elsewhere]]]))],
    ["in a function", Buffer.concat([model(node([3, 1])), encode([[25, [[7, [[5, [[5, elsewhere]]]]]]]])])],
    ["in a function's default", Buffer.concat([model(node([3, 1])), encode([[25, [[11, [[5, elsewhere]]]]]])])],
    ["for training", Buffer.concat([model(node([3, 1])), encode([[20, [[1, [[5, elsewhere]]]]]])])],
    ["with a place but no mark", model(node([3, 1]), [5, [[1, 1], [2, 1], locations]])],
    [
      "with a mark but no place",
      model(node([3, 1]), [
        5,
        [
          [1, 1],
          [2, 1],
          [14, 1],
        ],
      ]),
    ],
  ])("%s", (_, bytes) => {
    expect(() => inspectOnnx(bytes)).toThrow(expect.objectContaining({ code: "MODEL_UNSUPPORTED" }));
  });
});

test("refuses weights that are not as many as their shape says", () => {
  const short: Field = [
    5,
    [
      [1, 2],
      [2, 1],
      [8, "short"],
      [9, new Uint8Array(4)],
    ],
  ];
  expect(() => inspectOnnx(model(node([3, 1]), short))).toThrow('"short" have 4 bytes where their shape needs 8');
});

test("refuses graphs nested beyond measure", () => {
  let deep: Field = node([3, 1]);
  for (let i = 0; i < 200; i++) deep = node([6, [deep]]);
  expect(() => inspectOnnx(model(deep))).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
});
