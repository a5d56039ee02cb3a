import { FaceError } from "../errors.ts";
import type { Wanted } from "./archive.ts";

const BLOCK = 512;

/** A path in a tar file is at most this long here; longer extended headers are a damaged file. */
const MAX_EXTENDED_HEADER = 1 << 20;

/**
 * Reads the files of a tar stream that `wanted` asks for, each into memory.
 *
 * @param wanted given a path inside the archive, the most bytes the file may have, or undefined to skip it
 * @throws FaceError MODEL_CORRUPT when the stream is not a tar file, is cut short, or a file is larger than allowed
 */
export async function readTar(chunks: AsyncIterable<Uint8Array>, wanted: Wanted): Promise<Map<string, Uint8Array>> {
  const input = new BlockReader(chunks);
  try {
    return await readEntries(input, wanted);
  } finally {
    await input.close();
  }
}

async function readEntries(input: BlockReader, wanted: Wanted): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let nextPath: string | undefined;
  for (;;) {
    const header = await input.read(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    checkHeader(header);
    const size = numberField(header, 124, 12);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "x" || type === "L") {
      if (size > MAX_EXTENDED_HEADER) throw corrupt("has a header that is too long");
      const body = await input.read(size);
      nextPath = type === "L" ? textField(body, 0, size) : (paxPath(body) ?? nextPath);
    } else {
      const path = nextPath ?? ustarPath(header);
      nextPath = undefined;
      const limit = type === "0" || type === "\0" ? wanted(path) : undefined;
      if (limit === undefined) {
        await input.skip(size);
      } else {
        if (size > limit) throw corrupt(`holds ${path} with ${size} bytes where at most ${limit} were expected`);
        files.set(path, await input.read(size));
      }
    }
    await input.skip(padding);
  }
  await input.drain();
  return files;
}

function checkHeader(header: Uint8Array): void {
  // The sum counts its own field as if it held spaces.
  let sum = 8 * 32;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += header[i] ?? 0;
  if (sum !== numberField(header, 148, 8)) throw corrupt("is damaged or not a tar file");
}

function ustarPath(header: Uint8Array): string {
  const name = textField(header, 0, 100);
  const prefix = textField(header, 257, 6).startsWith("ustar") ? textField(header, 345, 155) : "";
  const path = prefix === "" ? name : `${prefix}/${name}`;
  return path.startsWith("./") ? path.slice(2) : path;
}

/** The path of a pax header, whose records are "<length> <key>=<value>\n", the length counting the whole record. */
function paxPath(body: Uint8Array): string | undefined {
  const text = new TextDecoder();
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(32, at);
    const length = Number.parseInt(text.decode(body.subarray(at, space)), 10);
    if (space < 0 || !(length > 0)) throw corrupt("has a damaged header");
    const record = text.decode(body.subarray(space + 1, at + length - 1));
    if (record.startsWith("path=")) return record.slice("path=".length);
    at += length;
  }
  return undefined;
}

function numberField(bytes: Uint8Array, offset: number, length: number): number {
  const field = bytes.subarray(offset, offset + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    return field.reduce((value, byte, i) => value * 256 + (i === 0 ? byte & 0x7f : byte), 0);
  }
  const value = Number.parseInt(textField(bytes, offset, length).trim() || "0", 8);
  if (!Number.isSafeInteger(value)) throw corrupt("has a header without a number where one belongs");
  return value;
}

function textField(bytes: Uint8Array, offset: number, length: number): string {
  const field = bytes.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function corrupt(what: string): FaceError {
  return new FaceError("MODEL_CORRUPT", `The archive ${what}.`);
}

/** Hands out exact numbers of bytes from chunks of any size. */
class BlockReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async read(length: number): Promise<Uint8Array> {
    const result = new Uint8Array(length);
    await this.#take(length, (piece, at) => result.set(piece, at));
    return result;
  }

  skip(length: number): Promise<void> {
    return this.#take(length, () => {});
  }

  /** To the end, because what checks the whole stream speaks up only there. */
  async drain(): Promise<void> {
    while (!(await this.#chunks.next()).done);
  }

  /** Lets go of the source, wherever reading stopped. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #take(length: number, use: (piece: Uint8Array, at: number) => void): Promise<void> {
    let at = 0;
    while (at < length) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done) throw corrupt("is cut short");
        this.#rest = next.value;
      }
      const piece = this.#rest.subarray(0, length - at);
      use(piece, at);
      at += piece.length;
      this.#rest = this.#rest.subarray(piece.length);
    }
  }
}
