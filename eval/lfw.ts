import { logOdds, probability } from "../src/face/calibration.ts";
import type { Face, FaceEngine, FacesInImage } from "../src/face/index.ts";
import { centredFace, fileSource, findAllFaces } from "./find-faces.ts";
import { imagePath, type LfwImage, type LfwPair } from "./lfw-pairs.ts";
import {
  crossValidate,
  meanAndStd,
  type Reliability,
  reliability,
  rocCurve,
  type Trial,
  tarAtFar,
  type Verification,
} from "./metrics.ts";
import { percent, table, writeFigure, writeSection } from "./model-card.ts";
import { type LfwOptions, lfwCommand, loadPairs, openEngine, wholeNumber } from "./options.ts";
import { startProgress } from "./progress.ts";
import { histogramChart, reliabilityChart, rocChart } from "./svg.ts";

/** The confidence was fitted on folds 1 to 5, so only the later ones can check it; a quick run takes two of those. */
const LAST_FITTED_FOLD = 5;
const QUICK_FOLDS = [6, 7];
const FALSE_ACCEPT_RATES = [1e-2, 1e-3] as const;

interface Options extends LfwOptions {
  readonly mistakes?: number;
}

type Comparison = ReturnType<FaceEngine["compare"]>;

/** A pair with what the engine says about it; undefined where a face was not found. */
interface JudgedPair {
  readonly pair: LfwPair;
  readonly comparison: Comparison | undefined;
}

/** How well same and different pairs are told apart by one score. */
interface Verified {
  /** Mean over the folds, 0 to 1; the threshold of each fold is chosen on the others. */
  readonly accuracy: number;
  readonly accuracyStd: number;
  readonly accuracyByFold: readonly number[];
  /** Mean of the folds' thresholds. */
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** By false accept rate. */
  readonly tarAtFar: Readonly<Record<string, number>>;
}

/** By the confidence, as Rollcall decides: it weighs the similarity by what both faces are worth. */
export interface LfwResult extends Verified {
  readonly embedder: string;
  readonly pipelineId: string;
  readonly preset: string;
  readonly folds: number;
  readonly pairs: number;
  readonly images: number;
  /** Each is an error in every pair it is in. */
  readonly imagesWithoutFace: number;
  /** By the cosine alone, as embedders are compared; the Euclidean distance orders pairs alike, so it holds for both. */
  readonly byCosine: Verified;
  /** Mean cosine. */
  readonly similarity: { readonly same: number; readonly different: number };
  /** Mean Euclidean distance of the unit vectors. */
  readonly distance: { readonly same: number; readonly different: number };
  /** On the folds whose people had no part in the calibration. */
  readonly confidence: { readonly folds: readonly number[]; readonly accuracy: number } & Reliability;
  readonly seconds: number;
}

export async function runLfw(args: string[]): Promise<void> {
  const command = lfwCommand(
    "lfw",
    "Measures verification on LFW: ten folds, from the raw pictures, with our own detection and alignment.",
    "npm run eval -- lfw --data lfw --pairs pairs.txt --embedder dlib --json",
  ).option("--mistakes <number>", "list the pairs that are judged worst on stderr", wholeNumber);
  const options = command.parse(args, { from: "user" }).opts<Options>();
  const started = Date.now();
  const pairs = (await loadPairs(options)).filter((pair) => options.quick !== true || QUICK_FOLDS.includes(pair.fold));
  const engine = await openEngine(options);
  try {
    const faces = await findPairFaces(engine, pairs, options);
    const judged = judge(engine, pairs, faces);
    const result = summarise(judged, faces, { engine, options, seconds: (Date.now() - started) / 1000 });
    if (options.mistakes !== undefined)
      process.stderr.write(listMistakes(judged, result.byCosine.threshold, options.mistakes));
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      return;
    }
    process.stdout.write(describe(result));
    if (options.quick !== true) await writeDocs(result, judged);
  } finally {
    await engine.close();
  }
}

type FacesByPath = ReadonlyMap<string, { readonly image: LfwImage; readonly face: Face | undefined }>;

