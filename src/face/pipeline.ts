import { type DetectionSettings, detect } from "./detect.ts";
import { type Embedder, embedFaces } from "./embed.ts";
import type { Face, FacesInImage, Quality } from "./face.ts";
import { mapLandmarks, type PixelBox } from "./geometry.ts";
import { decodeImage } from "./image.ts";
import type { EmbedderSpec } from "./models/manifest.ts";
import type { Detection, MtcnnNets } from "./mtcnn.ts";
import { type Nuisance, projectOut } from "./nuisance.ts";
import { openSession } from "./onnx.ts";
import { assessQuality, visibleQuality } from "./quality.ts";
import { reliabilityOf } from "./reliability.ts";

/** Everything a worker needs to find faces; plain data, so that it can be sent to another process. */
export interface PipelineConfig {
  /** Detector, embedder, hashes of their weights and revision of the preprocessing. */
  readonly pipelineId: string;
  readonly detector: { readonly pnet: string; readonly rnet: string; readonly onet: string };
  readonly embedder: {
    readonly file: string;
    readonly spec: EmbedderSpec;
    readonly mirror: boolean;
    /** Taken out of each embedding; absent: nothing. */
    readonly nuisance?: Nuisance;
  };
  readonly detection: DetectionSettings;
  readonly providers: readonly string[];
  /** Threads inside one operator of a network. */
  readonly threads: number;
}

export interface Pipeline {
  /**
   * @param source path of a picture, or its bytes
   * @param leastShare as for `detect`
   * @throws FaceError IMAGE_... when the picture cannot be used
   */
  findFaces(source: Uint8Array | string, leastShare?: number): Promise<FacesInImage>;
  close(): Promise<void>;
}

/** Loads the networks. Its work blocks the calling thread, so it belongs into a worker. */
export async function openPipeline(config: PipelineConfig): Promise<Pipeline> {
  const open = (file: string) => openSession(file, { providers: config.providers, threads: config.threads });
  const [pnet, rnet, onet, session] = await Promise.all([
    open(config.detector.pnet),
    open(config.detector.rnet),
    open(config.detector.onet),
    open(config.embedder.file),
  ]);
  const nets = { pnet, rnet, onet };
  const embedder = { spec: config.embedder.spec, mirror: config.embedder.mirror, session };
  return {
    findFaces: (source, leastShare) => findFaces(source, leastShare, nets, embedder, config),
    close: async () => {
      await Promise.all([pnet, rnet, onet, session].map((net) => net.close()));
    },
  };
}

async function findFaces(
  source: Uint8Array | string,
  leastShare: number | undefined,
  nets: MtcnnNets,
  embedder: Embedder,
  config: PipelineConfig,
): Promise<FacesInImage> {
  const { image, original, damaged, takenAt } = await decodeImage(source, { maxSide: config.detection.maxSide });
  const detections = await detect(nets, image, config.detection, leastShare);
  const embedded = await embedFaces(
    embedder,
    image,
    detections.map((detection) => detection.landmarks),
  );
  const scale = original.width / image.width;
  const { nuisance } = config.embedder;
  const faces = detections.flatMap((detection, i) => {
    const face = embedded[i];
    if (face === undefined) return [];
    const reliability = reliabilityOf(config.embedder.spec.name, face.length);
    const quality = assessQuality(image, { ...detection, reliability }, scale);
    const condition = { visible: visibleQuality(quality), reliability: quality.reliability };
    const embedding = nuisance ? projectOut(face.embedding, nuisance, condition) : face.embedding;
    return [describe(detection, scale, quality, embedding)];
  });
  const { width, height } = original;
  return { width, height, damaged, takenAt, pipelineId: config.pipelineId, faces };
}

/** The face in pixels of the original. */
function describe(detection: Detection, scale: number, quality: Quality, embedding: Float32Array): Face {
  const [x1, y1, x2, y2] = detection.box;
  const box: PixelBox = [x1 * scale, y1 * scale, x2 * scale, y2 * scale];
  const landmarks = mapLandmarks(detection.landmarks, ([x, y]) => [x * scale, y * scale]);
  return { box, landmarks, score: detection.score, quality, embedding };
}
