import type { Landmarks, PixelBox, Point } from "./geometry.ts";
import type { RgbImage } from "./image.ts";
import { type Candidate, clipped, meanOf, shifted, squared, unmirrored } from "./mtcnn-boxes.ts";
import { type ScoredBox, suppressNonMaxima, votedBox } from "./nms.ts";
import type { FloatTensor, OnnxSession } from "./onnx.ts";
import { FaceSampler, levelSize } from "./sampler.ts";

/** A face as the detector sees it, in pixels of the picture it was given. */
export interface Detection {
  readonly box: PixelBox;
  readonly landmarks: Landmarks;
  /** 0 to 1 */
  readonly score: number;
}

export interface MtcnnNets {
  readonly pnet: OnnxSession;
  readonly rnet: OnnxSession;
  readonly onet: OnnxSession;
}

export interface MtcnnOptions {
  /** Side of the smallest face looked for, in pixels. */
  readonly minFace: number;
  /** Side of the largest face looked for, in pixels; default: the whole picture. */
  readonly maxFace?: number;
  /** From one level of the pyramid to the next. */
  readonly pyramidFactor: number;
  /** From the finest level to the next, which costs as much as all others together; default: `pyramidFactor`. */
  readonly finestFactor?: number;
  /** Side of P-Net's largest input in pixels, even; a larger level is cut into windows, which bounds the memory. */
  readonly pnetWindow?: number;
  /** What a box must score to pass P-Net, R-Net and O-Net. */
  readonly thresholds: readonly [pnet: number, rnet: number, onet: number];
  /**
   * Take the mean of all boxes that O-Net has for a face, and of three looks at its landmarks; default: the best box and the one
   * look of the original cascade.
   */
  readonly steady?: boolean;
}

/** Zhang et al., "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional Networks" (2016). */
export const STANDARD_THRESHOLDS = [0.6, 0.7, 0.7] as const;
export const STANDARD_PYRAMID_FACTOR = 0.709;

const PNET_SIZE = 12;
const PNET_STRIDE = 2;

/** Overlaps above which the lower-scored box is dropped: in one level, between levels, after R-Net and after O-Net. */
const NMS_LEVEL = 0.5;
const NMS_PYRAMID = 0.7;
const NMS_RNET = 0.7;
const NMS_ONET = 0.7;

/** What P-Net computes of a window stays in a core's cache: 66 ns a pixel, where a window of 1152 x 864 takes 91. */
const PNET_WINDOW = 256;

interface CropSettings {
  readonly size: number;
  /** As for `FaceSampler.crop`. */
  readonly detail: number;
  readonly batchSize: number;
  /** Left and right change places in the crop. */
  readonly mirrored?: boolean;
}

/**
 * R-Net only judges. O-Net's landmarks decide how a face is aligned: at a detail of 1.5 they are 0.4 % of the face's width
 * from those of crops made from the picture, at 1 they are 0.6 % off and no time is won.
 */
const RNET_CROP: CropSettings = { size: 24, detail: 1, batchSize: 128 };
const ONET_CROP: CropSettings = { size: 48, detail: 1.5, batchSize: 32 };

/**
 * Finds faces by MTCNN's cascade: P-Net proposes boxes on a pyramid, R-Net and O-Net judge and correct them, O-Net adds
 * five landmarks.
 *
 * Boxes may reach beyond the picture. Sorted by score, best first.
 */
export async function detectFaces(nets: MtcnnNets, image: RgbImage, options: MtcnnOptions): Promise<Detection[]> {
  const sampler = await FaceSampler.of(image, PNET_SIZE / options.minFace);
  const proposals = await propose(nets.pnet, sampler, options);
  const refined = await refine(nets.rnet, sampler, proposals, options.thresholds[1]);
  const judged = await judge(nets.onet, sampler, refined, options.thresholds[2]);
  const faces = suppressNonMaxima(judged, NMS_ONET, "smaller");
  if (!options.steady) return faces.map((face) => detection(face, [face.x1, face.y1, face.x2, face.y2]));
  // The looks are around the best box, not the voted one: LFW's ten-fold accuracy is 99.45 % so, and 99.40 % the other way.
  const steadied = await lookAgain(nets.onet, sampler, faces);
  return steadied.map((face) => detection(face, votedBox(face, judged)));
}

