import { FaceError } from "../errors.ts";

/** A run of numbers that lies elsewhere in the file: the key it is found by, its type ("FloatStorage"), how many. */
export class StorageReference {
  readonly key: string;
  readonly type: string;
  readonly length: number;

  constructor(key: string, type: string, length: number) {
    this.key = key;
    this.type = type;
    this.length = length;
  }
}

/** A view of a storage as the file claims it, not checked yet. Offset and strides count elements. */
export class TensorReference {
  readonly storage: StorageReference;
  readonly offset: number;
  readonly dims: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: StorageReference, offset: number, dims: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.dims = dims;
    this.strides = strides;
  }
}

export class Tuple {
  readonly items: readonly Pickled[];

  constructor(items: readonly Pickled[]) {
    this.items = items;
  }
}

/** A name the pickle refers to; one without `build` can be mentioned but not called. */
export class Global {
  readonly name: string;
  readonly build: ((args: readonly Pickled[]) => Pickled) | undefined;

  constructor(name: string, build?: (args: readonly Pickled[]) => Pickled) {
    this.name = name;
    this.build = build;
  }
}

/** All that a pickle can turn into: plain values, lists, dictionaries, and descriptions of tensors. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Pickled[]
  | Map<Pickled, Pickled>
  | Tuple
  | Global
  | StorageReference
  | TensorReference;

const STORAGE_TYPES = [
  "DoubleStorage",
  "FloatStorage",
  "HalfStorage",
  "BFloat16Storage",
  "LongStorage",
  "IntStorage",
  "ShortStorage",
  "CharStorage",
  "ByteStorage",
  "BoolStorage",
];

const globals = new Map(
  [
    new Global("collections OrderedDict", buildDictionary),
    new Global("torch._utils _rebuild_tensor_v2", buildTensor),
    new Global("torch._utils _rebuild_parameter", buildParameter),
    ...STORAGE_TYPES.map((type) => new Global(`torch ${type}`)),
  ].map((global) => [global.name, global]),
);

/** The meaning of a name in a pickle. @throws FaceError MODEL_UNSUPPORTED for every name that tensors do not need */
export function findGlobal(module: string, name: string): Global {
  const global = globals.get(`${module} ${name}`);
  if (global) return global;
  throw new FaceError(
    "MODEL_UNSUPPORTED",
    `The weights file asks for "${printable(`${module}.${name}`)}" while it is read. Only tensors are read from such a ` +
      "file, and nothing in it is ever run, so it is refused. Get the file from its publisher.",
  );
}

/** The storage that a persistent id names: ("storage", type, key, device, length), for old files followed by None. */
export function buildStorage(id: Pickled): StorageReference {
  const [kind, type, key, device, length, view = null] = id instanceof Tuple ? id.items : [];
  const known = kind === "storage" && type instanceof Global && type.build === undefined && typeof device === "string";
  if (!known || typeof key !== "string" || !isCount(length)) throw malformed("a storage");
  if (view !== null) {
    throw new FaceError(
      "MODEL_UNSUPPORTED",
      "The weights file uses storage views, which PyTorch stopped writing before 1.0. Save it again with a newer PyTorch.",
    );
  }
  return new StorageReference(key, type.name.replace("torch ", ""), length);
}

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks) */
function buildTensor(args: readonly Pickled[]): TensorReference {
  const [storage, offset, dims, strides, , hooks] = args;
  const complete = args.length === 6 && hooks instanceof Map && hooks.size === 0;
  if (!complete || !(storage instanceof StorageReference) || !isCount(offset)) throw malformed("a tensor");
  return new TensorReference(storage, offset, counts(dims), counts(strides));
}

/** torch._utils._rebuild_parameter(tensor, requires_grad, backward_hooks) */
function buildParameter(args: readonly Pickled[]): TensorReference {
  const [tensor, , hooks] = args;
  const complete = args.length === 3 && hooks instanceof Map && hooks.size === 0;
  if (!complete || !(tensor instanceof TensorReference)) throw malformed("a parameter");
  return tensor;
}

function buildDictionary(args: readonly Pickled[]): Map<Pickled, Pickled> {
  if (args.length > 0) throw malformed("a dictionary");
  return new Map();
}

function counts(value: Pickled | undefined): number[] {
  if (!(value instanceof Tuple)) throw malformed("a tensor's shape");
  return value.items.map((item) => {
    if (!isCount(item)) throw malformed("a tensor's shape");
    return item;
  });
}

function isCount(value: Pickled | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function malformed(what: string): FaceError {
  return new FaceError(
    "MODEL_CORRUPT",
    `The weights file describes ${what} in a way that PyTorch never writes. The file is damaged; download it again.`,
  );
}

function printable(text: string): string {
  return text.slice(0, 200).replace(/[^\x20-\x7e]/g, "?");
}
