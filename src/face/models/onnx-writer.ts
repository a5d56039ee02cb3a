/** A float32 input or output; a string stands for a dimension that is known only at run time. */
interface OnnxValueInfo {
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

/**
 * The graph as the bytes of an ONNX model file (opset 17, IR version 8), weights inside.
 * @throws RangeError when a tensor's values do not fill its dimensions
 */
export function writeOnnx(graph: OnnxGraph): Uint8Array {
  const opset = message([varintField(2, OPSET_VERSION)]);
  return flatten(
    message([
      varintField(1, IR_VERSION),
      textField(2, "rollcall"),
      messageField(7, graphProto(graph)),
      messageField(8, opset),
    ]),
  );
}

function graphProto(graph: OnnxGraph): Message {
  return message([
    ...graph.nodes.map((node, index) => messageField(1, nodeProto(node, index))),
    textField(2, graph.name),
    ...graph.initializers.map((tensor) => messageField(5, tensorProto(tensor))),
    ...graph.inputs.map((value) => messageField(11, valueInfoProto(value))),
    ...graph.outputs.map((value) => messageField(12, valueInfoProto(value))),
  ]);
}

function nodeProto(node: OnnxNode, index: number): Message {
  return message([
    ...node.inputs.map((name) => textField(1, name)),
    ...node.outputs.map((name) => textField(2, name)),
    textField(3, `${node.op}_${index}`),
    textField(4, node.op),
    ...Object.entries(node.attributes ?? {}).map(([name, value]) => messageField(5, attributeProto(name, value))),
  ]);
}

function attributeProto(name: string, value: OnnxAttribute): Message {
  if ("float" in value)
    return message([textField(1, name), floatField(2, value.float), varintField(20, ATTRIBUTE_FLOAT)]);
  if ("int" in value) return message([textField(1, name), varintField(3, value.int), varintField(20, ATTRIBUTE_INT)]);
  if ("string" in value) {
    return message([textField(1, name), textField(4, value.string), varintField(20, ATTRIBUTE_STRING)]);
  }
  return message([textField(1, name), ...value.ints.map((i) => varintField(8, i)), varintField(20, ATTRIBUTE_INTS)]);
}

function tensorProto(tensor: OnnxTensor): Message {
  const elements = tensor.dims.reduce((product, dim) => product * dim, 1);
  if (elements !== tensor.data.length) {
    throw new RangeError(`tensor ${tensor.name}: ${tensor.data.length} values do not fill [${tensor.dims.join(", ")}]`);
  }
  return message([
    ...tensor.dims.map((dim) => varintField(1, dim)),
    varintField(2, tensor.data instanceof Float32Array ? TENSOR_FLOAT : TENSOR_INT64),
    textField(8, tensor.name),
    bytesField(9, new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)),
  ]);
}

function valueInfoProto(value: OnnxValueInfo): Message {
  const shape = message(
    value.dims.map((dim) =>
      messageField(1, message([typeof dim === "number" ? varintField(1, dim) : textField(2, dim)])),
    ),
  );
  const tensorType = message([varintField(1, TENSOR_FLOAT), messageField(2, shape)]);
  return message([textField(1, value.name), messageField(2, message([messageField(1, tensorType)]))]);
}

// Protocol Buffers wire format: a tag (field number and wire type), then the value.

/** Encoded bytes that are not joined yet, so that a hundred megabytes of weights nested four deep are copied once. */
interface Message {
  readonly length: number;
  readonly parts: readonly Uint8Array[];
}

const WIRE_VARINT = 0;
const WIRE_BYTES = 2;
const WIRE_FLOAT = 5;

function message(fields: readonly Message[]): Message {
  return {
    length: fields.reduce((length, field) => length + field.length, 0),
    parts: fields.flatMap((field) => field.parts),
  };
}

function flatten({ length, parts }: Message): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function raw(...parts: readonly Uint8Array[]): Message {
  return { length: parts.reduce((length, part) => length + part.length, 0), parts };
}

function tag(field: number, wireType: number): number[] {
  return varint((field << 3) | wireType);
}

function varint(value: number): number[] {
  // Negative numbers are written as 64-bit two's complement.
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

function varintField(field: number, value: number): Message {
  return raw(Uint8Array.from([...tag(field, WIRE_VARINT), ...varint(value)]));
}

function floatField(field: number, value: number): Message {
  return raw(Uint8Array.from(tag(field, WIRE_FLOAT)), new Uint8Array(Float32Array.of(value).buffer));
}

function bytesField(field: number, bytes: Uint8Array): Message {
  return raw(Uint8Array.from([...tag(field, WIRE_BYTES), ...varint(bytes.length)]), bytes);
}

function messageField(field: number, inner: Message): Message {
  return message([raw(Uint8Array.from([...tag(field, WIRE_BYTES), ...varint(inner.length)])), inner]);
}

function textField(field: number, text: string): Message {
  return bytesField(field, new TextEncoder().encode(text));
}
