import { FaceError } from "../errors.ts";
import { type ProtobufField, protobufFields, textOf, varintsOf } from "./protobuf.ts";

/** An input or output of a network. */
export interface OnnxValue {
  readonly name: string;
  /** `TensorProto.DataType`; 1 is float32. */
  readonly elementType: number;
  /** A number where the dimension is fixed, a name or "" where it is open; undefined when the rank is open too. */
  readonly dims: readonly (number | string)[] | undefined;
}

/** What can be said of a network without running it. */
export interface OnnxSummary {
  /** Without those that are weights. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export const ONNX_FLOAT32 = 1;

/** Data location EXTERNAL of a tensor: its numbers are in another file, at a path that the model's author chose. */
const EXTERNAL = 1n;

/** Bytes of one element by `TensorProto.DataType`, for types of whole bytes. */
const ELEMENT_BYTES: Readonly<Record<number, number>> = {
  1: 4,
  2: 1,
  3: 1,
  4: 2,
  5: 2,
  6: 4,
  7: 8,
  9: 1,
  10: 2,
  11: 8,
  12: 4,
  13: 8,
  14: 8,
  15: 16,
  16: 2,
};

/** Deeper nesting of graphs in graphs is not a network but an attack on the stack. */
const MAX_DEPTH = 32;

/**
 * Reads an ONNX file (onnx.proto, IR version 3 to 10) as far as is needed to tell that it is complete and on its own.
 *
 * @throws FaceError MODEL_CORRUPT when it is cut short or no ONNX, MODEL_UNSUPPORTED when a part of it is in another file
 */
export function inspectOnnx(bytes: Uint8Array): OnnxSummary {
  let graph: GraphSummary | undefined;
  let opsets = 0;
  for (const field of protobufFields(bytes)) {
    if (field.number === 7) graph = readGraph(message(field), 0);
    else if (field.number === 8) opsets++;
    else if (field.number === 20) readTraining(message(field));
    else if (field.number === 25) readFunction(message(field));
  }
  if (graph === undefined || opsets === 0 || graph.nodes === 0 || graph.outputs.length === 0) {
    throw new FaceError("MODEL_CORRUPT", "The file holds no complete ONNX network.");
  }
  const { inputs, outputs, weights } = graph;
  return { inputs: inputs.filter(({ name }) => !weights.has(name)), outputs };
}

interface GraphSummary extends OnnxSummary {
  readonly weights: ReadonlySet<string>;
  readonly nodes: number;
}

function readGraph(graph: Uint8Array, depth: number): GraphSummary {
  if (depth > MAX_DEPTH) throw new FaceError("MODEL_CORRUPT", "The network's graphs are nested too deeply.");
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const weights = new Set<string>();
  let nodes = 0;
  for (const field of protobufFields(graph)) {
    switch (field.number) {
      case 1:
        nodes++;
        readNode(message(field), depth);
        break;
      case 5:
        weights.add(readTensor(message(field)));
        break;
      case 11:
        inputs.push(readValue(message(field)));
        break;
      case 12:
        outputs.push(readValue(message(field)));
        break;
      case 15:
        weights.add(readSparseTensor(message(field)));
        break;
    }
  }
  return { inputs, outputs, weights, nodes };
}

function readNode(node: Uint8Array, depth: number): void {
  for (const field of protobufFields(node)) if (field.number === 5) readAttribute(message(field), depth);
}

function readAttribute(attribute: Uint8Array, depth: number): void {
  for (const field of protobufFields(attribute)) {
    if (field.number === 5 || field.number === 10) readTensor(message(field));
    else if (field.number === 6 || field.number === 11) readGraph(message(field), depth + 1);
    else if (field.number === 22 || field.number === 23) readSparseTensor(message(field));
  }
}

function readFunction(body: Uint8Array): void {
  for (const field of protobufFields(body)) {
    if (field.number === 7) readNode(message(field), 0);
    else if (field.number === 11) readAttribute(message(field), 0);
  }
}

function readTraining(training: Uint8Array): void {
  for (const field of protobufFields(training)) if (field.number <= 2) readGraph(message(field), 0);
}

/** @returns the tensor's name */
function readSparseTensor(sparse: Uint8Array): string {
  let name = "";
  for (const field of protobufFields(sparse)) {
    if (field.number === 1) name = readTensor(message(field));
    else if (field.number === 2) readTensor(message(field));
  }
  return name;
}

/** @returns the tensor's name */
function readTensor(tensor: Uint8Array): string {
  let name = "";
  let type = 0;
  let elements = 1;
  let raw: Uint8Array | undefined;
  let external = false;
  for (const field of protobufFields(tensor)) {
    if (field.number === 1) for (const dim of varintsOf(field)) elements *= Number(dim);
    else if (field.number === 2) type = Number(field.value);
    else if (field.number === 8) name = textOf(field);
    else if (field.number === 9) raw = message(field);
    else if (field.number === 13) external = true;
    else if (field.number === 14) external ||= field.value === EXTERNAL;
  }
  if (external) {
    throw new FaceError(
      "MODEL_UNSUPPORTED",
      `The network keeps its weights ("${name}") in another file. Save it again as one file, without external data.`,
    );
  }
  const elementBytes = ELEMENT_BYTES[type];
  if (raw !== undefined && elementBytes !== undefined && raw.length !== elements * elementBytes) {
    throw new FaceError(
      "MODEL_CORRUPT",
      `The network's weights "${name}" have ${raw.length} bytes where their shape needs ${elements * elementBytes}.`,
    );
  }
  return name;
}

function readValue(value: Uint8Array): OnnxValue {
  let name = "";
  let type: { elementType: number; dims: (number | string)[] | undefined } = { elementType: 0, dims: undefined };
  for (const field of protobufFields(value)) {
    if (field.number === 1) name = textOf(field);
    else if (field.number === 2) type = readType(message(field));
  }
  return { name, ...type };
}

function readType(type: Uint8Array): { elementType: number; dims: (number | string)[] | undefined } {
  let elementType = 0;
  let dims: (number | string)[] | undefined;
  for (const tensorType of protobufFields(type)) {
    if (tensorType.number !== 1) continue;
    for (const field of protobufFields(message(tensorType))) {
      if (field.number === 1) elementType = Number(field.value);
      else if (field.number === 2) dims = [...protobufFields(message(field))].map((dim) => readDimension(message(dim)));
    }
  }
  return { elementType, dims };
}

function readDimension(dimension: Uint8Array): number | string {
  let result: number | string = "";
  for (const field of protobufFields(dimension)) {
    if (field.number === 1) result = Number(field.value);
    else if (field.number === 2) result = textOf(field);
  }
  return result;
}

function message(field: ProtobufField): Uint8Array {
  if (field.bytes === undefined) throw new FaceError("MODEL_CORRUPT", "The file is damaged, or no ONNX network.");
  return field.bytes;
}
