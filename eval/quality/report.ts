import type { Quality } from "../../src/face/index.ts";
import { percent, table } from "../model-card.ts";
import { type Axis, lineChart, type Series } from "../svg.ts";
import type { JudgedFace, QualitySamples } from "./samples.ts";
import { quantile, type Trend, trendOf } from "./trend.ts";

const factorNames = ["sharpness", "size", "pose", "exposure", "detection", "reliability"] as const;
type Factor = (typeof factorNames)[number];

export interface LevelResult {
  readonly series: string;
  readonly label: string;
  readonly pictures: number;
  readonly found: number;
  /** Medians over those found. */
  readonly quality: number;
  readonly similarity: number;
}

export interface QualityResult {
  readonly embedder: string;
  readonly pipelineId: string;
  /** Median similarity of the pairs before one of their pictures is degraded. */
  readonly reference: number;
  readonly levels: readonly LevelResult[];
  /** Similarity against overall quality. */
  readonly overall: { readonly degraded: Trend; readonly natural: Trend };
  /** Similarity against each factor, degraded faces and natural ones together. */
  readonly factors: Readonly<Record<Factor, Trend>>;
  readonly seconds: number;
}

/** Most faces of LFW are good, so the last tenth is halved. */
const EDGES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1];
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
const LEAST_IN_BIN = 10;
/** A median of so few samples moves by this much by chance: a smaller fall is not called one. */
const TOLERATED_FALL = 0.03;

export function summarise(samples: QualitySamples, run: Pick<QualityResult, "embedder" | "pipelineId" | "seconds">) {
  const trend = (faces: readonly JudgedFace[], predictor: Factor | "score") =>
    trendOf(
      faces.map(({ face, similarity }) => ({ x: face.quality[predictor], y: similarity })),
      EDGES,
      LEAST_IN_BIN,
    );
  const degraded = [...samples.reference, ...samples.degraded.flatMap(({ found }) => found)];
  const everything = [...degraded, ...samples.natural];
  // What another factor spoils would hide what this one does: each is judged on faces whose other factors are good.
  const alone = (factor: Factor) =>
    trend(
      everything.filter(({ face }) => othersAreGood(face.quality, factor)),
      factor,
    );
  const result: QualityResult = {
    ...run,
    reference: quantile(
      samples.reference.map(({ similarity }) => similarity),
      0.5,
    ),
    levels: samples.degraded.map(({ degradation, pictures, found }) => ({
      series: degradation.series,
      label: degradation.label,
      pictures,
      found: found.length,
      quality: quantile(
        found.map(({ face }) => face.quality.score),
        0.5,
      ),
      similarity: quantile(
        found.map(({ similarity }) => similarity),
        0.5,
      ),
    })),
    overall: { degraded: trend(degraded, "score"), natural: trend(samples.natural, "score") },
    factors: {
      sharpness: alone("sharpness"),
      size: alone("size"),
      pose: alone("pose"),
      exposure: alone("exposure"),
      detection: alone("detection"),
      reliability: alone("reliability"),
    },
  };
  return result;
}

const GOOD = 0.9;

/**
 * A small face lacks detail too, so sharpness and size are let off each other. Reliability is what the embedder makes of all the
 * other flaws: of blurred faces, those it is good for are the ones that are recognised all the same.
 */
function othersAreGood(quality: Quality, factor: Factor): boolean {
  const letOff: readonly Factor[] = factor === "size" ? ["sharpness", "reliability"] : ["reliability"];
  return factorNames.every((other) => other === factor || quality[other] >= GOOD || letOff.includes(other));
}

export function describe(result: QualityResult): string {
  const trendRow = (name: string, trend: Trend) => [
    name,
    String(trend.samples),
    trend.spearman.toFixed(2),
    trend.bins.map(({ y }) => y.toFixed(2)).join(" → "),
    trend.bins.length < 2
      ? "too few bins"
      : trend.largestFall <= TOLERATED_FALL
        ? "yes"
        : `falls by ${trend.largestFall.toFixed(2)}`,
  ];
  const trends = [
    trendRow("overall, degraded step by step", result.overall.degraded),
    trendRow("overall, as photographed", result.overall.natural),
    ...factorNames.map((name) => trendRow(name, result.factors[name])),
  ];
  const levels = result.levels.map(({ label, found, pictures, quality, similarity }) => [
    label,
    percent(found / pictures, 0),
    found === 0 ? "" : quality.toFixed(2),
    found === 0 ? "" : similarity.toFixed(2),
    found === 0 ? "" : (similarity / result.reference).toFixed(2),
  ]);
  return [
    `Embedder ${result.embedder}, pipeline \`${result.pipelineId}\`. Median similarity before anything is degraded: ${result.reference.toFixed(2)}.`,
    table(["predictor", "faces", "Spearman", "median similarity, from low to high", "never falls"], trends),
    table(["what was done to one picture", "face found", "quality", "similarity", "share that is left"], levels),
  ].join("\n\n");
}

export function charts(result: QualityResult): Readonly<Record<"quality" | "quality-factors", string>> {
  const y: Axis = { label: "median cosine to another picture", from: 0, to: 1, ticks: TICKS };
  const series = (name: string, trend: Trend): Series => ({
    name,
    marks: "line-and-dots",
    points: trend.bins.map((bin) => [bin.x, bin.y] as const),
  });
  return {
    quality: lineChart({
      title: "What quality predicts (dashed: what it promises)",
      x: { label: "overall quality of the worse face", from: 0, to: 1, ticks: TICKS },
      y,
      series: [series("degraded", result.overall.degraded), series("as photographed", result.overall.natural)],
      guide: {
        name: "",
        points: [
          [0, 0],
          [1, result.reference],
        ],
      },
    }),
    "quality-factors": lineChart({
      title: "What each factor predicts, the others being good",
      x: { label: "the factor", from: 0, to: 1, ticks: TICKS },
      y,
      series: factorNames.map((name) => series(name, result.factors[name])),
    }),
  };
}
