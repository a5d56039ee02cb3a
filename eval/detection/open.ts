import type { DetectionSettings } from "../../src/face/detect.ts";
import { ensureModel } from "../../src/face/models/store.ts";
import { nuisanceOf } from "../../src/face/nuisance.ts";
import { openPipeline, type Pipeline } from "../../src/face/pipeline.ts";
import { PREPROCESSING_REVISION } from "../../src/face/pipeline-id.ts";

/** The real pipeline on one thread of this process, with settings that need not be a preset. */
export async function openOnOneThread(detection: DetectionSettings, embedder: string): Promise<Pipeline> {
  const detector = await ensureModel("mtcnn");
  const model = await ensureModel(embedder);
  const [file] = Object.values(model.files);
  const nuisance = nuisanceOf(embedder);
  const { pnet, rnet, onet } = detector.files;
  if (!(pnet && rnet && onet && file && model.embedder)) throw new Error(`"${embedder}" is not an embedder.`);
  return openPipeline({
    pipelineId: `${detector.hash}+${model.hash}+mirror+r${PREPROCESSING_REVISION}`,
    detector: { pnet, rnet, onet },
    embedder: { file, spec: model.embedder, mirror: true, ...(nuisance ? { nuisance } : {}) },
    detection,
    providers: ["cpu"],
    threads: 1,
  });
}
