import { FaceError } from "../errors.ts";

/** A tensor as the manifest describes it. `quantisation`: one byte each, standing for `byte * scale + min`. */
interface ManifestTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly quantisation?: { readonly scale: number; readonly min: number };
}

interface StoredTensor extends ManifestTensor {
  readonly bytes: Uint8Array;
}

const FLOAT_BYTES = 4;
const MAX_DIMENSIONS = 4;

/** The weights of a face-api network: a manifest that names the tensors, and one file that holds them in its order. */
export class FaceApiWeights {
  private readonly tensors = new Map<string, StoredTensor>();
  private readonly used = new Set<string>();

  /**
   * @param manifestJson the text of `<model>-weights_manifest.json`
   * @param weights the bytes of `<model>.bin`; parts of a split file joined in order
   * @throws FaceError MODEL_CORRUPT when the manifest cannot be read or the weights are not as long as it says,
   *   MODEL_UNSUPPORTED for types of numbers other than float32, plain or quantised to uint8
   */
  constructor(manifestJson: Uint8Array, weights: Uint8Array) {
    let offset = 0;
    for (const tensor of readManifest(manifestJson)) {
      const count = tensor.dims.reduce((product, dim) => product * dim, 1);
      const end = offset + count * (tensor.quantisation ? 1 : FLOAT_BYTES);
      if (end > weights.length) throw corrupt(`the weights end before ${tensor.name} does`);
      if (this.tensors.has(tensor.name)) throw corrupt(`the manifest lists ${tensor.name} twice`);
      this.tensors.set(tensor.name, { ...tensor, bytes: weights.subarray(offset, end) });
      offset = end;
    }
    if (offset !== weights.length) throw corrupt(`${weights.length - offset} bytes follow the last of the weights`);
  }

  /** The numbers of a tensor in row-major order. @throws FaceError MODEL_UNSUPPORTED when there is none of that shape */
  take(name: string, dims: readonly number[]): Float32Array {
    const tensor = this.tensors.get(name);
    if (!tensor) throw unsupported(`The network lacks the weights ${name}`);
    const [found, needed] = [tensor.dims.join(" x "), dims.join(" x ")];
    if (found !== needed) throw unsupported(`The weights ${name} are ${found}, not ${needed}`);
    this.used.add(name);
    return decode(tensor);
  }

  /** @throws FaceError MODEL_UNSUPPORTED when there are weights that were not taken: it is another network */
  checkAllUsed(): void {
    const extra = [...this.tensors.keys()].find((name) => !this.used.has(name));
    if (extra !== undefined) throw unsupported(`The network also has the weights ${JSON.stringify(extra)}`);
  }
}

function decode({ bytes, quantisation }: StoredTensor): Float32Array {
  if (quantisation) {
    const { scale, min } = quantisation;
    const values = new Float32Array(bytes.length);
    for (let i = 0; i < values.length; i++) values[i] = (bytes[i] ?? 0) * scale + min;
    return values;
  }
  // The weights lie unaligned in the file, so they need a buffer of their own to be read as floats.
  const aligned = new Uint8Array(bytes.length);
  aligned.set(bytes);
  return new Float32Array(aligned.buffer);
}

function readManifest(json: Uint8Array): ManifestTensor[] {
  let groups: unknown;
  try {
    groups = JSON.parse(new TextDecoder().decode(json));
  } catch (cause) {
    throw corrupt("the manifest is not JSON", cause);
  }
  return list(groups)
    .flatMap((group) => list(field(group, "weights")))
    .map(readTensor);
}

function readTensor(entry: unknown): ManifestTensor {
  const name = field(entry, "name");
  if (typeof name !== "string") throw corrupt("the manifest has weights without a name");
  const dims = list(field(entry, "shape")).map((dim) => {
    if (typeof dim !== "number" || !Number.isInteger(dim) || dim < 1) throw corrupt(`${name} has a shape of ${dim}`);
    return dim;
  });
  if (dims.length > MAX_DIMENSIONS) throw unsupported(`The weights ${name} have ${dims.length} dimensions`);
  const type = field(entry, "dtype");
  if (type !== "float32") throw unsupported(`The weights ${name} are of the type ${JSON.stringify(type)}`);
  const quantisation = field(entry, "quantization");
  return quantisation === undefined
    ? { name, dims }
    : { name, dims, quantisation: readQuantisation(name, quantisation) };
}

function readQuantisation(name: string, quantisation: unknown): { scale: number; min: number } {
  const type = field(quantisation, "dtype");
  if (type !== "uint8") throw unsupported(`The weights ${name} are quantised to ${JSON.stringify(type)}`);
  const [scale, min] = [field(quantisation, "scale"), field(quantisation, "min")];
  if (typeof scale !== "number" || typeof min !== "number") throw corrupt(`${name} lacks the scale of its bytes`);
  return { scale, min };
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw corrupt("the manifest is not a list of weights");
  return value;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

function corrupt(what: string, cause?: unknown): FaceError {
  return new FaceError(
    "MODEL_CORRUPT",
    `The face-api model is damaged: ${what}. Download it again.`,
    cause === undefined ? {} : { cause },
  );
}

function unsupported(what: string): FaceError {
  return new FaceError(
    "MODEL_UNSUPPORTED",
    `${what}, so it cannot be converted. Only face-api's face_recognition_model can, as published.`,
  );
}