async function findPairFaces(engine: FaceEngine, pairs: readonly LfwPair[], options: Options): Promise<FacesByPath> {
  const images = new Map<string, LfwImage>();
  for (const { a, b } of pairs) {
    for (const image of [a, b]) images.set(imagePath(options.data, image), image);
  }
  const sources = await Promise.all([...images.keys()].map(fileSource));
  const found: (FacesInImage | undefined)[] = await findAllFaces(engine, sources, {
    cache: options.cache ?? false,
    variant: options.preset,
    progress: startProgress("Finding faces", sources.length),
  });
  return new Map([...images].map(([path, image], i) => [path, { image, face: centredFace(found[i]) }]));
}

function judge(engine: FaceEngine, pairs: readonly LfwPair[], faces: FacesByPath): JudgedPair[] {
  const byImage = new Map([...faces.values()].map(({ image, face }) => [`${image.person}/${image.number}`, face]));
  return pairs.map((pair) => {
    const a = byImage.get(`${pair.a.person}/${pair.a.number}`);
    const b = byImage.get(`${pair.b.person}/${pair.b.number}`);
    return { pair, comparison: a && b && engine.compare(a, b) };
  });
}

function summarise(
  judged: readonly JudgedPair[],
  faces: FacesByPath,
  run: { engine: FaceEngine; options: Options; seconds: number },
): LfwResult {
  const mean = (same: boolean, value: "similarity" | "distance") =>
    meanAndStd(
      judged.flatMap(({ pair, comparison }) =>
        comparison === undefined || pair.same !== same ? [] : [comparison[value]],
      ),
    ).mean;
  const checked = judged.filter(({ pair }) => pair.fold > LAST_FITTED_FOLD);
  const folds = [...new Set(judged.map(({ pair }) => pair.fold))].sort((a, b) => a - b);
  const verified = verify(toTrials(judged, "confidence"));
  return {
    embedder: run.engine.embedder,
    pipelineId: run.engine.pipelineId,
    preset: run.options.preset,
    folds: folds.length,
    pairs: judged.length,
    images: faces.size,
    imagesWithoutFace: [...faces.values()].filter(({ face }) => face === undefined).length,
    ...verified,
    threshold: probability(verified.threshold),
    byCosine: verify(toTrials(judged, "similarity")),
    similarity: { same: mean(true, "similarity"), different: mean(false, "similarity") },
    distance: { same: mean(true, "distance"), different: mean(false, "distance") },
    confidence: {
      folds: folds.filter((fold) => fold > LAST_FITTED_FOLD),
      accuracy: meanAndStd(verified.accuracyByFold.filter((_, i) => (folds[i] ?? 0) > LAST_FITTED_FOLD)).mean,
      ...reliability(
        checked.flatMap(({ pair, comparison }) =>
          comparison === undefined ? [] : [{ confidence: comparison.confidence, same: pair.same }],
        ),
      ),
    },
    seconds: run.seconds,
  };
}

function verify(trials: readonly Trial[]): Verified {
  const { accuracy, std, folds, precision, recall, f1 }: Verification = crossValidate(trials);
  return {
    accuracy,
    accuracyStd: std,
    accuracyByFold: folds.map((fold) => fold.accuracy),
    threshold: meanAndStd(folds.map((fold) => fold.threshold)).mean,
    precision,
    recall,
    f1,
    tarAtFar: Object.fromEntries(FALSE_ACCEPT_RATES.map((far) => [String(far), tarAtFar(trials, far)])),
  };
}

/** The confidence as its log odds, so that what lies between two of them, very sure or not at all, is their middle. */
function toTrials(judged: readonly JudgedPair[], by: "confidence" | "similarity"): Trial[] {
  const score = (comparison: Comparison) =>
    by === "confidence" ? logOdds(comparison.confidence) : comparison.similarity;
  return judged.map(({ pair, comparison }) => ({
    fold: pair.fold,
    same: pair.same,
    score: comparison && score(comparison),
  }));
}

