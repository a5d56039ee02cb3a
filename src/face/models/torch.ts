import { FaceError } from "../errors.ts";
import { readPickle } from "./pickle.ts";
import { type Pickled, TensorReference } from "./pickle-values.ts";
import { readZip } from "./zip.ts";

/** A tensor of a state dict. Its place in the file has been checked; the numbers stay there until they are asked for. */
export interface TorchTensor {
  readonly dims: readonly number[];
  /** A copy of the numbers in row-major order. @throws FaceError MODEL_UNSUPPORTED when they are not floating point */
  values(): Float32Array;
}

/** What the file says of its tensors, and the storages they lie in by key. */
interface Container {
  readonly tensors: ReadonlyMap<string, TensorReference>;
  readonly storages: ReadonlyMap<string, Uint8Array>;
}

/** The first two pickles of a legacy file, from PyTorch's torch/serialization.py. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;
const PICKLE_SIGNATURE = [0x80, 0x02];
const ZIP_SIGNATURE = [0x50, 0x4b, 0x03, 0x04];

/** FaceNet's takes 111 kB. */
const MAX_PICKLE_BYTES = 16 * 1024 ** 2;

const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  DoubleStorage: 8,
  FloatStorage: 4,
  HalfStorage: 2,
  BFloat16Storage: 2,
  LongStorage: 8,
  IntStorage: 4,
  ShortStorage: 2,
  CharStorage: 1,
  ByteStorage: 1,
  BoolStorage: 1,
};

/**
 * Reads a file that `torch.save(model.state_dict(), path)` wrote, be it by PyTorch before 1.6 or after (a zip archive).
 * Nothing in it is run, and no memory is claimed on its word alone.
 * @returns tensors by name, in the order of the file
 * @throws FaceError MODEL_UNSUPPORTED when it holds anything but tensors, or numbers of a big-endian machine;
 *   MODEL_CORRUPT when it is cut short or its sizes contradict each other
 */
export function readStateDict(file: Uint8Array): ReadonlyMap<string, TorchTensor> {
  const { tensors, storages } = openContainer(file);
  return new Map([...tensors].map(([name, tensor]) => [name, openTensor(name, tensor, storages)]));
}

function openContainer(file: Uint8Array): Container {
  if (startsWith(file, ZIP_SIGNATURE)) return readZipContainer(file);
  if (startsWith(file, PICKLE_SIGNATURE)) return readLegacyContainer(file);
  throw notStateDict("does not begin like one");
}

/** A zip archive with one folder of any name: data.pkl, byteorder, and each storage as data/<key>. */
function readZipContainer(file: Uint8Array): Container {
  const files = readZip(file, (path) => {
    if (/^[^/]+\/data\.pkl$/.test(path)) return MAX_PICKLE_BYTES;
    return /^[^/]+\/(byteorder|data\/[^/]+)$/.test(path) ? file.length : undefined;
  });
  const pickles = [...files].filter(([path]) => path.endsWith("/data.pkl"));
  const [path, pickle] = pickles[0] ?? [];
  if (pickles.length !== 1 || path === undefined || pickle === undefined)
    throw notStateDict("is an archive of something else");

  const folder = path.slice(0, -"data.pkl".length);
  const byteOrder = files.get(`${folder}byteorder`);
  if (byteOrder && new TextDecoder().decode(byteOrder) !== "little") throw bigEndian();
  const prefix = `${folder}data/`;
  const storages = [...files].filter(([name]) => name.startsWith(prefix));
  return {
    tensors: readTensors(readPickle(pickle).value),
    storages: new Map(storages.map(([name, bytes]) => [name.slice(prefix.length), bytes])),
  };
}

/** Five pickles (magic number, protocol, machine, state dict, keys of storages), then the storages in that order. */
function readLegacyContainer(file: Uint8Array): Container {
  const magic = readPickle(file);
  if (magic.value !== LEGACY_MAGIC) throw notStateDict("does not begin like one");
  const protocol = readPickle(file, magic.end);
  if (protocol.value !== LEGACY_PROTOCOL) throw notStateDict("was written by a PyTorch of another age");
  const machine = readPickle(file, protocol.end);
  if (!(machine.value instanceof Map) || machine.value.get("little_endian") !== true) throw bigEndian();
  const root = readPickle(file, machine.end);
  const tensors = readTensors(root.value);
  const keys = readPickle(file, root.end);
  if (!Array.isArray(keys.value)) throw corrupt("its list of storages is missing");
  return { tensors, storages: readLegacyStorages(file, keys.end, keys.value, tensors) };
}

/** Each storage is the number of its elements (64 bits), then the elements. */
function readLegacyStorages(
  file: Uint8Array,
  start: number,
  keys: readonly Pickled[],
  tensors: ReadonlyMap<string, TensorReference>,
): Map<string, Uint8Array> {
  const types = new Map([...tensors.values()].map(({ storage }) => [storage.key, storage.type]));
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const storages = new Map<string, Uint8Array>();
  let offset = start;
  for (const key of keys) {
    const type = typeof key === "string" ? types.get(key) : undefined;
    if (typeof key !== "string" || type === undefined) throw corrupt("it lists a storage that no tensor lies in");
    if (offset + 8 > file.length) throw corrupt("it ends before its numbers do");
    const bytes = Number(view.getBigUint64(offset, true)) * elementBytes(type);
    offset += 8;
    if (offset + bytes > file.length) throw corrupt("it ends before its numbers do");
    storages.set(key, file.subarray(offset, offset + bytes));
    offset += bytes;
  }
  if (offset !== file.length) throw corrupt(`${file.length - offset} bytes follow its end`);
  return storages;
}

