import type { ComputedChannel } from "./prelu-channels.ts";

/** How a layer's weights are to be laid out for ONNX. */
export interface WeightLayout {
  /** Whether the picture's axes are swapped, and the weights' with them. */
  readonly transposed: boolean;
  /** How the layer's input and its output are computed; undefined where it is as the network was trained. */
  readonly from: readonly ComputedChannel[] | undefined;
  readonly to: readonly ComputedChannel[] | undefined;
}

/**
 * A convolution's weights, [out, h, w, in] in TFLite, as [out, in, h, w]; a depthwise one's, [1, h, w, out] in TFLite, as
 * [out, 1, h, w].
 */
export function convolutionWeights(
  source: Float32Array,
  shape: readonly number[],
  depthwise: boolean,
  layout: WeightLayout,
): { dims: number[]; data: Float32Array } {
  const [outer = 0, height = 0, width = 0, inner = 0] = shape;
  const to = layout.to ?? asTrained(depthwise ? inner : outer);
  const from = depthwise ? undefined : (layout.from ?? asTrained(inner));
  const data = new Float32Array(to.length * (from?.length ?? 1) * height * width);
  let at = 0;
  for (const [o, output] of to.entries()) {
    for (const input of from ?? [layout.from?.[o] ?? output]) {
      const factor = output.scale * (from || layout.from ? input.gain : 1);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const spatial = layout.transposed ? x * width + y : y * width + x;
          const index = depthwise
            ? spatial * inner + (output.source ?? 0)
            : ((output.source ?? 0) * height * width + spatial) * inner + (input.source ?? 0);
          data[at++] = factor * (source[index] ?? 0);
        }
      }
    }
  }
  return { dims: [to.length, from?.length ?? 1, height, width], data };
}

/** A layer's biases, one for each channel it computes. */
export function biases(source: Float32Array, to: readonly ComputedChannel[] | undefined): Float32Array {
  return to ? Float32Array.from(to, ({ source: channel, scale }) => scale * (source[channel ?? 0] ?? 0)) : source;
}

/**
 * The weights of a fully connected layer after a picture of `shape` [1, h, w, c]: TFLite flattens (h, w, c), our flattened
 * tensors run (c, h, w).
 */
export function flattenedWeights(
  source: Float32Array,
  units: number,
  [, height = 0, width = 0, channels = 0]: readonly number[],
  layout: Omit<WeightLayout, "to">,
): { dims: number[]; data: Float32Array } {
  const from = layout.from ?? asTrained(channels);
  const fanIn = from.length * height * width;
  const data = new Float32Array(units * fanIn);
  let at = 0;
  for (let unit = 0; unit < units; unit++) {
    for (const { source: channel, gain } of from) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [row, column] = layout.transposed ? [x, y] : [y, x];
          data[at++] = gain * (source[((unit * height + row) * width + column) * channels + (channel ?? 0)] ?? 0);
        }
      }
    }
  }
  return { dims: [units, fanIn], data };
}

function asTrained(channels: number): ComputedChannel[] {
  return Array.from({ length: channels }, (_, source) => ({ source, scale: 1, slope: 1, gain: 1 }));
}
