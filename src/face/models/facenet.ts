import { FaceError } from "../errors.ts";
import { type ConvOptions, type ConvWeights, foldScale, Network } from "./network.ts";
import { readStateDict, type TorchTensor } from "./torch.ts";

// The network is InceptionResnetV1 as in David Sandberg's FaceNet and its PyTorch port, facenet-pytorch: sizes,
// scales and names of the weights are those of the port's state dict.

const INPUT_SIZE = 160;
const DIMENSION = 512;
const FEATURES = 1792;
const BATCH_NORM_EPSILON = 0.001;

/** The classifier that training ended in; embeddings do not pass through it. */
const CLASSIFIER = ["logits.weight", "logits.bias"];

/** A convolution, batch normalisation and ReLU. */
interface Layer {
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly options?: ConvOptions;
}

type Branch = readonly Layer[];

function same(channels: number, height: number, width = height): Layer {
  return { channels, kernel: [height, width], options: { padding: [(height - 1) / 2, (width - 1) / 2] } };
}

function halving(channels: number): Layer {
  return { channels, kernel: [3, 3], options: { stride: 2 } };
}

/** Branches side by side whose joined output, reduced to the input's channels and scaled, is added to the input. */
interface ResidualBlock {
  readonly channels: number;
  readonly branches: readonly Branch[];
  readonly scale: number;
}

const block35: ResidualBlock = {
  channels: 256,
  branches: [[same(32, 1)], [same(32, 1), same(32, 3)], [same(32, 1), same(32, 3), same(32, 3)]],
  scale: 0.17,
};

const block17: ResidualBlock = {
  channels: 896,
  branches: [[same(128, 1)], [same(128, 1), same(128, 1, 7), same(128, 7, 1)]],
  scale: 0.1,
};

const block8: ResidualBlock = {
  channels: FEATURES,
  branches: [[same(192, 1)], [same(192, 1), same(192, 1, 3), same(192, 3, 1)]],
  scale: 0.2,
};

const mixed6: readonly Branch[] = [[halving(384)], [same(192, 1), same(192, 3), halving(256)]];

const mixed7: readonly Branch[] = [
  [same(256, 1), halving(384)],
  [same(256, 1), halving(256)],
  [same(256, 1), same(256, 3), halving(256)],
];

/**
 * FaceNet's InceptionResnetV1 as ONNX, from the state dict of facenet-pytorch.
 *
 * Input "input": float32 [N, 3, 160, 160], RGB as (x - 127.5) / 128. Output "embedding": float32 [N, 512], not
 * normalised to length 1. Batch normalisation and the blocks' scales are folded into the convolutions.
 * @throws FaceError MODEL_UNSUPPORTED when the file is no state dict or one of another network, MODEL_CORRUPT when it
 *   is damaged
 */
export function convertFacenet(stateDict: Uint8Array): Uint8Array {
  return new InceptionResnet(new FacenetWeights(readStateDict(stateDict))).build();
}

/**
 * The graph is the plain one: on one AVX-512 core it takes 27 ms of CPU time a face at batch 4 and 8. Doing a block's
 * 1x1 convolutions as one, or adding up convolutions of its branches instead of joining them, was not faster.
 */
class InceptionResnet {
  private readonly network = new Network();
  private readonly weights: FacenetWeights;

  constructor(weights: FacenetWeights) {
    this.weights = weights;
  }

  build(): Uint8Array {
    let x = this.layer("input", 3, "conv2d_1a", halving(32));
    x = this.layer(x, 32, "conv2d_2a", { channels: 32, kernel: [3, 3] });
    x = this.layer(x, 32, "conv2d_2b", same(64, 3));
    x = this.network.maxPool(x, "maxpool_3a", 3, 2);
    x = this.layer(x, 64, "conv2d_3b", same(80, 1));
    x = this.layer(x, 80, "conv2d_4a", { channels: 192, kernel: [3, 3] });
    x = this.layer(x, 192, "conv2d_4b", halving(256));
    for (let i = 0; i < 5; i++) x = this.network.relu(this.residual(x, `repeat_1.${i}`, block35));
    x = this.reduction(x, block35.channels, "mixed_6a", mixed6);
    for (let i = 0; i < 10; i++) x = this.network.relu(this.residual(x, `repeat_2.${i}`, block17));
    x = this.reduction(x, block17.channels, "mixed_7a", mixed7);
    for (let i = 0; i < 5; i++) x = this.network.relu(this.residual(x, `repeat_3.${i}`, block8));
    x = this.residual(x, "block8", { ...block8, scale: 1 });
    x = this.network.globalAverage(x, "average");
    const { filters, bias } = this.weights.normalised("last_linear", "last_bn", [DIMENSION, FEATURES, 1, 1]);
    x = this.network.linear(x, "embedding", filters, DIMENSION, bias);
    this.weights.checkAllUsed();
    return this.network.toOnnx("facenet", INPUT_SIZE, x, DIMENSION);
  }