function readTensors(root: Pickled): Map<string, TensorReference> {
  if (!(root instanceof Map)) throw notStateDict("holds no dictionary of tensors");
  const tensors = new Map<string, TensorReference>();
  for (const [name, value] of root) {
    if (typeof name !== "string") throw notStateDict("holds a tensor without a name");
    if (!(value instanceof TensorReference)) throw notStateDict(`holds ${JSON.stringify(name)}, which is no tensor`);
    tensors.set(name, value);
  }
  return tensors;
}

function openTensor(name: string, tensor: TensorReference, storages: ReadonlyMap<string, Uint8Array>): TorchTensor {
  const { storage, offset, dims, strides } = tensor;
  const size = elementBytes(storage.type);
  const bytes = storages.get(storage.key);
  if (bytes?.length !== storage.length * size) throw corrupt(`the numbers of ${name} are not all there`);
  if (strides.length !== dims.length)
    throw corrupt(`${name} has ${dims.length} dimensions but ${strides.length} strides`);
  const count = dims.reduce((product, dim) => product * dim, 1);
  const last = dims.reduce((sum, dim, axis) => sum + (dim - 1) * (strides[axis] ?? 0), offset);
  // More numbers than the storage has means that some are repeated, which weights never need.
  if (!(count <= storage.length) || (count > 0 && last >= storage.length))
    throw corrupt(`${name} reaches beyond its numbers`);
  return {
    dims,
    values: () => {
      if (count === 0) return new Float32Array(0);
      const run = decodeFloats(name, storage.type, bytes.subarray(offset * size, (last + 1) * size));
      return run.length === count && isRowMajor(dims, strides) ? run : gather(run, count, dims, strides);
    },
  };
}

function isRowMajor(dims: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const dim = dims[axis] ?? 1;
    if (dim !== 1 && strides[axis] !== expected) return false;
    expected *= dim;
  }
  return true;
}

/** Picks the numbers of a strided view out of the run they lie in, in row-major order. */
function gather(run: Float32Array, count: number, dims: readonly number[], strides: readonly number[]): Float32Array {
  let positions = new Uint32Array(1);
  dims.forEach((dim, axis) => {
    const stride = strides[axis] ?? 0;
    const next = new Uint32Array(positions.length * dim);
    positions.forEach((position, i) => {
      for (let k = 0; k < dim; k++) next[i * dim + k] = position + k * stride;
    });
    positions = next;
  });
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = run[positions[i] ?? 0] ?? 0;
  return values;
}

function decodeFloats(name: string, type: string, bytes: Uint8Array): Float32Array {
  const decode = FLOAT_DECODERS[type];
  if (decode) return decode(bytes);
  throw new FaceError(
    "MODEL_UNSUPPORTED",
    `The weights ${name} are whole numbers (${type}); only floating point weights can be converted.`,
  );
}

const FLOAT_DECODERS: Readonly<Record<string, (bytes: Uint8Array) => Float32Array>> = {
  DoubleStorage: (bytes) => Float32Array.from(new Float64Array(ownBuffer(bytes))),
  FloatStorage: (bytes) => new Float32Array(ownBuffer(bytes)),
  HalfStorage: (bytes) => Float32Array.from(new Uint16Array(ownBuffer(bytes)), halfToNumber),
  BFloat16Storage: (bytes) => {
    // The upper half of a 32-bit float.
    const widened = Uint32Array.from(new Uint16Array(ownBuffer(bytes)), (bits) => bits << 16);
    return new Float32Array(widened.buffer);
  },
};

/** The bytes in a buffer of their own, which wider numbers can be read from: in the file they lie unaligned. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}

/** IEEE 754 binary16: sign, 5 bits of exponent biased by 15, 10 bits of fraction. */
function halfToNumber(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

function elementBytes(type: string): number {
  const bytes = ELEMENT_BYTES[type];
  if (bytes !== undefined) return bytes;
  throw new FaceError(
    "MODEL_UNSUPPORTED",
    `The weights file holds numbers of the type ${type}, which is not known here.`,
  );
}

function startsWith(file: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, i) => file[i] === byte);
}

function notStateDict(why: string): FaceError {
  return new FaceError(
    "MODEL_UNSUPPORTED",
    `The file is not a PyTorch state dict: it ${why}. Import the file that torch.save wrote for model.state_dict().`,
  );
}

function bigEndian(): FaceError {
  return new FaceError(
    "MODEL_UNSUPPORTED",
    "The weights file was written on a big-endian machine, or does not say on which. Save it again on a common one.",
  );
}

function corrupt(what: string): FaceError {
  return new FaceError("MODEL_CORRUPT", `The weights file is damaged: ${what}. Download it again.`);
}
