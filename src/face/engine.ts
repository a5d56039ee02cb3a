import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  callback,
  checkDimension,
  checkedPicture,
  checkFace,
  checkOptions,
  flag,
  type OptionKinds,
  oneOf,
  share,
  signal,
  text,
  texts,
  wholeNumber,
} from "./arguments.ts";
import { openCalibration } from "./calibration.ts";
import { type Comparison, compareEmbeddings } from "./compare.ts";
import { type DetectionPreset, detectionPresets } from "./detect.ts";
import { FaceError } from "./errors.ts";
import type { Face, FacesInImage } from "./face.ts";
import { cacheFolder } from "./models/cache.ts";
import { ensureModel, findModel, type ModelOptions, type ReadyModel } from "./models/store.ts";
import { type Nuisance, nuisanceOf } from "./nuisance.ts";
import { checkProviders } from "./onnx.ts";
import type { PipelineConfig } from "./pipeline.ts";
import { PREPROCESSING_REVISION } from "./pipeline-id.ts";
import { type FindOptions, WorkerPool } from "./worker-pool.ts";

export interface EngineOptions extends ModelOptions {
  /** "mobilefacenet" (default), "dlib", "facenet", or an embedder that was imported. */
  readonly embedder?: string;
  /** How thoroughly to look for faces; default: "balanced". */
  readonly preset?: DetectionPreset;
  /** Pictures worked on at the same time, each in a process of its own, besides an urgent one; default: one per core. */
  readonly workers?: number;
  /**
   * When the workers start: with `openFaceEngine` ("now", the default), which then throws what keeps them from it; or each
   * with the first picture that it gets ("on-demand"), where `findFaces` throws it.
   */
  readonly startWorkers?: "now" | "on-demand";
  /** Execution providers of onnxruntime in order of preference; default: ["cpu"]. */
  readonly providers?: readonly string[];
  /** Average each embedding with that of the mirrored face, which takes a seventh more time; default: true. */
  readonly mirror?: boolean;
  /** Take out of each embedding what blur, noise and small size do to it, where that is measured; default: true. */
  readonly steady?: boolean;
}

const engineOptionKinds: OptionKinds<EngineOptions> = {
  embedder: text,
  preset: oneOf(Object.keys(detectionPresets)),
  workers: wholeNumber(1, 256),
  startWorkers: oneOf(["now", "on-demand"]),
  providers: texts,
  mirror: flag,
  steady: flag,
  cacheDir: text,
  signal,
  onProgress: callback,
};

const findOptionKinds: OptionKinds<FindOptions> = { signal, urgent: flag, leastShare: share };

export interface FaceEngine {
  /** Detector, embedder, hashes of their weights and revision of the preprocessing. Compare faces within one id only. */
  readonly pipelineId: string;
  readonly embedder: string;
  /** Pictures that are worked on at the same time, besides an urgent one. */
  readonly workers: number;
  /**
   * Every face in a picture, best score first. May be called many times at once; calls wait for a free worker.
   *
   * @param image path of a picture, relative to the working folder at this moment, or its bytes, in whatever view
   * @throws FaceError IMAGE_... when the picture cannot be used, OPTION_INVALID when it is neither a path nor bytes
   *   or an option is wrong, ENGINE_..., MODEL_UNSUPPORTED, PROVIDER_UNAVAILABLE; the signal's reason
   */
  findFaces(image: string | ArrayBufferLike | ArrayBufferView, options?: FindOptions): Promise<FacesInImage>;
  /**
   * Whether two faces are of one person.
   *
   * @throws FaceError OPTION_INVALID when one is no face as `findFaces` gave it; CALIBRATION_MISSING, EMBEDDINGS_INCOMPATIBLE
   */
  compare(a: Face, b: Face): Comparison;
  /** Ends the workers; what is still waiting fails with ENGINE_CLOSED. */
  close(): Promise<void>;
}

/**
 * Fetches the models it needs (the first time), starts the workers and loads the networks.
 *
 * @throws FaceError MODEL_..., PROVIDER_UNAVAILABLE, ENGINE_UNAVAILABLE, OPTION_INVALID
 */