  private layer(input: string, inputs: number, name: string, { channels, kernel, options }: Layer): string {
    const weights = this.weights.normalised(`${name}.conv`, `${name}.bn`, [channels, inputs, ...kernel]);
    return this.network.conv(input, name, weights, { ...options, relu: true });
  }

  private branches(input: string, inputs: number, name: string, branches: readonly Branch[]): string[] {
    return branches.map((branch, b) => {
      let x = input;
      let channels = inputs;
      branch.forEach((layer, i) => {
        // In the state dict, the only layer of a branch has no number behind the branch's.
        x = this.layer(x, channels, `${name}.branch${b}${branch.length === 1 ? "" : `.${i}`}`, layer);
        channels = layer.channels;
      });
      return x;
    });
  }

  private residual(input: string, name: string, { channels, branches, scale }: ResidualBlock): string {
    const joined = this.network.concat(`${name}.concat`, this.branches(input, channels, name, branches));
    const joinedChannels = branches.reduce((sum, branch) => sum + (branch.at(-1)?.channels ?? 0), 0);
    const weights = this.weights.scaled(`${name}.conv2d`, [channels, joinedChannels, 1, 1], scale);
    return this.network.add(`${name}.sum`, this.network.conv(joined, `${name}.conv2d`, weights), input);
  }

  /** Branches side by side with a max pool; all halve height and width. */
  private reduction(input: string, inputs: number, name: string, branches: readonly Branch[]): string {
    const pooled = this.network.maxPool(input, `${name}.pool`, 3, 2);
    return this.network.concat(`${name}.concat`, [...this.branches(input, inputs, name, branches), pooled]);
  }
}

/** The state dict, each tensor taken once by name and checked against the shape the network needs. */
class FacenetWeights {
  private readonly tensors: ReadonlyMap<string, TorchTensor>;
  private readonly used = new Set<string>(CLASSIFIER);

  constructor(tensors: ReadonlyMap<string, TorchTensor>) {
    this.tensors = tensors;
  }

  /** A convolution or linear layer without bias, with the batch normalisation behind it folded in. */
  normalised(layer: string, norm: string, dims: ConvWeights["dims"]): ConvWeights {
    const [channels] = dims;
    const filters = this.take(`${layer}.weight`, dims);
    const gamma = this.take(`${norm}.weight`, [channels]);
    const beta = this.take(`${norm}.bias`, [channels]);
    const mean = this.take(`${norm}.running_mean`, [channels]);
    const variance = this.take(`${norm}.running_var`, [channels]);
    this.used.add(`${norm}.num_batches_tracked`);
    const scale = gamma.map((factor, i) => factor / Math.sqrt((variance[i] ?? 0) + BATCH_NORM_EPSILON));
    const shift = beta.map((offset, i) => offset - (mean[i] ?? 0) * (scale[i] ?? 0));
    return foldScale({ dims, filters, bias: new Float32Array(channels) }, scale, shift);
  }

  scaled(layer: string, dims: ConvWeights["dims"], factor: number): ConvWeights {
    const [channels] = dims;
    const plain = { dims, filters: this.take(`${layer}.weight`, dims), bias: this.take(`${layer}.bias`, [channels]) };
    return foldScale(plain, new Float32Array(channels).fill(factor), new Float32Array(channels));
  }

  checkAllUsed(): void {
    const extra = [...this.tensors.keys()].find((name) => !this.used.has(name));
    if (extra !== undefined) throw notFacenet(`it also has ${JSON.stringify(extra)}`);
  }

  private take(name: string, dims: readonly number[]): Float32Array {
    const tensor = this.tensors.get(name);
    if (!tensor) throw notFacenet(`it lacks ${name}`);
    this.used.add(name);
    // A linear layer has no kernel: [512, 1792] is [512, 1792, 1, 1].
    const needed = dims.join(" x ");
    const found = tensor.dims.join(" x ");
    if (found !== needed && `${found} x 1 x 1` !== needed) throw notFacenet(`${name} is ${found}, not ${needed}`);
    return tensor.values();
  }
}

function notFacenet(why: string): FaceError {
  return new FaceError(
    "MODEL_UNSUPPORTED",
    `The weights are not those of FaceNet's InceptionResnetV1: ${why}. Use the file from facenet-pytorch.`,
  );
}
