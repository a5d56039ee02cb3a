import { percent, table } from "../model-card.ts";
import { type Axis, lineChart } from "../svg.ts";
import { type PhotoScore, widthEdges } from "./score.ts";

export interface SettingsResult {
  readonly name: string;
  readonly isPreset: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Median for one photo on one thread, from the file to its faces with embeddings. */
  readonly milliseconds: number;
  readonly photos: PhotoScore;
  /** On the party photos; undefined where the machine has no reference. */
  readonly party: { readonly reference: number; readonly found: number; readonly more: number } | undefined;
}

export interface DetectionResult {
  readonly embedder: string;
  readonly photos: number;
  readonly faces: number;
  readonly settings: readonly SettingsResult[];
  readonly largePhoto:
    | { readonly seconds: number; readonly peakMegabytes: number; readonly score: PhotoScore }
    | undefined;
  readonly seconds: number;
}

export function describe(result: DetectionResult): string {
  const bold = (text: string, isPreset: boolean) => (isPreset ? `**${text}**` : text);
  const byTime = result.settings.toSorted((a, b) => a.milliseconds - b.milliseconds);
  const overview = byTime.map(({ name, isPreset, milliseconds, photos, party }) => [
    bold(name, isPreset),
    milliseconds.toFixed(0),
    percent(photos.found, 1),
    percent(photos.recognised, 1),
    String(photos.strays),
    party === undefined ? "" : `${party.found} of ${party.reference}`,
    party === undefined ? "" : String(party.more),
  ]);
  const widths = widthEdges.slice(0, -1).map((from, i) => `${from} to ${widthEdges[i + 1]} px`);
  const presets = result.settings.filter(({ isPreset }) => isPreset);
  const cell = (score: PhotoScore) =>
    score.byWidth.map(({ found, recognised }) => `${percent(found, 0)} / ${percent(recognised, 0)}`);
  const rows = presets.map(({ name, photos }) => [name, ...cell(photos)]);
  const counts = presets[0]?.photos.byWidth.map(({ faces }) => String(faces)) ?? [];
  const parts = [
    `${result.photos} photos of 4000 x 3000 pixels with ${result.faces} faces; embedder ${result.embedder}. ` +
      "Time is the median for a photo on one thread, embeddings included. Presets are bold; every other line is balanced with one setting changed.",
    table(
      ["settings", "ms", "found", "recognised", "strays", "reference's faces in party photos", "faces beyond them"],
      overview,
    ),
    "Found / recognised by width of the face in the photo:",
    table(["preset", ...widths], [["faces", ...counts], ...rows]),
  ];
  const large = result.largePhoto;
  if (large !== undefined) {
    const smallest = large.score.byWidth[0];
    parts.push(
      `\`thorough\` on a photo of 6000 x 4000 pixels: ${large.seconds.toFixed(1)} s on one thread, peak memory ` +
        `${large.peakMegabytes.toFixed(0)} MB, ${percent(large.score.found, 1)} of all faces found, and of the ` +
        `${smallest?.faces ?? 0} that are 20 to 30 px wide ${percent(smallest?.found ?? 0, 1)}.`,
    );
  }
  return parts.join("\n\n");
}

export function recallChart(result: DetectionResult): string {
  const times = result.settings.map(({ milliseconds }) => milliseconds);
  const step = niceStep(Math.max(...times) / 6);
  const to = Math.ceil((Math.max(...times) * 1.15) / step) * step;
  const x: Axis = {
    label: "ms for a 12-megapixel photo on one thread",
    from: 0,
    to,
    ticks: Array.from({ length: to / step + 1 }, (_, i) => i * step),
  };
  const presets = result.settings.filter(({ isPreset }) => isPreset);
  const variants = result.settings.filter(({ isPreset }) => !isPreset);
  const points = (settings: readonly SettingsResult[], share: "found" | "recognised") =>
    settings.map(({ milliseconds, photos }) => [milliseconds, photos[share]] as const);
  const labels = presets.map(({ name }) => name);
  return lineChart({
    title: "Faces found and recognised against time",
    x,
    y: {
      label: "share of faces, 20 to 400 px",
      from: 0,
      to: 1,
      ticks: [0, 0.2, 0.4, 0.6, 0.8, 1],
      format: (value) => percent(value, 0),
    },
    series: [
      { name: "found", marks: "dots", points: points(presets, "found"), labels },
      { name: "recognised", marks: "dots", points: points(presets, "recognised"), labels },
      { name: "found, other settings", marks: "dots", points: points(variants, "found") },
      { name: "recognised, other", marks: "dots", points: points(variants, "recognised") },
    ],
  });
}

/** 1, 2 or 5 times a power of ten, not below `least`. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}
