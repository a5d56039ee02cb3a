import { FaceError } from "../errors.ts";
import { type OnnxAttribute, type OnnxNode, type OnnxTensor, writeOnnx } from "./onnx-writer.ts";
import { type ChannelPlan, planChannels } from "./prelu-channels.ts";
import { fusePrelu, fuseSoftmaxOfTwo, type GraphOperator } from "./tflite-fusion.ts";
import { readTflite, type TfliteModel } from "./tflite-reader.ts";
import { biases, convolutionWeights, flattenedWeights } from "./tflite-weights.ts";

export interface TfliteConversion {
  readonly name: string;
  /** The net was trained on transposed pictures (x down, y to the right): swap its axes so that it sees them upright. */
  readonly transposed?: boolean;
  /** Height and width of the input are left open: the net runs on a picture of any size. */
  readonly anySize?: boolean;
  /** Operator by operator as the exporter wrote it: slower, and what the fast form is compared with. */
  readonly literal?: boolean;
  /** Names of the outputs in the ONNX model, in the order of the TFLite model's outputs. */
  readonly outputs: readonly string[];
}

const SAME_PADDING = 0;

const ELEMENTWISE = new Map([
  ["ADD", "Add"],
  ["SUB", "Sub"],
  ["MUL", "Mul"],
  ["RELU", "Relu"],
  ["NEG", "Neg"],
  ["ABS", "Abs"],
  ["PRELU", "PRelu"],
]);

/**
 * Turns a float32 TFLite model (NHWC) into ONNX (NCHW, batch size open, input "input").
 *
 * A softmax over two classes becomes the probability of the second alone: [N, 1] or [N, 1, H, W].
 *
 * @throws FaceError MODEL_CORRUPT or MODEL_UNSUPPORTED
 */
export function convertTflite(bytes: Uint8Array, conversion: TfliteConversion): Uint8Array {
  const model = readTflite(bytes);
  const withSoftmax = fuseSoftmaxOfTwo(model.operators, model.tensors);
  const operators = conversion.literal ? withSoftmax : fusePrelu(withSoftmax, model.tensors);
  const emitter = new Emitter(model, conversion, planChannels(operators, model.tensors));
  for (const operator of operators) emitter.emit(operator);
  return emitter.finish();
}

class Emitter {
  readonly #model: TfliteModel;
  readonly #conversion: TfliteConversion;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #plan: ChannelPlan;

  constructor(model: TfliteModel, conversion: TfliteConversion, plan: ChannelPlan) {
    this.#model = model;
    this.#conversion = conversion;
    this.#plan = plan;
  }

  finish(): Uint8Array {
    const { name, anySize } = this.#conversion;
    const [, height = 0, width = 0, channels = 0] = this.#shape(this.#model.inputs[0] ?? -1);
    const size = anySize ? ["height", "width"] : [height, width];
    return writeOnnx({
      name,
      inputs: [{ name: "input", dims: ["batch", channels, ...size] }],
      outputs: this.#model.outputs.map((tensor) => ({ name: this.#name(tensor), dims: this.#outputDims(tensor) })),
      nodes: this.#nodes,
      initializers: this.#initializers,
    });
  }

  emit(operator: GraphOperator): void {
    switch (operator.op) {
      case "CONV_2D":
        this.#convolution(operator, false);
        break;
      case "DEPTHWISE_CONV_2D":
        this.#convolution(operator, true);
        break;
      case "MAX_POOL_2D":
        this.#maxPool(operator);
        break;
      case "FULLY_CONNECTED":
        this.#fullyConnected(operator);
        break;
      case "SIGMOID_OF_DIFFERENCE":
        this.#sigmoidOfDifference(operator);
        break;
      case "PRELU":
        this.#prelu(operator);
        break;
      case "RESHAPE":
        this.#flatten(operator);
        break;
      default:
        this.#elementwise(operator);
    }
  }

