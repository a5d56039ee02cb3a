import { FaceError } from "../errors.ts";

/** A field of a protocol buffer message: a number, or bytes that hold a message, a text or packed numbers. */
export interface ProtobufField {
  readonly number: number;
  /** Of a varint or fixed-width field; 0 for bytes. */
  readonly value: bigint;
  /** Of a length-delimited field, a window into the message; undefined for numbers. */
  readonly bytes?: Uint8Array;
}

const WIRE_VARINT = 0;
const WIRE_64_BIT = 1;
const WIRE_BYTES = 2;
const WIRE_32_BIT = 5;

/**
 * The fields of a message in their order. Nothing is copied, so this is fast on large weights.
 *
 * Encoding: protobuf.dev/programming-guides/encoding.
 *
 * @throws FaceError MODEL_CORRUPT when the bytes are no message or end in the middle of a field
 */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  while (at < message.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    if (number === 0) throw notProtobuf();
    switch (Number(tag & 7n)) {
      case WIRE_VARINT:
        yield { number, value: varint() };
        break;
      case WIRE_64_BIT:
        yield { number, value: view.getBigUint64(advance(8), true) };
        break;
      case WIRE_32_BIT:
        yield { number, value: BigInt(view.getUint32(advance(4), true)) };
        break;
      case WIRE_BYTES: {
        const length = Number(varint());
        const start = advance(length);
        yield { number, value: 0n, bytes: message.subarray(start, start + length) };
        break;
      }
      default:
        throw notProtobuf();
    }
  }

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[advance(1)] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw notProtobuf();
  }

  function advance(length: number): number {
    const start = at;
    if (start + length > message.length) throw new FaceError("MODEL_CORRUPT", "The network's file is cut short.");
    at = start + length;
    return start;
  }
}

export function textOf(field: ProtobufField): string {
  return new TextDecoder().decode(field.bytes);
}

/** The numbers of a repeated varint field, packed or one by one. */
export function* varintsOf(field: ProtobufField): Generator<bigint> {
  if (field.bytes === undefined) {
    yield field.value;
    return;
  }
  let value = 0n;
  let shift = 0n;
  for (const byte of field.bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte < 0x80) {
      yield BigInt.asIntN(64, value);
      value = 0n;
      shift = 0n;
    }
  }
}

function notProtobuf(): FaceError {
  return new FaceError("MODEL_CORRUPT", "The file is damaged, or no ONNX network.");
}
