import "./no-telemetry.ts";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import { FaceError } from "./errors.ts";
import { writeOnnx } from "./models/onnx-writer.ts";

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

/**
 * Says at once what would keep every worker from starting.
 *
 * @throws FaceError PROVIDER_UNAVAILABLE when the runtime does not have one of them, or not the library that it needs
 */
export function checkProviders(providers: readonly string[]): void {
  const supported = listSupportedBackends();
  for (const provider of providers) {
    const backend = supported.find(({ name }) => name === provider);
    if (!backend) {
      const names = supported.map(({ name }) => name).join(", ");
      throw new FaceError(
        "PROVIDER_UNAVAILABLE",
        `The models cannot run on "${provider}": the ONNX Runtime for ${process.platform}-${process.arch} does not have it. Use one or more of ${names}, or leave the setting out to use the CPU.`,
      );
    }
    const library = `onnxruntime_providers_${provider}`;
    if (!backend.bundled && !runtimeFiles().some((file) => file.includes(library))) {
      throw new FaceError(
        "PROVIDER_UNAVAILABLE",
        `The models cannot run on "${provider}": the library that ONNX Runtime needs for it (${library}) is not installed, because it is too large to come along. Install it as docs/models.md tells under "On a graphics card", or use the CPU: \`--provider cpu\`.`,
      );
    }
  }
}

/** ONNX Runtime looks for its libraries beside its own, and nowhere else. */
function runtimeFiles(): string[] {
  const main = createRequire(import.meta.url).resolve("onnxruntime-node");
  return readdirSync(join(dirname(main), "..", "bin"), { recursive: true, encoding: "utf8" });
}

/** One trial per process and provider: each failure costs time, and the runtime writes its own words about it. */
const trials = new Map<string, Promise<void>>();

/** Runs the smallest of networks there, to tell a provider that does not work here from a network that does not. */
function tryProvider(provider: string): Promise<void> {
  const known = trials.get(provider);
  if (known !== undefined) return known;
  const trial = createInferenceSession(smallestNetwork(), { executionProviders: [provider], logSeverityLevel: 3 }).then(
    (session) => session.release(),
    (cause: unknown) => {
      throw new FaceError(
        "PROVIDER_UNAVAILABLE",
        `The models cannot run on "${provider}" on this machine; ONNX Runtime says: ${reasonOf(cause)}. Mostly a driver or a library of the graphics card is missing or too old: docs/models.md tells under "On a graphics card" what is needed. The CPU needs nothing: \`--provider cpu\`.`,
        { cause },
      );
    },
  );
  trials.set(provider, trial);
  return trial;
}

function smallestNetwork(): Uint8Array {
  return writeOnnx({
    name: "trial",
    inputs: [{ name: "input", dims: [1] }],
    outputs: [{ name: "output", dims: [1] }],
    nodes: [{ op: "Relu", inputs: ["input"], outputs: ["output"] }],
    initializers: [],
  });
}

/**
 * Loads a network from a file or from memory.
 *
 * @throws FaceError PROVIDER_UNAVAILABLE, or MODEL_UNSUPPORTED when onnxruntime refuses the network
 */
export async function openSession(model: string | Uint8Array, options: SessionOptions = {}): Promise<OnnxSession> {
  const providers = options.providers ?? ["cpu"];
  checkProviders(providers);
  for (const provider of providers) if (provider !== "cpu") await tryProvider(provider);
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

/** Files come from the cache, where they were loaded before. */
const whenDamaged =
  "If its file was damaged, `rollcall models verify` says so, and `rollcall models pull <name>` makes it again.";

async function createSession(model: string | Uint8Array, options: InferenceSession.SessionOptions) {
  try {
    return await createInferenceSession(model, options);
  } catch (cause) {
    const message = `ONNX Runtime cannot load the network: ${reasonOf(cause)}`;
    throw new FaceError("MODEL_UNSUPPORTED", typeof model === "string" ? `${message}\n${whenDamaged}` : message, {
      cause,
    });
  }
}

function createInferenceSession(model: string | Uint8Array, options: InferenceSession.SessionOptions) {
  // The overloads of `create` do not accept the union.
  return typeof model === "string" ? InferenceSession.create(model, options) : InferenceSession.create(model, options);
}

/** The words of an error, without where in its source the runtime found out. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\/\S+:\d+ .* was false\. /u, "").trim();
}

function asFloatTensor(name: string, tensor: Tensor): FloatTensor {
  if (!(tensor.data instanceof Float32Array)) {
    throw new FaceError("MODEL_UNSUPPORTED", `The network's output "${name}" is ${tensor.type}, expected float32.`);
  }
  return { data: tensor.data, dims: tensor.dims };
}