  #elementwise(operator: GraphOperator): void {
    const op = ELEMENTWISE.get(operator.op);
    if (op === undefined) {
      throw new FaceError("MODEL_UNSUPPORTED", `The TFLite model uses ${operator.op} in a way that is not supported.`);
    }
    this.#node(op, operator);
  }

  #convolution(operator: GraphOperator, depthwise: boolean): void {
    const [input = -1, weights = -1, bias = -1] = operator.inputs;
    const [output = -1] = operator.outputs;
    const { dims, data } = convolutionWeights(this.#data(weights), this.#shape(weights), depthwise, {
      transposed: this.#conversion.transposed ?? false,
      from: this.#plan.get(input),
      to: this.#plan.get(output),
    });
    const [channels = 0, , height = 0, width = 0] = dims;
    const stride = [operator.option(2), operator.option(1)];
    this.#node("Conv", {
      ...operator,
      inputNames: [
        this.#name(input),
        this.#constant(`${weights}`, dims, data),
        this.#constant(`${bias}`, [channels], biases(this.#data(bias), this.#plan.get(output))),
      ],
      attributes: {
        kernel_shape: { ints: [height, width] },
        strides: { ints: stride },
        group: { int: depthwise ? channels : 1 },
        ...this.#padding(operator, [height, width], stride),
      },
    });
  }

  /**
   * max(x, slope x) = slope x + relu((1 - slope) x), as two 1x1 depthwise convolutions: onnxruntime fuses the relu and the
   * sum into them and stays in its blocked layout, which PRelu and multiplications by channel would leave.
   */
  #prelu(operator: GraphOperator): void {
    const [x = -1] = operator.inputs;
    const [output = -1] = operator.outputs;
    const channels = this.#plan.get(output);
    if (channels === undefined) {
      this.#elementwise(operator);
      return;
    }
    const name = this.#name(output);
    const scale = (part: string, factors: Float32Array) =>
      this.#nodes.push({
        op: "Conv",
        inputs: [this.#name(x), this.#constant(`${part}_${output}`, [factors.length, 1, 1, 1], factors)],
        outputs: [`${name}_${part}`],
        attributes: { kernel_shape: { ints: [1, 1] }, group: { int: factors.length } },
      });
    scale(
      "bent",
      Float32Array.from(channels, ({ slope }) => 1 - slope),
    );
    this.#nodes.push({ op: "Relu", inputs: [`${name}_bent`], outputs: [`${name}_positive`] });
    scale(
      "straight",
      Float32Array.from(channels, ({ slope }) => slope),
    );
    this.#nodes.push({ op: "Add", inputs: [`${name}_straight`, `${name}_positive`], outputs: [name] });
  }

  #maxPool(operator: GraphOperator): void {
    const stride = [operator.option(2), operator.option(1)];
    const kernel = [operator.option(4), operator.option(3)];
    this.#node("MaxPool", {
      ...operator,
      attributes: {
        kernel_shape: { ints: kernel },
        strides: { ints: stride },
        ...this.#padding(operator, kernel, stride),
      },
    });
  }

  /** Explicit pads where the size is known, because onnxruntime's fast paths want them. */
  #padding(operator: GraphOperator, kernel: number[], stride: number[]): Record<string, OnnxAttribute> {
    if (operator.option(0) !== SAME_PADDING) return { pads: { ints: [0, 0, 0, 0] } };
    if (this.#conversion.anySize) return { auto_pad: { string: "SAME_UPPER" } };
    const shape = this.#shape(operator.inputs[0] ?? -1);
    const pads = [0, 1].map((axis) => {
      const size = shape[axis + 1] ?? 0;
      const step = stride[axis] ?? 1;
      const total = Math.max(0, (Math.ceil(size / step) - 1) * step + (kernel[axis] ?? 1) - size);
      return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
    });
    return { pads: { ints: [...pads.map((pad) => pad[0]), ...pads.map((pad) => pad[1])] } };
  }

  #fullyConnected(operator: GraphOperator): void {
    const [input = -1, weights = -1, bias = -1] = operator.inputs;
    const [units = 0, fanIn = 0] = this.#shape(weights);
    const shape = this.#shape(input);
    const source = this.#data(weights);
    if (shape.length === 4) {
      const flat = `flat_${input}`;
      this.#nodes.push({
        op: "Flatten",
        inputs: [this.#name(input)],
        outputs: [flat],
        attributes: { axis: { int: 1 } },
      });
      const { dims, data } = flattenedWeights(source, units, shape, {
        transposed: this.#conversion.transposed ?? false,
        from: this.#plan.get(input),
      });
      this.#gemm(operator, flat, this.#constant(`${weights}`, dims, data), bias);
    } else {
      this.#gemm(operator, this.#name(input), this.#constant(`${weights}`, [units, fanIn], source), bias);
    }
  }

  #gemm(operator: GraphOperator, input: string, weights: string, bias: number): void {
    const data = this.#data(bias);
    this.#node("Gemm", {
      ...operator,
      inputNames: [input, weights, this.#constant(`${bias}`, [data.length], data)],
      attributes: { transB: { int: 1 } },
    });
  }

  /** softmax([a, b])[1] = sigmoid(b - a): the last layer before it computes the difference alone. */
  #sigmoidOfDifference(operator: GraphOperator): void {
    const [logits = -1] = operator.inputs;
    const layer = this.#nodes.pop();
    if (layer?.outputs[0] !== this.#name(logits)) {
      throw new FaceError("MODEL_UNSUPPORTED", "The TFLite model's softmax does not follow the layer it belongs to.");
    }
    const [input = "", weights = "", bias = ""] = layer.inputs;
    const output = this.#name(operator.outputs[0] ?? -1);
    const difference = `difference_${logits}`;
    this.#nodes.push({
      ...layer,
      inputs: [input, this.#subtracted(weights), this.#subtracted(bias)],
      outputs: [difference],
    });
    this.#nodes.push({ op: "Sigmoid", inputs: [difference], outputs: [output] });
  }

  #subtracted(constant: string): string {
    const index = this.#initializers.findIndex((tensor) => tensor.name === constant);
    const tensor = this.#initializers[index];
    if (tensor === undefined || !(tensor.data instanceof Float32Array) || tensor.dims[0] !== 2) {
      throw new FaceError("MODEL_UNSUPPORTED", "The TFLite model's softmax is not over two classes.");
    }
    const half = tensor.data.length / 2;
    const first = tensor.data.subarray(0, half);
    const data = tensor.data.slice(half).map((value, i) => value - (first[i] ?? 0));
    this.#initializers[index] = { name: constant, dims: [1, ...tensor.dims.slice(1)], data };
    return constant;
  }

  #flatten(operator: GraphOperator): void {
    const [, height = 0, width = 0] = this.#shape(operator.inputs[0] ?? -1);
    if (height !== 1 || width !== 1) {
      throw new FaceError(
        "MODEL_UNSUPPORTED",
        "The TFLite model reshapes a tensor other than by dropping its 1x1 area.",
      );
    }
    this.#node("Flatten", {
      ...operator,
      inputNames: [this.#name(operator.inputs[0] ?? -1)],
      attributes: { axis: { int: 1 } },
    });
  }

  #node(
    op: string,
    operator: GraphOperator & { inputNames?: string[]; attributes?: Readonly<Record<string, OnnxAttribute>> },
  ): void {
    const rank = this.#shape(operator.outputs[0] ?? -1).length;
    this.#nodes.push({
      op,
      inputs: operator.inputNames ?? operator.inputs.map((tensor) => this.#operand(tensor, rank, operator.slopeScale)),
      outputs: operator.outputs.map((tensor) => this.#name(tensor)),
      ...(operator.attributes ? { attributes: operator.attributes } : {}),
    });
  }

  /** A computed tensor, or a per-channel constant shaped so that it broadcasts over the picture. */
  #operand(tensor: number, rank: number, scale = 1): string {
    const data = this.#model.tensors[tensor]?.data;
    if (data === undefined) return this.#name(tensor);
    const dims = rank === 4 ? [data.length, 1, 1] : [data.length];
    return this.#constant(
      `${tensor}`,
      dims,
      data.map((value) => value * scale),
    );
  }

  #constant(name: string, dims: number[], data: Float32Array): string {
    const unique = `constant_${name}`;
    if (!this.#initializers.some((tensor) => tensor.name === unique))
      this.#initializers.push({ name: unique, dims, data });
    return unique;
  }

  #name(tensor: number): string {
    const output = this.#model.outputs.indexOf(tensor);
    if (output >= 0) return this.#conversion.outputs[output] ?? `output_${output}`;
    return this.#model.inputs.includes(tensor) ? "input" : `tensor_${tensor}`;
  }

  #outputDims(tensor: number): (number | string)[] {
    const shape = this.#shape(tensor);
    const channels = this.#nodes.some((node) => node.op === "Sigmoid" && node.outputs[0] === this.#name(tensor))
      ? 1
      : (shape.at(-1) ?? 0);
    return shape.length === 4 ? ["batch", channels, "out_height", "out_width"] : ["batch", channels];
  }

  #shape(tensor: number): readonly number[] {
    return this.#model.tensors[tensor]?.shape ?? [];
  }

  #data(tensor: number): Float32Array {
    const data = this.#model.tensors[tensor]?.data;
    if (data === undefined) throw new FaceError("MODEL_UNSUPPORTED", "The TFLite model computes a layer's weights.");
    return data;
  }
}