function detection({ landmarks, score }: JudgedFace, box: PixelBox): Detection {
  return { box, landmarks, score };
}

async function propose(pnet: OnnxSession, image: FaceSampler, options: MtcnnOptions): Promise<ScoredBox[]> {
  const candidates: Candidate[] = [];
  for (const scale of pyramidScales(image, options)) {
    const level = await proposeAtScale(pnet, image, scale, options);
    for (const candidate of suppressNonMaxima(level, NMS_LEVEL, "union")) candidates.push(candidate);
  }
  return suppressNonMaxima(candidates, NMS_PYRAMID, "union").map((box) => squared(shifted(box, 0)));
}

function pyramidScales(image: FaceSampler, options: MtcnnOptions): number[] {
  const { minFace, maxFace, pyramidFactor, finestFactor = pyramidFactor } = options;
  const finest = PNET_SIZE / minFace;
  const shortSide = Math.min(image.width, image.height);
  const smallest = maxFace === undefined ? PNET_SIZE / shortSide : PNET_SIZE / Math.min(maxFace, shortSide);
  const scales = finest >= smallest ? [finest] : [];
  for (let scale = finest * finestFactor; scale >= smallest; scale *= pyramidFactor) scales.push(scale);
  return scales;
}

async function proposeAtScale(pnet: OnnxSession, image: FaceSampler, scale: number, options: MtcnnOptions) {
  const { width, height } = levelSize(image, scale);
  const found: Candidate[] = [];
  for (const window of windows(width, height, options.pnetWindow ?? PNET_WINDOW)) {
    const input = new Float32Array(3 * window.width * window.height);
    image.level(width, height, window, input);
    const output = await pnet.run({ data: input, dims: [1, 3, window.height, window.width] });
    collectCandidates(output, window, scale, options.thresholds[0], found);
  }
  return found;
}

/** Windows that together see every position P-Net would see in one go: they share what its 12 px field needs. */
function* windows(width: number, height: number, size: number) {
  const step = size - PNET_SIZE + PNET_STRIDE;
  for (let top = 0; top === 0 || top + PNET_SIZE - PNET_STRIDE < height; top += step) {
    for (let left = 0; left === 0 || left + PNET_SIZE - PNET_STRIDE < width; left += step) {
      yield {
        left,
        top,
        width: Math.min(size, width - left),
        height: Math.min(size, height - top),
      };
    }
  }
}

function collectCandidates(
  output: Readonly<Record<string, FloatTensor>>,
  window: { left: number; top: number },
  scale: number,
  threshold: number,
  found: Candidate[],
): void {
  const probability = tensor(output, "probability");
  const regression = tensor(output, "offsets").data;
  const columns = probability.dims[3] ?? 0;
  const plane = probability.data.length;
  for (let i = 0; i < plane; i++) {
    const score = probability.data[i] ?? 0;
    if (score < threshold) continue;
    const x = PNET_STRIDE * (i % columns) + window.left + 1;
    const y = PNET_STRIDE * Math.floor(i / columns) + window.top + 1;
    found.push({
      x1: Math.floor(x / scale),
      y1: Math.floor(y / scale),
      x2: Math.floor((x + PNET_SIZE - 1) / scale),
      y2: Math.floor((y + PNET_SIZE - 1) / scale),
      score,
      shift: [
        regression[i] ?? 0,
        regression[plane + i] ?? 0,
        regression[2 * plane + i] ?? 0,
        regression[3 * plane + i] ?? 0,
      ],
    });
  }
}

async function refine(rnet: OnnxSession, image: FaceSampler, boxes: readonly ScoredBox[], threshold: number) {
  const passed: Candidate[] = [];
  await forEachBatch(image, boxes, RNET_CROP, rnet, (box, output, i) => {
    const score = tensor(output, "probability").data[i] ?? 0;
    if (score > threshold) passed.push({ ...box, score, shift: shiftAt(output, i) });
  });
  return suppressNonMaxima(passed, NMS_RNET, "union").map((box) => squared(shifted(box, 1)));
}

