import { ByteBuffer } from "flatbuffers";
import { FaceError } from "../errors.ts";

/** The operators of TFLite's builtin list that our models use, by their code in its schema. */
const OPERATORS = new Map([
  [0, "ADD"],
  [3, "CONV_2D"],
  [4, "DEPTHWISE_CONV_2D"],
  [9, "FULLY_CONNECTED"],
  [17, "MAX_POOL_2D"],
  [18, "MUL"],
  [19, "RELU"],
  [22, "RESHAPE"],
  [41, "SUB"],
  [42, "DIV"],
  [47, "EXP"],
  [59, "NEG"],
  [74, "SUM"],
  [82, "REDUCE_MAX"],
  [101, "ABS"],
]);

/** Where each operator's options say which activation is fused into it; our converters take none. */
const FUSED_ACTIVATION_FIELD = new Map([
  ["ADD", 0],
  ["CONV_2D", 3],
  ["DEPTHWISE_CONV_2D", 4],
  ["FULLY_CONNECTED", 0],
  ["MAX_POOL_2D", 5],
  ["MUL", 0],
  ["SUB", 0],
  ["DIV", 0],
]);

const FLOAT32 = 0;

export interface TfliteTensor {
  readonly name: string;
  /** NHWC for images. */
  readonly shape: readonly number[];
  /** Values of a float32 constant; absent for what is computed. */
  readonly data?: Float32Array;
}

export interface TfliteOperator {
  readonly op: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** An option of the operator by its field number in TFLite's schema, 0 when left out. */
  readonly option: (field: number) => number;
}

export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Reads the first subgraph of a TFLite FlatBuffer (file identifier TFL3).
 *
 * @throws FaceError MODEL_CORRUPT when it is not one or ends early; MODEL_UNSUPPORTED for operators outside the list
 */
export function readTflite(bytes: Uint8Array): TfliteModel {
  if (bytes.length < 8 || new TextDecoder("latin1").decode(bytes.subarray(4, 8)) !== "TFL3") {
    throw new FaceError("MODEL_CORRUPT", "The file is not a TFLite model: it lacks the mark TFL3. Fetch it again.");
  }
  try {
    return readModel(new FlatReader(bytes));
  } catch (cause) {
    if (cause instanceof FaceError) throw cause;
    throw new FaceError("MODEL_CORRUPT", "The TFLite model is cut short or damaged. Fetch it again.", { cause });
  }
}

function readModel(reader: FlatReader): TfliteModel {
  const model = reader.root();
  const operatorCodes = reader.tables(model, 1).map((code) => Math.max(reader.int8(code, 0), reader.int32(code, 3)));
  const buffers = reader.tables(model, 4);
  const subgraph = reader.tables(model, 2)[0];
  if (subgraph === undefined) throw new RangeError("no subgraph");
  return {
    tensors: reader.tables(subgraph, 0).map((tensor) => readTensor(reader, tensor, buffers)),
    inputs: reader.int32s(subgraph, 1),
    outputs: reader.int32s(subgraph, 2),
    operators: reader.tables(subgraph, 3).map((operator) => readOperator(reader, operator, operatorCodes)),
  };
}

function readTensor(reader: FlatReader, tensor: number, buffers: readonly number[]): TfliteTensor {
  const buffer = buffers[reader.int32(tensor, 2)];
  const raw = buffer === undefined ? new Uint8Array() : reader.bytes(buffer, 0);
  const described = { name: reader.text(tensor, 3), shape: reader.int32s(tensor, 0) };
  if (reader.int8(tensor, 1) !== FLOAT32 || raw.length === 0) return described;
  return { ...described, data: new Float32Array(new Uint8Array(raw).buffer) };
}

function readOperator(reader: FlatReader, operator: number, codes: readonly number[]): TfliteOperator {
  const code = codes[reader.int32(operator, 0)] ?? -1;
  const op = OPERATORS.get(code);
  if (op === undefined) {
    throw new FaceError("MODEL_UNSUPPORTED", `The TFLite model uses operator ${code}, which cannot be converted.`);
  }
  const options = reader.child(operator, 4);
  const activation = FUSED_ACTIVATION_FIELD.get(op);
  if (options !== undefined && activation !== undefined && reader.int8(options, activation) !== 0) {
    throw new FaceError(
      "MODEL_UNSUPPORTED",
      `The TFLite model fuses an activation into ${op}, which cannot be converted.`,
    );
  }
  return {
    op,
    inputs: reader.int32s(operator, 1),
    outputs: reader.int32s(operator, 2),
    // Every option we read is a byte or an int32 that holds a small number, so its low byte is the value.
    option: (field) => (options === undefined ? 0 : reader.int8(options, field)),
  };
}

/** Reads tables of a FlatBuffer by field number, with every offset checked against the end of the file. */
class FlatReader {
  readonly #buffer: ByteBuffer;

  constructor(bytes: Uint8Array) {
    this.#buffer = new ByteBuffer(bytes);
  }

  root(): number {
    return this.#at(this.#buffer.readInt32(0), 4);
  }

  child(table: number, field: number): number | undefined {
    const position = this.#field(table, field);
    return position === undefined ? undefined : this.#at(this.#buffer.__indirect(position), 4);
  }

  tables(table: number, field: number): number[] {
    const { start, length } = this.#vector(table, field, 4);
    return Array.from({ length }, (_, i) => this.#at(this.#buffer.__indirect(start + 4 * i), 4));
  }

  int32s(table: number, field: number): number[] {
    const { start, length } = this.#vector(table, field, 4);
    return Array.from({ length }, (_, i) => this.#buffer.readInt32(start + 4 * i));
  }

  bytes(table: number, field: number): Uint8Array {
    const { start, length } = this.#vector(table, field, 1);
    return this.#buffer.bytes().subarray(start, start + length);
  }

  text(table: number, field: number): string {
    return new TextDecoder().decode(this.bytes(table, field));
  }

  int8(table: number, field: number): number {
    const position = this.#field(table, field);
    return position === undefined ? 0 : this.#buffer.readInt8(this.#at(position, 1));
  }

  int32(table: number, field: number): number {
    const position = this.#field(table, field);
    return position === undefined ? 0 : this.#buffer.readInt32(this.#at(position, 4));
  }

  #field(table: number, field: number): number | undefined {
    const offset = this.#buffer.__offset(table, 4 + 2 * field);
    return offset === 0 ? undefined : table + offset;
  }

  #vector(table: number, field: number, elementBytes: number): { start: number; length: number } {
    const position = this.#field(table, field);
    if (position === undefined) return { start: 0, length: 0 };
    const start = this.#buffer.__vector(position);
    const length = this.#buffer.__vector_len(position);
    if (length < 0) throw new RangeError("a vector of negative length");
    this.#at(start, length * elementBytes);
    return { start, length };
  }

  #at(position: number, bytes: number): number {
    if (position < 0 || position + bytes > this.#buffer.capacity()) throw new RangeError("an offset past the end");
    return position;
  }
}
