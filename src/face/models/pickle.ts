import { FaceError } from "../errors.ts";
import { buildStorage, findGlobal, Global, type Pickled, Tuple } from "./pickle-values.ts";

/** FaceNet's pickle takes 26,614 instructions; the limit bounds the memory that a hostile one can claim. */
const MAX_INSTRUCTIONS = 1_000_000;

/**
 * Reads one pickle of protocol 2 that describes tensors. It is a program, but nothing is run: an instruction or a name
 * that tensors do not need is refused.
 * @param start offset of the pickle in the bytes; the returned `end` is the offset after it
 * @throws FaceError MODEL_UNSUPPORTED naming the instruction or name refused, MODEL_CORRUPT when the bytes end too early
 */
export function readPickle(bytes: Uint8Array, start = 0): { readonly value: Pickled; readonly end: number } {
  const input = new PickleInput(bytes, start);
  const machine = new PickleMachine();
  for (let count = 0; count < MAX_INSTRUCTIONS; count++) {
    const opcode = input.byte();
    if (opcode === STOP) return { value: machine.result(), end: input.offset };
    const instruction = instructions.get(opcode);
    if (!instruction) throw refusedInstruction(opcode);
    instruction(machine, input);
  }
  throw corrupt(`takes more than ${MAX_INSTRUCTIONS} steps to read`);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a pickle, read in order; every read checks that they are there. */
class PickleInput {
  offset: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(bytes: Uint8Array, offset: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = offset;
  }

  byte(): number {
    return this.view.getUint8(this.advance(1));
  }

  uint16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  float64(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  /** A little-endian two's complement integer of so many bytes: a number where it fits, else a bigint. */
  integer(length: number): number | bigint {
    const start = this.advance(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.view.getUint8(start + i));
    const signed = BigInt.asIntN(length * 8, value);
    return BigInt.asIntN(53, signed) === signed ? Number(signed) : signed;
  }

  text(length: number): string {
    const start = this.advance(length);
    try {
      return utf8.decode(this.bytes.subarray(start, this.offset));
    } catch (cause) {
      throw corrupt("holds a name that is not text", cause);
    }
  }

  /** Text up to a line feed, which is skipped. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.offset);
    if (end < 0) throw corrupt("ends in the middle of a name");
    const text = this.text(end - this.offset);
    this.advance(1);
    return text;
  }

  private advance(length: number): number {
    const start = this.offset;
    if (start + length > this.bytes.length) throw corrupt("ends too early");
    this.offset = start + length;
    return start;
  }
}

/** The stack and the memo that a pickle's instructions work on. */
class PickleMachine {
  readonly memo = new Map<number, Pickled>();
  private stack: Pickled[] = [];
  private readonly outer: Pickled[][] = [];

  push(value: Pickled): void {
    this.stack.push(value);
  }

  pop(): Pickled {
    const value = this.stack.pop();
    if (value === undefined) throw corrupt("uses a value it never gave");
    return value;
  }

  top(): Pickled {
    const value = this.stack.at(-1);
    if (value === undefined) throw corrupt("uses a value it never gave");
    return value;
  }

  popMany(count: number): Pickled[] {
    if (this.stack.length < count) throw corrupt("uses a value it never gave");
    return this.stack.splice(-count);
  }

  mark(): void {
    this.outer.push(this.stack);
    this.stack = [];
  }

  popMarked(): Pickled[] {
    const items = this.stack;
    const outer = this.outer.pop();
    if (!outer) throw corrupt("closes a group it never opened");
    this.stack = outer;
    return items;
  }

  remembered(index: number): Pickled {
    const value = this.memo.get(index);
    if (value === undefined) throw corrupt("refers to a value it never gave");
    return value;
  }

  append(items: readonly Pickled[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw corrupt("adds to a list that is none");
    for (const item of items) list.push(item);
  }

  setItems(pairs: readonly Pickled[]): void {
    const dictionary = this.top();
    if (!(dictionary instanceof Map) || pairs.length % 2 !== 0) throw corrupt("adds to a dictionary that is none");
    for (let i = 0; i + 1 < pairs.length; i += 2) dictionary.set(pairs[i] ?? null, pairs[i + 1] ?? null);
  }

  call(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(callee instanceof Global) || !(args instanceof Tuple)) throw corrupt("calls what cannot be called");
    if (!callee.build) throw corrupt(`calls ${callee.name}, which is only a type`);
    this.push(callee.build(args.items));
  }

  /** PyTorch hangs version numbers (`_metadata`) on the dictionary of tensors; they say nothing about the weights. */
  dropAttributes(): void {
    const attributes = this.pop();
    if (!(attributes instanceof Map) || !(this.top() instanceof Map)) throw corrupt("changes what cannot be changed");
  }

  result(): Pickled {
    const value = this.pop();
    if (this.stack.length > 0 || this.outer.length > 0) throw corrupt("stops in the middle");
    return value;
  }
}

const STOP = 0x2e;

type Instruction = (machine: PickleMachine, input: PickleInput) => void;

/** Opcodes as in CPython's pickletools, and what they do. */
const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, (_, input) => checkProtocol(input.byte())], // PROTO
  [0x28, (machine) => machine.mark()], // MARK
  [0x4e, (machine) => machine.push(null)], // NONE
  [0x88, (machine) => machine.push(true)], // NEWTRUE
  [0x89, (machine) => machine.push(false)], // NEWFALSE
  [0x4b, (machine, input) => machine.push(input.byte())], // BININT1
  [0x4d, (machine, input) => machine.push(input.uint16())], // BININT2
  [0x4a, (machine, input) => machine.push(input.int32())], // BININT
  [0x8a, (machine, input) => machine.push(input.integer(input.byte()))], // LONG1
  [0x47, (machine, input) => machine.push(input.float64())], // BINFLOAT
  [0x58, (machine, input) => machine.push(input.text(input.uint32()))], // BINUNICODE
  [0x5d, (machine) => machine.push([])], // EMPTY_LIST
  [0x7d, (machine) => machine.push(new Map())], // EMPTY_DICT
  [0x29, (machine) => machine.push(new Tuple([]))], // EMPTY_TUPLE
  [0x85, (machine) => machine.push(new Tuple(machine.popMany(1)))], // TUPLE1
  [0x86, (machine) => machine.push(new Tuple(machine.popMany(2)))], // TUPLE2
  [0x87, (machine) => machine.push(new Tuple(machine.popMany(3)))], // TUPLE3
  [0x74, (machine) => machine.push(new Tuple(machine.popMarked()))], // TUPLE
  [0x61, (machine) => machine.append(machine.popMany(1))], // APPEND
  [0x65, (machine) => machine.append(machine.popMarked())], // APPENDS
  [0x73, (machine) => machine.setItems(machine.popMany(2))], // SETITEM
  [0x75, (machine) => machine.setItems(machine.popMarked())], // SETITEMS
  [0x71, (machine, input) => machine.memo.set(input.byte(), machine.top())], // BINPUT
  [0x72, (machine, input) => machine.memo.set(input.uint32(), machine.top())], // LONG_BINPUT
  [0x68, (machine, input) => machine.push(machine.remembered(input.byte()))], // BINGET
  [0x6a, (machine, input) => machine.push(machine.remembered(input.uint32()))], // LONG_BINGET
  [0x63, (machine, input) => machine.push(findGlobal(input.line(), input.line()))], // GLOBAL
  [0x51, (machine) => machine.push(buildStorage(machine.pop()))], // BINPERSID
  [0x52, (machine) => machine.call()], // REDUCE
  [0x62, (machine) => machine.dropAttributes()], // BUILD
]);