export async function openFaceEngine(options: EngineOptions = {}): Promise<FaceEngine> {
  checkOptions(options, engineOptionKinds, "openFaceEngine");
  const {
    embedder = "mobilefacenet",
    workers = availableParallelism(),
    preset = "balanced",
    providers = ["cpu"],
  } = options;
  checkProviders(providers);
  const detectorModel = await ensureModel("mtcnn", options);
  const embedderModel = await ensureModel(embedder, options);
  const config = pipelineConfig(detectorModel, embedderModel, {
    mirror: options.mirror ?? true,
    nuisance: (options.steady ?? true) ? nuisanceOf(embedder) : undefined,
    preset,
    providers,
    threads: Math.max(1, Math.floor(availableParallelism() / workers)),
  });
  const pool = new WorkerPool(config, workers);
  if (options.startWorkers !== "on-demand") await pool.start();
  return {
    pipelineId: config.pipelineId,
    embedder,
    workers,
    findFaces: async (image, options = {}) => {
      checkOptions(options, findOptionKinds, "findFaces");
      return await pool.findFaces(checkedPicture(image), options);
    },
    compare: (a, b) => {
      for (const [face, which] of [[a, "the first face"] as const, [b, "the second face"] as const]) {
        checkFace(face, which);
        checkDimension(face.embedding, embedder, config.embedder.spec.dimension, which);
      }
      return compareEmbeddings(a.embedding, b.embedding, openCalibration(embedder), [a.quality.score, b.quality.score]);
    },
    close: () => pool.close(),
  };
}

/**
 * Whether an engine can be opened like that, as far as can be said without fetching or loading anything.
 *
 * @throws FaceError MODEL_UNKNOWN, PROVIDER_UNAVAILABLE, OPTION_INVALID
 */
export async function checkEngineOptions(options: EngineOptions): Promise<void> {
  checkOptions(options, engineOptionKinds, "openFaceEngine");
  checkProviders(options.providers ?? ["cpu"]);
  const entry = await findModel(options.embedder ?? "mobilefacenet", cacheFolder(options));
  if (entry.embedder === undefined) throw noEmbedder(entry.name);
}

function noEmbedder(name: string): FaceError {
  return new FaceError("MODEL_UNKNOWN", `"${name}" is not an embedder. \`rollcall models list\` shows those.`);
}

function pipelineConfig(
  detector: ReadyModel,
  embedder: ReadyModel,
  choice: {
    mirror: boolean;
    nuisance: Nuisance | undefined;
    preset: DetectionPreset;
    providers: readonly string[];
    threads: number;
  },
): PipelineConfig {
  if (embedder.embedder === undefined) throw noEmbedder(embedder.name);
  const parts = [`${detector.name}-${detector.hash}`, `${embedder.name}-${embedder.hash}`];
  const { mirror, nuisance } = choice;
  if (mirror) parts.push("mirror");
  if (nuisance) parts.push(`steady-${hashOf(nuisance)}`);
  return {
    pipelineId: [...parts, `r${PREPROCESSING_REVISION}`].join("+"),
    detector: { pnet: file(detector, "pnet"), rnet: file(detector, "rnet"), onet: file(detector, "onet") },
    embedder: { file: onlyFile(embedder), spec: embedder.embedder, mirror, ...(nuisance ? { nuisance } : {}) },
    detection: detectionPresets[choice.preset],
    providers: choice.providers,
    threads: choice.threads,
  };
}

function hashOf({ poor, hidden }: Nuisance): string {
  return createHash("sha256").update(poor).update(hidden).digest("hex").slice(0, 8);
}

function file(model: ReadyModel, part: string): string {
  const path = model.files[part];
  if (path === undefined) throw new FaceError("MODEL_CORRUPT", `The model "${model.name}" has no part "${part}".`);
  return path;
}

function onlyFile(model: ReadyModel): string {
  const [path] = Object.values(model.files);
  if (path === undefined) throw new FaceError("MODEL_CORRUPT", `The model "${model.name}" has no network.`);
  return path;
}
