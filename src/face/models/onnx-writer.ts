/** A float32 input or output; a string stands for a dimension that is known only at run time. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

/** A constant of the graph: weights (float32) or shapes and indices (int64). */
export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
}

const IR_VERSION = 8;
const OPSET_VERSION = 17;

/** Field numbers and enum values of onnx.proto (ONNX 1.12, IR version 8). */
const TENSOR_FLOAT = 1;
const TENSOR_INT64 = 7;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
const ATTRIBUTE_INTS = 7;

/** The graph as the bytes of an ONNX model file (opset 17), weights inside. */
export function writeOnnx(graph: OnnxGraph): Uint8Array {
  const opset = message([varintField(2, OPSET_VERSION)]);
  return message([
    varintField(1, IR_VERSION),
    textField(2, "rollcall"),
    bytesField(7, graphProto(graph)),
    bytesField(8, opset),
  ]);
}

function graphProto(graph: OnnxGraph): Uint8Array {
  return message([
    ...graph.nodes.map((node, index) => bytesField(1, nodeProto(node, index))),
    textField(2, graph.name),
    ...graph.initializers.map((tensor) => bytesField(5, tensorProto(tensor))),
    ...graph.inputs.map((value) => bytesField(11, valueInfoProto(value))),
    ...graph.outputs.map((value) => bytesField(12, valueInfoProto(value))),
  ]);
}

function nodeProto(node: OnnxNode, index: number): Uint8Array {
  return message([
    ...node.inputs.map((name) => textField(1, name)),
    ...node.outputs.map((name) => textField(2, name)),
    textField(3, `${node.op}_${index}`),
    textField(4, node.op),
    ...Object.entries(node.attributes ?? {}).map(([name, value]) => bytesField(5, attributeProto(name, value))),
  ]);
}

function attributeProto(name: string, value: OnnxAttribute): Uint8Array {
  if ("float" in value)
    return message([textField(1, name), floatField(2, value.float), varintField(20, ATTRIBUTE_FLOAT)]);
  if ("int" in value) return message([textField(1, name), varintField(3, value.int), varintField(20, ATTRIBUTE_INT)]);
  if ("string" in value) {
    return message([textField(1, name), textField(4, value.string), varintField(20, ATTRIBUTE_STRING)]);
  }
  return message([textField(1, name), ...value.ints.map((i) => varintField(8, i)), varintField(20, ATTRIBUTE_INTS)]);
}

function tensorProto(tensor: OnnxTensor): Uint8Array {
  const elements = tensor.dims.reduce((product, dim) => product * dim, 1);
  if (elements !== tensor.data.length) {
    throw new RangeError(`tensor ${tensor.name}: ${tensor.data.length} values do not fill [${tensor.dims.join(", ")}]`);
  }
  const raw = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  return message([
    ...tensor.dims.map((dim) => varintField(1, dim)),
    varintField(2, tensor.data instanceof Float32Array ? TENSOR_FLOAT : TENSOR_INT64),
    textField(8, tensor.name),
    bytesField(9, raw),
  ]);
}

function valueInfoProto(value: OnnxValueInfo): Uint8Array {
  const shape = message(
    value.dims.map((dim) =>
      bytesField(1, message([typeof dim === "number" ? varintField(1, dim) : textField(2, dim)])),
    ),
  );
  const tensorType = message([varintField(1, TENSOR_FLOAT), bytesField(2, shape)]);
  return message([textField(1, value.name), bytesField(2, message([bytesField(1, tensorType)]))]);
}

// Protocol Buffers wire format: a tag (field number and wire type), then the value.

function message(fields: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((length, field) => length + field.length, 0));
  let offset = 0;
  for (const field of fields) {
    bytes.set(field, offset);
    offset += field.length;
  }
  return bytes;
}

function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

function varintField(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field << 3), ...varint(value)]);
}

function floatField(field: number, value: number): Uint8Array {
  return message([Uint8Array.from(varint((field << 3) | 5)), new Uint8Array(Float32Array.of(value).buffer)]);
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return message([Uint8Array.from([...varint((field << 3) | 2), ...varint(bytes.length)]), bytes]);
}

function textField(field: number, text: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(text));
}
