import { detect, detectionPresets } from "../src/face/detect.ts";
import { type Embedder, embedFaces } from "../src/face/embed.ts";
import { decodeImage } from "../src/face/image.ts";
import { ensureModel } from "../src/face/models/store.ts";
import type { MtcnnNets } from "../src/face/mtcnn.ts";
import { type OnnxSession, openSession } from "../src/face/onnx.ts";
import { assessQuality } from "../src/face/quality.ts";
import { median } from "./statistics.ts";

/** In the order in which a photo goes through them. `search` and `align` are what surrounds the networks. */
export const stageNames = ["decode", "pnet", "rnet", "onet", "search", "align", "embed", "quality"] as const;

/** Milliseconds for a photo, on one thread. */
export type StageTimes = Readonly<Record<(typeof stageNames)[number], number>>;

type NetName = "pnet" | "rnet" | "onet" | "embed";
type NetTimes = Record<NetName, number>;

interface Stages {
  readonly nets: MtcnnNets;
  readonly embedder: Embedder;
  /** What each network has taken so far. */
  readonly spent: NetTimes;
  close(): Promise<void>;
}

/** Takes the photos through the stages of the pipeline in this process; the median of the rounds after a warm-up. */
export async function measureStages(files: readonly string[], rounds: number): Promise<StageTimes> {
  const stages = await openStages();
  try {
    await timeRound(stages, files);
    const times: StageTimes[] = [];
    for (let round = 0; round < rounds; round++) times.push(await timeRound(stages, files));
    return forEachStage((name) => median(times.map((time) => time[name])));
  } finally {
    await stages.close();
  }
}

function forEachStage(time: (name: keyof StageTimes) => number): StageTimes {
  return {
    decode: time("decode"),
    pnet: time("pnet"),
    rnet: time("rnet"),
    onet: time("onet"),
    search: time("search"),
    align: time("align"),
    embed: time("embed"),
    quality: time("quality"),
  };
}

async function openStages(): Promise<Stages> {
  const spent: NetTimes = { pnet: 0, rnet: 0, onet: 0, embed: 0 };
  const { files: detector } = await ensureModel("mtcnn");
  const { files: weights, embedder: spec } = await ensureModel("mobilefacenet");
  if (spec === undefined) throw new Error("mobilefacenet is not an embedder.");
  const [pnet, rnet, onet, session] = await Promise.all([
    timedNet(detector.pnet, "pnet", spent),
    timedNet(detector.rnet, "rnet", spent),
    timedNet(detector.onet, "onet", spent),
    timedNet(weights.embedder, "embed", spent),
  ]);
  return {
    nets: { pnet, rnet, onet },
    embedder: { spec, session, mirror: true },
    spent,
    close: async () => {
      await Promise.all([pnet, rnet, onet, session].map((net) => net.close()));
    },
  };
}

async function timedNet(file: string | undefined, name: NetName, spent: NetTimes): Promise<OnnxSession> {
  if (file === undefined) throw new Error(`The models have no network "${name}".`);
  const session = await openSession(file, { threads: 1 });
  return {
    ...session,
    run: async (input) => {
      const [output, milliseconds] = await timed(() => session.run(input));
      spent[name] += milliseconds;
      return output;
    },
  };
}

async function timeRound({ nets, embedder, spent }: Stages, files: readonly string[]): Promise<StageTimes> {
  const before = { ...spent };
  const total = { decode: 0, detect: 0, embed: 0, quality: 0 };
  const settings = detectionPresets.balanced;
  for (const file of files) {
    const [{ image, original }, decodeMs] = await timed(() => decodeImage(file, { maxSide: settings.maxSide }));
    const [faces, detectMs] = await timed(() => detect(nets, image, settings));
    const landmarks = faces.map((face) => face.landmarks);
    const [, embedMs] = await timed(() => embedFaces(embedder, image, landmarks));
    const scale = original.width / image.width;
    const [, qualityMs] = await timed(async () => faces.map((face) => assessQuality(image, face, scale)));
    total.decode += decodeMs;
    total.detect += detectMs;
    total.embed += embedMs;
    total.quality += qualityMs;
  }
  const net = (name: NetName) => spent[name] - before[name];
  const sums: StageTimes = {
    decode: total.decode,
    pnet: net("pnet"),
    rnet: net("rnet"),
    onet: net("onet"),
    search: total.detect - net("pnet") - net("rnet") - net("onet"),
    align: total.embed - net("embed"),
    embed: net("embed"),
    quality: total.quality,
  };
  return forEachStage((name) => sums[name] / files.length);
}

async function timed<T>(work: () => Promise<T>): Promise<[result: T, milliseconds: number]> {
  const started = performance.now();
  const result = await work();
  return [result, performance.now() - started];
}
