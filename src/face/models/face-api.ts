import { FaceApiWeights } from "./face-api-weights.ts";
import { type ConvOptions, type ConvWeights, foldScale, Network } from "./network.ts";

// The network is dlib's face recognition ResNet (examples/dnn_face_recognition_ex.cpp) as face-api runs it; sizes and
// names of the weights are those of face-api's manifest.

const INPUT_SIZE = 150;
const DIMENSION = 128;

/**
 * dlib's face recognition ResNet as ONNX, from face-api's `face_recognition_model`.
 *
 * Input "input": float32 [N, 3, 150, 150], RGB as (x - [122.782, 117.001, 104.298]) / 255. Output "embedding":
 * float32 [N, 128], not normalised to length 1. The scales behind the convolutions are folded into them.
 * @param manifestJson the text of `face_recognition_model-weights_manifest.json`
 * @param weights the bytes of `face_recognition_model.bin`
 * @throws FaceError MODEL_UNSUPPORTED when they are of another network or of an unknown type of numbers, MODEL_CORRUPT
 *   when the manifest cannot be read or the weights are not as long as it says
 */
export function convertFaceApi(manifestJson: Uint8Array, weights: Uint8Array): Uint8Array {
  return new DlibResnet(new FaceApiWeights(manifestJson, weights)).build();
}

/**
 * 5 ms of CPU time a face at batch 8 on one AVX-512 core. Making the shortcuts' channels of zeros by a convolution or by
 * joining took the same within 2 %.
 */
class DlibResnet {
  private readonly network = new Network();
  private readonly weights: FaceApiWeights;

  constructor(weights: FaceApiWeights) {
    this.weights = weights;
  }

  build(): Uint8Array {
    let x = this.conv("input", "conv32_down", [32, 3, 7, 7], { stride: 2, relu: true });
    x = this.network.maxPool(x, "maxpool", 3, 2);
    for (const i of [1, 2, 3]) x = this.block(x, `conv32_${i}`, 32);
    x = this.halvingBlock(x, "conv64_down", 35, 32, 64);
    for (const i of [1, 2, 3]) x = this.block(x, `conv64_${i}`, 64);
    x = this.halvingBlock(x, "conv128_down", 17, 64, 128);
    for (const i of [1, 2]) x = this.block(x, `conv128_${i}`, 128);
    x = this.halvingBlock(x, "conv256_down", 8, 128, 256);
    for (const i of [1, 2]) x = this.block(x, `conv256_${i}`, 256);
    x = this.halvingBlock(x, "conv256_down_out", 4, 256, 256);
    const matrix = outputsFirst(this.weights.take("fc", [256, DIMENSION]), 1, 256, DIMENSION);
    const embedding = this.network.linear(this.network.globalAverage(x, "average"), "embedding", matrix, DIMENSION);
    this.weights.checkAllUsed();
    return this.network.toOnnx("dlib", INPUT_SIZE, embedding, DIMENSION);
  }

  /** Two convolutions whose output is added to their input. */
  private block(input: string, name: string, channels: number): string {
    const { network } = this;
    const inner = this.conv(input, `${name}/conv1`, [channels, channels, 3, 3], { padding: [1, 1], relu: true });
    const outer = this.conv(inner, `${name}/conv2`, [channels, channels, 3, 3], { padding: [1, 1] });
    return network.relu(network.add(`${name}/sum`, outer, input));
  }

  /**
   * A block that halves height and width. Its shortcut is an average pool, filled up with channels of zeros; where that
   * is a row and a column larger than what the convolutions leave, those are filled up with zeros instead.
   * @param size height and width of the input
   */
  private halvingBlock(input: string, name: string, size: number, inputs: number, outputs: number): string {
    const { network } = this;
    const convSize = Math.floor((size - 3) / 2) + 1;
    const missing = Math.floor(size / 2) - convSize;
    const inner = this.conv(input, `${name}/conv1`, [outputs, inputs, 3, 3], { stride: 2, relu: true });
    const outer = this.conv(inner, `${name}/conv2`, [outputs, outputs, 3, 3], { padding: [1, 1] }, convSize === 1);
    const filled = missing === 0 ? outer : network.padEnd(outer, `${name}/filled`, 0, missing, missing);
    const pooled = network.averagePool(input, `${name}/pool`, 2, 2);
    const shortcut = inputs === outputs ? pooled : network.padEnd(pooled, `${name}/shortcut`, outputs - inputs, 0, 0);
    return network.relu(network.add(`${name}/sum`, filled, shortcut));
  }

  /** @param onePixel the input is a single pixel, of which a padded kernel sees nothing but in its centre */
  private conv(input: string, name: string, dims: ConvWeights["dims"], options: ConvOptions, onePixel = false): string {
    const [outputs, inputs, height, width] = dims;
    const filters = this.weights.take(`${name}/conv/filters`, [height, width, inputs, outputs]);
    const bias = this.weights.take(`${name}/conv/bias`, [outputs]);
    const scale = this.weights.take(`${name}/scale/weights`, [outputs]);
    const shift = this.weights.take(`${name}/scale/biases`, [outputs]);
    const area = height * width;
    const centre = Math.floor(area / 2) * inputs * outputs;
    const seen: ConvWeights = onePixel
      ? {
          dims: [outputs, inputs, 1, 1],
          filters: outputsFirst(filters.subarray(centre, centre + inputs * outputs), 1, inputs, outputs),
          bias,
        }
      : { dims, filters: outputsFirst(filters, area, inputs, outputs), bias };
    return this.network.conv(input, name, foldScale(seen, scale, shift), onePixel ? {} : options);
  }
}

/** Filters of [area, inputs, outputs], as face-api has them, in ONNX's order: [outputs, inputs, area]. */
function outputsFirst(filters: Float32Array, area: number, inputs: number, outputs: number): Float32Array {
  const turned = new Float32Array(filters.length);
  let next = 0;
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let at = 0; at < area; at++) turned[next++] = filters[(at * inputs + input) * outputs + output] ?? 0;
    }
  }
  return turned;
}
