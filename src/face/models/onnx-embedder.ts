import { FaceError } from "../errors.ts";
import type { EmbedderSpec } from "./manifest.ts";
import { inspectOnnx, ONNX_FLOAT32, type OnnxValue } from "./onnx-inspect.ts";

/**
 * Checks that an ONNX file is an embedder as described, and one that can be used as it is.
 *
 * @throws FaceError MODEL_CORRUPT, or MODEL_UNSUPPORTED saying what does not fit the description
 */
export function checkEmbedder(bytes: Uint8Array, spec: EmbedderSpec): void {
  const { inputs, outputs } = inspectOnnx(bytes);
  const [input, ...moreInputs] = inputs;
  const [output] = outputs;
  if (input === undefined || moreInputs.length > 0) {
    throw unfit(`has ${inputs.length} inputs (${names(inputs)}), and an embedder has one`);
  }
  if (input.elementType !== ONNX_FLOAT32 || output?.elementType !== ONNX_FLOAT32) {
    throw unfit("does not take and give 32-bit floating point numbers, as those in half precision or of integers do");
  }
  const { inputSize, layout, dimension } = spec;
  const batch = spec.fixedBatch;
  const expected = layout === "nchw" ? [batch, 3, inputSize, inputSize] : [batch, inputSize, inputSize, 3];
  if (!fits(input, expected)) {
    throw unfit(
      `takes ${shape(input)}, and its description says ${expected.map((dim) => dim ?? "batch").join(" x ")} (${layout})` +
        (batch === undefined && typeof input.dims?.[0] === "number"
          ? `; say "fixedBatch": ${input.dims[0]} in it`
          : ""),
    );
  }
  if (!fits(output, [batch, dimension])) {
    throw unfit(`gives ${shape(output)}, and its description says batch x ${dimension}`);
  }
}

/** An open dimension fits everything; an open batch in the description wants an open one in the network. */
function fits(value: OnnxValue, expected: readonly (number | undefined)[]): boolean {
  const { dims } = value;
  if (dims === undefined) return true;
  return (
    dims.length === expected.length &&
    dims.every((dim, i) => typeof dim === "string" || dim === expected[i] || dim <= 0)
  );
}

function shape({ dims }: OnnxValue): string {
  return (dims ?? []).map((dim) => (dim === "" ? "?" : dim)).join(" x ");
}

function names(values: readonly OnnxValue[]): string {
  return values.map(({ name }) => name).join(", ");
}

function unfit(what: string): FaceError {
  return new FaceError("MODEL_UNSUPPORTED", `The network ${what}.`);
}
