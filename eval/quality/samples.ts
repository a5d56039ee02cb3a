import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { detectionPresets } from "../../src/face/detect.ts";
import type { DetectionPreset, Face, FaceEngine } from "../../src/face/index.ts";
import { centredFace, findAllFaces, type Source } from "../find-faces.ts";
import { imagePath, type LfwImage, type LfwPair } from "../lfw-pairs.ts";
import { startProgress } from "../progress.ts";
import { type Degradation, degradations } from "./degrade.ts";

/** A face and how alike it is to another picture of its person. */
export interface JudgedFace {
  readonly face: Face;
  readonly similarity: number;
}

/** The same pairs, with the first picture spoilt in one way. */
export interface DegradedFaces {
  readonly degradation: Degradation;
  readonly pictures: number;
  /** Of those in which the face was still found. */
  readonly found: readonly JudgedFace[];
}

export interface QualitySamples {
  /** Pairs as photographed, judged by their worse face. */
  readonly natural: readonly JudgedFace[];
  readonly degraded: readonly DegradedFaces[];
  /** The degraded pairs before they were degraded. */
  readonly reference: readonly JudgedFace[];
}

interface FindSettings {
  readonly data: string;
  readonly cache: boolean;
  readonly preset: DetectionPreset;
  /** How many pairs are degraded. */
  readonly count: number;
}

/** What is degraded must be good before: else the curve would show what was wrong with it already. */
const GOOD = 0.9;

export async function measureSamples(
  engine: FaceEngine,
  pairs: readonly LfwPair[],
  settings: FindSettings,
): Promise<QualitySamples> {
  const images = new Map<string, LfwImage>();
  for (const { a, b } of pairs) for (const image of [a, b]) images.set(imagePath(settings.data, image), image);
  const paths = [...images.keys()];
  const plain = await find(engine, paths, undefined, settings);
  const known = new Map(paths.map((path, i) => [path, plain[i]]));
  const faceOf = (image: LfwImage) => known.get(imagePath(settings.data, image));

  const natural: JudgedFace[] = [];
  const good: { path: string; other: Face; own: Face }[] = [];
  const people = new Set<string>();
  for (const { a, b } of pairs) {
    const [own, other] = [faceOf(a), faceOf(b)];
    if (own === undefined || other === undefined) continue;
    const { similarity } = engine.compare(own, other);
    natural.push({ face: own.quality.score < other.quality.score ? own : other, similarity });
    const isGood = own.quality.score >= GOOD && other.quality.score >= GOOD;
    if (!isGood || people.has(a.person) || good.length >= settings.count) continue;
    people.add(a.person);
    good.push({ path: imagePath(settings.data, a), other, own });
  }

  const degraded: DegradedFaces[] = [];
  for (const degradation of degradations) {
    const faces = await find(
      engine,
      good.map(({ path }) => path),
      degradation,
      settings,
    );
    const found = good.flatMap(({ other }, i): JudgedFace[] => {
      const face = faces[i];
      return face === undefined ? [] : [{ face, similarity: engine.compare(face, other).similarity }];
    });
    degraded.push({ degradation, pictures: good.length, found });
  }
  const reference = good.map(({ own, other }) => ({ face: own, similarity: engine.compare(own, other).similarity }));
  return { natural, degraded, reference };
}

async function find(
  engine: FaceEngine,
  paths: readonly string[],
  degradation: Degradation | undefined,
  { cache, preset }: FindSettings,
): Promise<(Face | undefined)[]> {
  const sources = await Promise.all(
    paths.map(async (path): Promise<Source> => {
      const bytes = await readFile(path);
      const hash = createHash("sha256").update(bytes).digest("hex");
      if (degradation === undefined) return { key: hash, load: async () => bytes };
      return { key: `${hash} ${degradation.label}`, load: () => degradation.apply(bytes) };
    }),
  );
  const label = degradation?.label ?? "As photographed";
  const options = {
    cache,
    variant: JSON.stringify(detectionPresets[preset]),
    progress: startProgress(label, sources.length),
  };
  return (await findAllFaces(engine, sources, options)).map(centredFace);
}