/** A box that O-Net takes for a face. */
interface JudgedFace extends ScoredBox {
  readonly landmarks: Landmarks;
}

async function judge(onet: OnnxSession, image: FaceSampler, boxes: readonly ScoredBox[], threshold: number) {
  const passed: JudgedFace[] = [];
  await forEachBatch(image, boxes, ONET_CROP, onet, (box, output, i) => {
    const score = tensor(output, "probability").data[i] ?? 0;
    if (score <= threshold) return;
    const landmarks = landmarksAt(tensor(output, "landmarks").data, i, box);
    passed.push({ ...shifted({ ...box, score, shift: shiftAt(output, i) }, 1), landmarks });
  });
  return passed;
}

/**
 * O-Net looks twice more at each face, now around its final box, as it is and in the mirror, and the mean of all three
 * landmarks counts. They move by 1 % of the face's width in the median, and what is aligned by them is recognised better:
 * LFW's ten-fold accuracy rises from 99.28 to 99.37 % and the mean similarity of a person's pictures by 0.003.
 */
async function lookAgain(onet: OnnxSession, image: FaceSampler, faces: readonly JudgedFace[]): Promise<JudgedFace[]> {
  const boxes = faces.map((face) => {
    const { x1, y1, x2, y2, score } = squared(face);
    // What is cut out ends at the edges of the picture, so the fractions that the net gives are of that.
    return {
      face,
      score,
      x1: Math.max(1, x1),
      y1: Math.max(1, y1),
      x2: Math.min(image.width, x2),
      y2: Math.min(image.height, y2),
    };
  });
  const looks = new Map(faces.map((face) => [face, [face.landmarks]]));
  for (const mirrored of [false, true]) {
    await forEachBatch(image, boxes, { ...ONET_CROP, mirrored }, onet, (box, output, i) => {
      const landmarks = landmarksAt(tensor(output, "landmarks").data, i, box);
      looks.get(box.face)?.push(mirrored ? unmirrored(landmarks, box) : landmarks);
    });
  }
  return faces.map((face) => ({ ...face, landmarks: meanOf(looks.get(face) ?? [face.landmarks]) }));
}

/** Cuts every box out of the picture, runs the net over them in batches and hands each box its place in the output. */
async function forEachBatch<Box extends ScoredBox>(
  image: FaceSampler,
  boxes: readonly Box[],
  { size, detail, batchSize, mirrored = false }: CropSettings,
  net: OnnxSession,
  visit: (box: Box, output: Readonly<Record<string, FloatTensor>>, index: number) => void,
): Promise<void> {
  const inside = boxes.flatMap((box) => {
    const region = clipped(box, image);
    return region === undefined ? [] : [{ box, region }];
  });
  for (let start = 0; start < inside.length; start += batchSize) {
    const batch = inside.slice(start, start + batchSize);
    const input = new Float32Array(batch.length * 3 * size * size);
    for (const [i, { region }] of batch.entries()) image.crop(region, size, detail, input, i * 3 * size * size);
    if (mirrored) for (let row = 0; row < input.length; row += size) input.subarray(row, row + size).reverse();
    const output = await net.run({ data: input, dims: [batch.length, 3, size, size] });
    for (const [i, { box }] of batch.entries()) visit(box, output, i);
  }
}

function shiftAt(output: Readonly<Record<string, FloatTensor>>, index: number): Candidate["shift"] {
  const { data } = tensor(output, "offsets");
  const at = 4 * index;
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, data[at + 3] ?? 0];
}

/** O-Net gives five x and five y as fractions of the box. */
function landmarksAt(data: Float32Array, index: number, box: ScoredBox): Landmarks {
  const width = box.x2 - box.x1 + 1;
  const height = box.y2 - box.y1 + 1;
  const point = (i: number): Point => [
    width * (data[10 * index + i] ?? 0) + box.x1 - 1,
    height * (data[10 * index + 5 + i] ?? 0) + box.y1 - 1,
  ];
  return [point(0), point(1), point(2), point(3), point(4)];
}

function tensor(output: Readonly<Record<string, FloatTensor>>, name: string): FloatTensor {
  const found = output[name];
  if (found === undefined) throw new RangeError(`the detector's network has no output "${name}"`);
  return found;
}