/** Instructions that exist but that tensors never need, so that a refusal can call them by name. */
const refusedNames: ReadonlyMap<number, string> = new Map([
  [0x30, "POP"],
  [0x31, "POP_MARK"],
  [0x32, "DUP"],
  [0x42, "BINBYTES"],
  [0x43, "SHORT_BINBYTES"],
  [0x46, "FLOAT"],
  [0x49, "INT"],
  [0x4c, "LONG"],
  [0x50, "PERSID"],
  [0x53, "STRING"],
  [0x54, "BINSTRING"],
  [0x55, "SHORT_BINSTRING"],
  [0x56, "UNICODE"],
  [0x64, "DICT"],
  [0x67, "GET"],
  [0x69, "INST"],
  [0x6c, "LIST"],
  [0x6f, "OBJ"],
  [0x70, "PUT"],
  [0x81, "NEWOBJ"],
  [0x82, "EXT1"],
  [0x83, "EXT2"],
  [0x84, "EXT4"],
  [0x8b, "LONG4"],
  [0x8c, "SHORT_BINUNICODE"],
  [0x8d, "BINUNICODE8"],
  [0x8e, "BINBYTES8"],
  [0x8f, "EMPTY_SET"],
  [0x90, "ADDITEMS"],
  [0x91, "FROZENSET"],
  [0x92, "NEWOBJ_EX"],
  [0x93, "STACK_GLOBAL"],
  [0x94, "MEMOIZE"],
  [0x95, "FRAME"],
  [0x96, "BYTEARRAY8"],
  [0x97, "NEXT_BUFFER"],
  [0x98, "READONLY_BUFFER"],
]);

function refusedInstruction(opcode: number): FaceError {
  const name = refusedNames.get(opcode) ?? "unknown";
  const code = opcode.toString(16).padStart(2, "0");
  return new FaceError(
    "MODEL_UNSUPPORTED",
    `The weights file uses the pickle instruction ${name} (0x${code}), which a file of plain tensors does not need, ` +
      "so it is refused. Get the file from its publisher, or save only the state dict again with torch.save.",
  );
}

function checkProtocol(version: number): void {
  if (version === 2) return;
  throw new FaceError(
    "MODEL_UNSUPPORTED",
    `The weights file is a pickle of protocol ${version}; PyTorch writes protocol 2. Save it again with torch.save's defaults.`,
  );
}

function corrupt(what: string, cause?: unknown): FaceError {
  return new FaceError(
    "MODEL_CORRUPT",
    `The weights file is damaged: its list of tensors ${what}. Download it again.`,
    cause === undefined ? {} : { cause },
  );
}
