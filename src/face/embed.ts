import { alignFace } from "./align.ts";
import { FaceError } from "./errors.ts";
import { type Landmarks, mapLandmarks } from "./geometry.ts";
import type { RgbImage } from "./image.ts";
import type { EmbedderSpec } from "./models/manifest.ts";
import type { OnnxSession } from "./onnx.ts";
import { lengthOf, normalise, sumOf } from "./vector.ts";

export interface Embedder {
  readonly spec: EmbedderSpec;
  readonly session: OnnxSession;
  /** Average each embedding with that of the mirrored face. */
  readonly mirror: boolean;
}

/** Crops that go through the network together, unless one face has more; larger batches gain nothing on a CPU and cost memory. */
const BATCH = 8;

const CHANNELS = 3;

export interface EmbeddedFace {
  /** At unit length. */
  readonly embedding: Float32Array;
  /** Of the network's vector before it was scaled to 1; the mean over all crops of the face. */
  readonly length: number;
}

/**
 * The embedding of each face, in the order of `faces`.
 *
 * @param faces landmarks in pixels of `image`
 * @throws FaceError MODEL_UNSUPPORTED when the network gives something else than one vector of the stated length a face
 */
export async function embedFaces(
  embedder: Embedder,
  image: RgbImage,
  faces: readonly Landmarks[],
): Promise<EmbeddedFace[]> {
  const { spec, mirror } = embedder;
  const templates = (spec.cropScales ?? [1]).map((scale) => scaled(spec.template, scale, spec.inputSize));
  const copies = templates.length * (mirror ? 2 : 1);
  const facesAtOnce = Math.max(1, Math.floor(BATCH / copies));
  const cropLength = CHANNELS * spec.inputSize ** 2;
  const embedded: EmbeddedFace[] = [];
  for (let start = 0; start < faces.length; start += facesAtOnce) {
    const batch = faces.slice(start, start + facesAtOnce);
    const crops = new Float32Array(batch.length * copies * cropLength);
    let offset = 0;
    for (const landmarks of batch) {
      for (const template of templates) {
        alignFace(image, landmarks, template, spec.inputSize, { data: crops, offset });
        if (mirror) mirrorCrop(crops, offset, spec.inputSize);
        offset += mirror ? 2 * cropLength : cropLength;
      }
    }
    const vectors = await run(embedder, crops, batch.length * copies);
    for (let i = 0; i < batch.length; i++) embedded.push(meanOf(vectors.slice(i * copies, (i + 1) * copies)));
  }
  return embedded;
}

/** The landmarks so many times as far from the middle of the crop. */
function scaled(template: Landmarks, scale: number, size: number): Landmarks {
  const middle = (size - 1) / 2;
  return mapLandmarks(template, ([x, y]) => [middle + scale * (x - middle), middle + scale * (y - middle)]);
}

/** Every copy of a face counts the same, whatever its length. */
function meanOf(vectors: readonly Float32Array[]): EmbeddedFace {
  const length = vectors.reduce((total, vector) => total + lengthOf(vector), 0) / vectors.length;
  return { embedding: normalise(sumOf(vectors.map(normalise))), length };
}

/** @param crops three planes of 0 to 255 per crop */
async function run({ spec, session }: Embedder, crops: Float32Array, count: number): Promise<Float32Array[]> {
  const size = spec.inputSize;
  const data = networkInput(spec, crops, count);
  const dims = spec.layout === "nchw" ? [count, CHANNELS, size, size] : [count, size, size, CHANNELS];
  const output = Object.values(await session.run({ data, dims }))[0];
  if (output?.data.length !== count * spec.dimension) throw wrongOutput(spec, (output?.data.length ?? 0) / count);
  return Array.from({ length: count }, (_, i) => output.data.slice(i * spec.dimension, (i + 1) * spec.dimension));
}

/** (value - mean) * scale in the network's order of channels and dimensions. */
function networkInput(spec: EmbedderSpec, crops: Float32Array, count: number): Float32Array {
  const plane = spec.inputSize ** 2;
  const input = new Float32Array(crops.length);
  for (let crop = 0; crop < count; crop++) {
    const base = crop * CHANNELS * plane;
    for (let c = 0; c < CHANNELS; c++) {
      const source = base + (spec.channels === "rgb" ? c : CHANNELS - 1 - c) * plane;
      const mean = spec.mean[c] ?? 0;
      const scale = spec.scale[c] ?? 1;
      const step = spec.layout === "nchw" ? 1 : CHANNELS;
      let at = spec.layout === "nchw" ? base + c * plane : base + c;
      for (let i = 0; i < plane; i++, at += step) input[at] = ((crops[source + i] ?? 0) - mean) * scale;
    }
  }
  return input;
}

/** Writes the mirror image of the crop right behind it. */
function mirrorCrop(crops: Float32Array, offset: number, size: number): void {
  const length = CHANNELS * size * size;
  for (let row = 0; row < CHANNELS * size; row++) {
    const from = offset + row * size;
    const to = from + length;
    for (let x = 0; x < size; x++) crops[to + x] = crops[from + size - 1 - x] ?? 0;
  }
}

function wrongOutput(spec: EmbedderSpec, length: number): FaceError {
  return new FaceError(
    "MODEL_UNSUPPORTED",
    `The network of "${spec.name}" gives ${length} numbers a face where its description says ${spec.dimension}. Correct the description.`,
  );
}