/** Pairs without a face first, then those furthest on the wrong side of the threshold. */
function listMistakes(judged: readonly JudgedPair[], threshold: number, count: number): string {
  const wrongBy = ({ pair, comparison }: JudgedPair) =>
    comparison === undefined ? Number.POSITIVE_INFINITY : (comparison.similarity - threshold) * (pair.same ? -1 : 1);
  const worst = judged.filter((one) => wrongBy(one) > 0).sort((a, b) => wrongBy(b) - wrongBy(a));
  const lines = worst.slice(0, count).map(({ pair, comparison }) => {
    const score = comparison === undefined ? "no face" : comparison.similarity.toFixed(3);
    const name = (image: LfwImage) => `${image.person}/${image.number}`;
    return `${pair.same ? "same     " : "different"}  ${score}  ${name(pair.a)}  ${name(pair.b)}  (fold ${pair.fold})\n`;
  });
  return `${worst.length} pairs are judged wrongly at ${threshold.toFixed(3)}:\n${lines.join("")}`;
}

/** By the confidence, and by the cosine alone where both differ. */
function figures(result: LfwResult): string[][] {
  const { byCosine, confidence } = result;
  const both = (name: string, value: (verified: Verified) => string) => [name, value(result), value(byCosine)];
  const once = (name: string, value: string) => [name, value, ""];
  return [
    both("accuracy", ({ accuracy, accuracyStd }) => `${percent(accuracy)} ± ${(accuracyStd * 100).toFixed(2)}`),
    once(
      `accuracy on folds ${confidence.folds.join(", ")}, whose people had no part in the calibration`,
      percent(confidence.accuracy),
    ),
    both("precision", ({ precision }) => percent(precision)),
    both("recall", ({ recall }) => percent(recall)),
    both("F1", ({ f1 }) => percent(f1)),
    ...FALSE_ACCEPT_RATES.map((far) =>
      both(`TAR at FAR ${far}`, ({ tarAtFar }) => percent(tarAtFar[String(far)] ?? Number.NaN)),
    ),
    both("threshold", ({ threshold }) => threshold.toFixed(3)),
    once("calibration error on those folds", percent(confidence.ece)),
    ["mean cosine, same person", "", result.similarity.same.toFixed(3)],
    ["mean cosine, different people", "", result.similarity.different.toFixed(3)],
    ["mean distance, same person", "", result.distance.same.toFixed(3)],
    ["mean distance, different people", "", result.distance.different.toFixed(3)],
    once("pictures without a face", `${result.imagesWithoutFace} of ${result.images}`),
  ];
}

const COLUMNS = ["figure", "by confidence", "by cosine alone"];

function describe(result: LfwResult): string {
  const rows = [COLUMNS, ...figures(result)];
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0)) + 2;
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widthOf(column)))
      .join("")
      .trimEnd(),
  );
  const head = `LFW, ${result.folds} folds, ${result.pairs} pairs: ${result.embedder}, ${result.preset}`;
  return `${head}\n${lines.join("\n")}\n`;
}

async function writeDocs(result: LfwResult, judged: readonly JudgedPair[]): Promise<void> {
  const { embedder } = result;
  const similarities = (same: boolean) =>
    judged.flatMap(({ pair, comparison }) => (comparison && pair.same === same ? [comparison.similarity] : []));
  const charts = {
    roc: rocChart(`ROC on LFW, by confidence: ${embedder}`, rocCurve(toTrials(judged, "confidence"))),
    similarity: histogramChart(`Similarity on LFW: ${embedder}`, similarities(true), similarities(false)),
    confidence: reliabilityChart(`Confidence on LFW, folds 6 to 10: ${embedder}`, result.confidence.bins),
  };
  for (const [name, svg] of Object.entries(charts)) await writeFigure(`lfw-${embedder}-${name}.svg`, svg);
  const images = Object.keys(charts).map((name) => `![${name}](lfw-${embedder}-${name}.svg)`);
  const text = [
    `### ${embedder}`,
    `Pipeline \`${result.pipelineId}\`, preset \`${result.preset}\`; \`npm run eval -- lfw --embedder ${embedder}\`.`,
    table(COLUMNS, figures(result)),
    images.join("\n"),
  ];
  await writeSection("model-card.md", `lfw ${embedder}`, text.join("\n\n"));
}
