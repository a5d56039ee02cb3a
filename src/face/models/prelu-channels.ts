import type { GraphOperator } from "./tflite-fusion.ts";
import type { TfliteTensor } from "./tflite-reader.ts";

/**
 * One channel of a PReLU as it is computed. `gain` times it, added up over all that have the same `source`, is the
 * channel of that number in the network as it was trained.
 */
export interface ComputedChannel {
  /** The channel that the layer before computes; undefined for one that only fills up a block. */
  readonly source: number | undefined;
  /** What the layer before multiplies it with. */
  readonly scale: number;
  /** Of the negative side; at most 1. */
  readonly slope: number;
  /** What the layers after multiply it with. */
  readonly gain: number;
}

/** By tensor: what the layer before a PReLU gives, what the PReLU gives, and what pooling makes of it. */
export type ChannelPlan = ReadonlyMap<number, readonly ComputedChannel[]>;

/** Channels that onnxruntime's blocked layout keeps together on the widest processors; others leave that layout. */
const BLOCK = 16;

const FILLER: ComputedChannel = { source: undefined, scale: 0, slope: 0, gain: 0 };

/**
 * How to compute each PReLU between layers with weights as max(x, slope x), that is with slopes of at most 1 and in
 * whole blocks of channels. The layers before and after make up for it by their weights, at no cost.
 *
 * PReLUs that are not between such layers (or have max pooling beside them) are left out.
 */
export function planChannels(operators: readonly GraphOperator[], tensors: readonly TfliteTensor[]): ChannelPlan {
  const plan = new Map<number, readonly ComputedChannel[]>();
  for (const prelu of operators) {
    if (prelu.op !== "PRELU") continue;
    const [input = -1, constant = -1] = prelu.inputs;
    const [output = -1] = prelu.outputs;
    const slopes = tensors[constant]?.data?.map((value) => value * (prelu.slopeScale ?? 1));
    const producer = operators.find((operator) => operator.outputs.includes(input));
    const [pool, ...others] = readers(operators, output);
    const pooled = pool?.op === "MAX_POOL_2D" && others.length === 0 ? pool.outputs[0] : undefined;
    const consumers = readers(operators, pooled ?? output);
    const convolutions = producer?.op.endsWith("CONV_2D") && readers(operators, input).length === 1;
    if (slopes === undefined || !convolutions || !consumers.every((operator) => isWeighted(operator.op))) continue;

    const fixed = [producer, ...consumers].some((operator) => operator?.op === "DEPTHWISE_CONV_2D");
    if (fixed && pooled !== undefined) continue;
    const channels = [...slopes].flatMap((slope, source) => computed(slope, source, pooled !== undefined));
    const filled = fixed ? channels : [...channels, ...fillers(channels.length)];
    for (const tensor of [input, output, ...(pooled === undefined ? [] : [pooled])]) plan.set(tensor, filled);
  }
  return plan;
}

function computed(slope: number, source: number, pooled: boolean): ComputedChannel[] {
  if (slope <= 1) return [{ source, scale: 1, slope, gain: 1 }];
  // -prelu(x) bends the other way: it is max(y, y / slope) of y = -slope x.
  if (!pooled) return [{ source, scale: -slope, slope: 1 / slope, gain: -1 }];
  // Pooling wants the largest, so it can't be negated; but slope x + (1 - slope) relu(x) can be pooled part by part.
  return [
    { source, scale: 1, slope: 1, gain: slope },
    { source, scale: 1, slope: 0, gain: 1 - slope },
  ];
}

function fillers(channels: number): ComputedChannel[] {
  return Array.from({ length: (BLOCK - (channels % BLOCK)) % BLOCK }, () => FILLER);
}

function readers(operators: readonly GraphOperator[], tensor: number): GraphOperator[] {
  return operators.filter((operator) => operator.inputs.includes(tensor));
}

function isWeighted(op: string): boolean {
  return op === "FULLY_CONNECTED" || op.endsWith("CONV_2D");
}
