import { FaceError } from "../errors.ts";
import { type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxTensor, writeOnnx } from "./onnx-writer.ts";

/** The weights of a convolution in ONNX's order. */
export interface ConvWeights {
  /** Output channels, input channels, kernel height, kernel width. */
  readonly dims: readonly [number, number, number, number];
  /** Row-major over `dims`. */
  readonly filters: Float32Array;
  /** One per output channel. */
  readonly bias: Float32Array;
}

export interface ConvOptions {
  /** Pixels in both directions; 1 if absent. */
  readonly stride?: number;
  /** Zeros around the input, [height, width] on each side; none if absent. */
  readonly padding?: readonly [number, number];
  readonly relu?: boolean;
}

/** The convolution followed by `scale[o] * x + shift[o]` on every output channel, as one convolution. */
export function foldScale(weights: ConvWeights, scale: Float32Array, shift: Float32Array): ConvWeights {
  const perOutput = weights.filters.length / weights.dims[0];
  const filters = new Float32Array(weights.filters.length);
  scale.forEach((factor, output) => {
    const end = (output + 1) * perOutput;
    for (let i = output * perOutput; i < end; i++) filters[i] = (weights.filters[i] ?? 0) * factor;
  });
  const bias = weights.bias.map((value, output) => value * (scale[output] ?? 0) + (shift[output] ?? 0));
  return { dims: weights.dims, filters, bias };
}

/** Collects the layers of a feed-forward image network. Each method adds one and returns the name of its output. */
export class Network {
  private readonly nodes: OnnxNode[] = [];
  private readonly constants: OnnxTensor[] = [];

  conv(input: string, name: string, weights: ConvWeights, options: ConvOptions = {}): string {
    const { stride = 1, padding = [0, 0], relu = false } = options;
    const [, , height, width] = weights.dims;
    const inputs = [
      input,
      this.constant(`${name}.weight`, weights.dims, weights.filters),
      this.constant(`${name}.bias`, [weights.bias.length], weights.bias),
    ];
    const output = this.layer("Conv", inputs, name, {
      kernel_shape: { ints: [height, width] },
      strides: { ints: [stride, stride] },
      pads: { ints: [...padding, ...padding] },
    });
    return relu ? this.relu(output) : output;
  }

  relu(input: string): string {
    return this.layer("Relu", [input], `${input}.relu`);
  }

  add(name: string, left: string, right: string): string {
    return this.layer("Add", [left, right], name);
  }

  concat(name: string, inputs: readonly string[]): string {
    return this.layer("Concat", inputs, name, { axis: { int: 1 } });
  }

  maxPool(input: string, name: string, kernel: number, stride: number): string {
    return this.layer("MaxPool", [input], name, pooling(kernel, stride));
  }

  averagePool(input: string, name: string, kernel: number, stride: number): string {
    return this.layer("AveragePool", [input], name, pooling(kernel, stride));
  }

  /** Adds zeros behind the last channel, row and column. */
  padEnd(input: string, name: string, channels: number, height: number, width: number): string {
    const pads = BigInt64Array.from([0, 0, 0, 0, 0, channels, height, width], BigInt);
    return this.layer("Pad", [input, this.constant(`${name}.pads`, [8], pads)], name);
  }

  /** The mean of each channel, [N, channels]. */
  globalAverage(input: string, name: string): string {
    return this.layer("Flatten", [this.layer("GlobalAveragePool", [input], `${name}.pool`)], name);
  }

  /** Multiplies each row by a matrix of [outputs, inputs] and adds the bias, one per output. */
  linear(input: string, name: string, weights: Float32Array, outputs: number, bias?: Float32Array): string {
    const inputs = [input, this.constant(`${name}.weight`, [outputs, weights.length / outputs], weights)];
    if (bias) inputs.push(this.constant(`${name}.bias`, [outputs], bias));
    return this.layer("Gemm", inputs, name, { transB: { int: 1 } });
  }

  /**
   * The ONNX model with input "input", [N, 3, size, size], and output `output`, [N, dimension].
   * @throws FaceError MODEL_CORRUPT when a weight is not a finite number
   */
  toOnnx(name: string, size: number, output: string, dimension: number): Uint8Array {
    for (const { name: constant, data } of this.constants) {
      if (data instanceof Float32Array && !data.every(Number.isFinite)) {
        throw new FaceError("MODEL_CORRUPT", `The weights ${constant} are not all numbers. Download the file again.`);
      }
    }
    const graph: OnnxGraph = {
      name,
      inputs: [{ name: "input", dims: ["N", 3, size, size] }],
      outputs: [{ name: output, dims: ["N", dimension] }],
      nodes: this.nodes,
      initializers: this.constants,
    };
    return writeOnnx(graph);
  }

  private layer(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  private constant(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): string {
    this.constants.push({ name, dims, data });
    return name;
  }
}

function pooling(kernel: number, stride: number): Readonly<Record<string, OnnxAttribute>> {
  return { kernel_shape: { ints: [kernel, kernel] }, strides: { ints: [stride, stride] } };
}
