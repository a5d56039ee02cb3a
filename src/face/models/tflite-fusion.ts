import type { TfliteOperator, TfliteTensor } from "./tflite-reader.ts";

/** An operator of the graph after fusion: one of TFLite's, PRELU or SIGMOID_OF_DIFFERENCE. */
export interface GraphOperator extends TfliteOperator {
  /** PRELU: what the constant must be multiplied with to be the slope of the negative side. */
  readonly slopeScale?: number;
}

/**
 * Replaces both spellings of PReLU that exporters use by one PRELU operator (inputs: x, constant):
 *
 *     relu(x) + c * -relu(-x)          the slope is c
 *     relu(x) + c * (x - |x|)          the slope is 2 c, as x - |x| = 2 min(x, 0)
 */
export function fusePrelu(operators: readonly GraphOperator[], tensors: readonly TfliteTensor[]): GraphOperator[] {
  const producer = new Map(
    operators.flatMap((operator) => operator.outputs.map((tensor) => [tensor, operator] as const)),
  );
  const fused = new Map<GraphOperator, GraphOperator>();
  const absorbed = new Set<GraphOperator>();
  for (const add of operators) {
    if (add.op !== "ADD") continue;
    const [relu, mul] = add.inputs.map((tensor) => producer.get(tensor));
    if (relu?.op !== "RELU" || mul?.op !== "MUL") continue;
    const [x = -1] = relu.inputs;
    const constant = mul.inputs.find((tensor) => tensors[tensor]?.data !== undefined);
    const negative = mul.inputs.map((tensor) => producer.get(tensor)).find((operator) => operator !== undefined);
    if (constant === undefined || negative === undefined) continue;
    const chain = negativePart(negative, x, producer);
    if (chain === undefined) continue;
    fused.set(add, {
      op: "PRELU",
      inputs: [x, constant],
      outputs: add.outputs,
      option: () => 0,
      slopeScale: chain.scale,
    });
    for (const operator of [relu, mul, ...chain.operators]) absorbed.add(operator);
  }
  return operators.filter((operator) => !absorbed.has(operator)).map((operator) => fused.get(operator) ?? operator);
}

/** The operators that make min(x, 0), up to a factor, and that factor; undefined when `last` makes something else. */
function negativePart(last: GraphOperator, x: number, producer: ReadonlyMap<number, GraphOperator>) {
  const before = last.inputs.map((tensor) => producer.get(tensor));
  if (last.op === "NEG" && before[0]?.op === "RELU") {
    const inner = producer.get(before[0].inputs[0] ?? -1);
    if (inner?.op === "NEG" && inner.inputs[0] === x) return { operators: [last, before[0], inner], scale: 1 };
  }
  if (last.op === "SUB" && last.inputs[0] === x && before[1]?.op === "ABS" && before[1].inputs[0] === x) {
    return { operators: [last, before[1]], scale: 2 };
  }
  return undefined;
}

/** Replaces exp(x - max) / sum(exp(x - max)) over two classes by SIGMOID_OF_DIFFERENCE, right after x is made. */
export function fuseSoftmaxOfTwo(
  operators: readonly GraphOperator[],
  tensors: readonly TfliteTensor[],
): GraphOperator[] {
  const result: GraphOperator[] = [];
  const sigmoidAfter = new Map<number, GraphOperator>();
  const absorbed = new Set<GraphOperator>();
  for (const [index, max] of operators.entries()) {
    const [logits = -1] = max.inputs;
    if (max.op !== "REDUCE_MAX" || tensors[logits]?.shape.at(-1) !== 2) continue;
    const group = operators.slice(index, index + 5);
    const division = group[4];
    if (division === undefined || group.map((operator) => operator.op).join() !== "REDUCE_MAX,SUB,EXP,SUM,DIV")
      continue;
    sigmoidAfter.set(logits, {
      op: "SIGMOID_OF_DIFFERENCE",
      inputs: [logits],
      outputs: division.outputs,
      option: () => 0,
    });
    for (const operator of group) absorbed.add(operator);
  }
  for (const operator of operators) {
    if (absorbed.has(operator)) continue;
    result.push(operator);
    const sigmoid = sigmoidAfter.get(operator.outputs[0] ?? -1);
    if (sigmoid !== undefined) result.push(sigmoid);
  }
  return result;
}
