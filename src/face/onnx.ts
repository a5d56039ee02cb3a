import { availableParallelism } from "node:os";
import { InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import { FaceError } from "./errors.ts";

export interface SessionOptions {
  /** Execution providers in order of preference, such as ["cuda", "cpu"]; default: the CPU. */
  readonly providers?: readonly string[];
  /** Threads inside one operator; default: all cores. */
  readonly threads?: number;
}

/** Float32 values with their shape. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A network ready to run. `run` blocks the calling thread, so it belongs into a worker. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs the network's only input; outputs by name. */
  run(input: FloatTensor): Promise<Readonly<Record<string, FloatTensor>>>;
  close(): Promise<void>;
}

/** The execution providers of this runtime, the CPU's included. */
function supportedProviders(): string[] {
  return listSupportedBackends().map((backend) => backend.name);
}

/** @throws FaceError PROVIDER_UNAVAILABLE when the runtime has not been built with one of them */
export function checkProviders(providers: readonly string[]): void {
  const supported = supportedProviders();
  for (const provider of providers) {
    if (supported.includes(provider)) continue;
    throw new FaceError(
      "PROVIDER_UNAVAILABLE",
      `The execution provider "${provider}" is not in this build of onnxruntime. Use one of: ${supported.join(", ")}.`,
    );
  }
}

/**
 * Loads a network from a file or from memory.
 *
 * @throws FaceError PROVIDER_UNAVAILABLE, or MODEL_UNSUPPORTED when onnxruntime refuses the network
 */
export async function openSession(model: string | Uint8Array, options: SessionOptions = {}): Promise<OnnxSession> {
  const providers = options.providers ?? ["cpu"];
  checkProviders(providers);
  const session = await createSession(model, {
    executionProviders: [...providers],
    intraOpNumThreads: options.threads ?? availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // A plan of the memory would be kept for every shape of input, and pictures come in any shape.
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const inputName = session.inputNames[0] ?? "input";
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (input) => {
      const outputs = await session.run({ [inputName]: new Tensor("float32", input.data, input.dims) });
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, asFloatTensor(name, tensor)]));
    },
    close: () => session.release(),
  };
}

async function createSession(model: string | Uint8Array, options: InferenceSession.SessionOptions) {
  try {
    // The overloads of `create` do not accept the union.
    return typeof model === "string"
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FaceError("MODEL_UNSUPPORTED", `onnxruntime cannot load the network: ${reason}`, { cause });
  }
}

function asFloatTensor(name: string, tensor: Tensor): FloatTensor {
  if (!(tensor.data instanceof Float32Array)) {
    throw new FaceError("MODEL_UNSUPPORTED", `The network's output "${name}" is ${tensor.type}, expected float32.`);
  }
  return { data: tensor.data, dims: tensor.dims };
}
