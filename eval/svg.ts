import type { ReliabilityBin, RocPoint } from "./metrics.ts";

export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** Default "linear". */
  readonly scale?: "linear" | "log";
  /** Default: the number as it is. */
  readonly format?: (value: number) => string;
}

export interface Series {
  readonly name: string;
  /** Default "line"; "dots" marks the points with their labels and joins nothing. */
  readonly marks?: "line" | "line-and-dots" | "dots";
  /** Beside the dots, in the order of the points. */
  readonly labels?: readonly string[];
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface Frame {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Names for the legend, in the order of the colours. */
  readonly legend?: readonly string[];
}

const WIDTH = 560;
const HEIGHT = 360;
const PLOT = { left: 64, top: 52, right: WIDTH - 28, bottom: HEIGHT - 52 } as const;

const COLOURS = 5;

/** Follows the reader's light or dark setting, also where the file is shown as an image. */
const STYLE = `
svg{--paper:#fff;--ink:#1f2937;--soft:#6b7280;--grid:#e5e7eb;--c0:#2563eb;--c1:#d97706;--c2:#059669;--c3:#9333ea;--c4:#dc2626}
@media(prefers-color-scheme:dark){svg{--paper:#0f172a;--ink:#e5e7eb;--soft:#94a3b8;--grid:#253047;--c0:#60a5fa;--c1:#fbbf24;--c2:#34d399;--c3:#c084fc;--c4:#f87171}}
text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--soft)}
.title{font-size:15px;font-weight:600;fill:var(--ink)}.key{fill:var(--ink)}
.grid{stroke:var(--grid)}.guide{stroke:var(--soft);stroke-dasharray:4 4}
.line{fill:none;stroke-width:2;stroke-linejoin:round}
${[0, 1, 2, 3, 4].map((i) => `.stroke${i}{stroke:var(--c${i})}.fill${i}{fill:var(--c${i})}`).join("")}
.bar{opacity:.55}`;

/** Lines over a pair of axes, with a legend when there is more than one. */
export function lineChart(chart: Frame & { readonly series: readonly Series[]; readonly guide?: Series }): string {
  const { x, y, series, guide } = chart;
  const path = (points: Series["points"]) =>
    points.map((point, i) => `${i === 0 ? "M" : "L"}${place(x, y, point)}`).join("");
  const lines = series.map(({ points, marks = "line", labels = [] }, i) => {
    const line = marks === "dots" ? "" : `<path class="line stroke${i % COLOURS}" d="${path(points)}"/>`;
    return line + (marks === "line" ? "" : dots(x, y, points, labels, i % COLOURS));
  });
  const guideLine = guide === undefined ? [] : [`<path class="line guide" d="${path(guide.points)}"/>`];
  const legend = series.length > 1 ? series.map(({ name }) => name) : [];
  return frame({ ...chart, legend }, [...guideLine, ...lines]);
}

function dots(x: Axis, y: Axis, points: Series["points"], labels: readonly string[], colour: number): string {
  const marks = points.map((point, i) => {
    const [cx, cy] = place(x, y, point);
    const text =
      labels[i] === undefined ? "" : `<text class="key" x="${cx + 8}" y="${cy + 14}">${escapeXml(labels[i])}</text>`;
    return `<circle class="fill${colour}" cx="${cx}" cy="${cy}" r="4"/>${text}`;
  });
  return marks.join("");
}

/** True accept rate against false accept rate from 1e-4 to 1 on a logarithmic axis; the upper end is what matters. */
export function rocChart(title: string, curve: readonly RocPoint[]): string {
  const lowest = 1e-4;
  const inside = curve.filter((point) => point.far >= lowest);
  const start = curve.findLast((point) => point.far < lowest)?.tar ?? 0;
  const floor = Math.min(0.95, Math.floor(start * 20) / 20);
  const steps: [number, number][] = [[lowest, start]];
  for (const { far, tar } of inside) steps.push([far, steps.at(-1)?.[1] ?? start], [far, tar]);
  const points = steps.filter(([, tar]) => tar >= floor);
  return lineChart({
    title,
    x: {
      label: "false accept rate",
      from: lowest,
      to: 1,
      scale: "log",
      ticks: [1e-4, 1e-3, 1e-2, 1e-1, 1],
      format: (value) => (value === 1 ? "1" : `1e${Math.round(Math.log10(value))}`),
    },
    y: { label: "true accept rate", from: floor, to: 1, ticks: evenTicks(floor, 1), format: percent },
    series: [{ name: "", points }],
  });
}

/** How the cosines of same and of different pairs are spread; each kind's bars add up to 100 %. */
export function histogramChart(title: string, same: readonly number[], different: readonly number[]): string {
  const lowest = Math.min(0, ...same, ...different);
  const from = Math.max(-1, Math.floor(lowest * 5) / 5);
  const bins = Math.round((1 - from) * 50);
  const width = (1 - from) / bins;
  const kinds = [different, same].map((values) => {
    const shares = Array.from({ length: bins }, () => 0);
    for (const value of values) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor((value - from) / width)));
      shares[bin] = (shares[bin] ?? 0) + 1 / values.length;
    }
    return shares;
  });
  const top = Math.ceil(Math.max(0.05, ...kinds.flat()) * 20) / 20;
  const fifths = Array.from({ length: Math.round((1 - from) * 5) + 1 }, (_, i) => round(from + i / 5));
  const x: Axis = { label: "cosine similarity", from, to: 1, ticks: fifths };
  const y: Axis = { label: "share of pairs", from: 0, to: top, ticks: evenTicks(0, top), format: percent };
  const bars = kinds.flatMap((shares, kind) =>
    shares.flatMap((share, i) =>
      share === 0 ? [] : [bar(x, y, kind, from + i * width, from + (i + 1) * width, share)],
    ),
  );
  return frame({ title, x, y, legend: ["different people", "same person"] }, bars);
}

/** What was said against what was true: an honest confidence keeps to the diagonal. */
export function reliabilityChart(title: string, bins: readonly ReliabilityBin[]): string {
  const x: Axis = { label: "stated confidence", from: 0, to: 1, ticks: evenTicks(0, 1), format: percent };
  const y: Axis = { label: "really the same person", from: 0, to: 1, ticks: evenTicks(0, 1), format: percent };
  const bars = bins.map((bin) => bar(x, y, 0, bin.from + 0.01, bin.to - 0.01, bin.observed));
  const [from, to] = [place(x, y, [0, 0]), place(x, y, [1, 1])];
  const dots = bins.map((bin) => {
    const [cx, cy] = place(x, y, [bin.meanConfidence, bin.observed]);
    return `<circle class="fill1" cx="${cx}" cy="${cy}" r="4"/>`;
  });
  const counts = bins.map((bin) => {
    const [cx, cy] = place(x, y, [(bin.from + bin.to) / 2, bin.observed]);
    return `<text x="${cx}" y="${Math.max(PLOT.top + 12, cy - 8)}" text-anchor="middle">${bin.count}</text>`;
  });
  return frame({ title, x, y, legend: ["observed share (pairs in the bin)", "mean stated confidence"] }, [
    ...bars,
    `<path class="line guide" d="M${from}L${to}"/>`,
    ...dots,
    ...counts,
  ]);
}

function frame({ title, x, y, legend = [] }: Frame, marks: readonly string[]): string {
  const xTicks = x.ticks.map((tick) => {
    const [px] = place(x, y, [tick, y.from]);
    return (
      `<path class="grid" d="M${px},${PLOT.top}V${PLOT.bottom}"/>` +
      `<text x="${px}" y="${PLOT.bottom + 18}" text-anchor="middle">${escapeXml(label(x, tick))}</text>`
    );
  });
  const yTicks = y.ticks.map((tick) => {
    const [, py] = place(x, y, [x.from, tick]);
    return (
      `<path class="grid" d="M${PLOT.left},${py}H${PLOT.right}"/>` +
      `<text x="${PLOT.left - 8}" y="${py + 4}" text-anchor="end">${escapeXml(label(y, tick))}</text>`
    );
  });
  const middle = { x: (PLOT.left + PLOT.right) / 2, y: (PLOT.top + PLOT.bottom) / 2 };
  const keys = legend.reduce<{ x: number; marks: string[] }>(
    (row, name, i) => ({
      x: row.x + 30 + name.length * 6.4,
      marks: [
        ...row.marks,
        `<rect class="fill${i % COLOURS}" x="${row.x}" y="33" width="10" height="10" rx="2"/>` +
          `<text class="key" x="${row.x + 15}" y="42">${escapeXml(name)}</text>`,
      ],
    }),
    { x: PLOT.left, marks: [] },
  ).marks;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="10" style="fill:var(--paper)"/>`,
    `<text class="title" x="${PLOT.left}" y="24">${escapeXml(title)}</text>`,
    ...xTicks,
    ...yTicks,
    `<text x="${middle.x}" y="${HEIGHT - 12}" text-anchor="middle">${escapeXml(x.label)}</text>`,
    `<text x="16" y="${middle.y}" text-anchor="middle" transform="rotate(-90 16 ${middle.y})">${escapeXml(y.label)}</text>`,
    ...marks,
    ...keys,
    "</svg>\n",
  ].join("\n");
}

function bar(x: Axis, y: Axis, colour: number, from: number, to: number, height: number): string {
  const [left, top] = place(x, y, [from, height]);
  const [right, bottom] = place(x, y, [to, y.from]);
  return `<rect class="bar fill${colour}" x="${left}" y="${top}" width="${round(right - left)}" height="${round(bottom - top)}"/>`;
}

function place(x: Axis, y: Axis, [px, py]: readonly [number, number]): [number, number] {
  return [
    round(PLOT.left + share(x, px) * (PLOT.right - PLOT.left)),
    round(PLOT.bottom - share(y, py) * (PLOT.bottom - PLOT.top)),
  ];
}

/** Where a value lies on its axis, 0 to 1; what is beyond the axis sticks to its end. */
function share(axis: Axis, value: number): number {
  const at = (v: number) => (axis.scale === "log" ? Math.log10(v) : v);
  const inside = Math.min(axis.to, Math.max(axis.from, value));
  return (at(inside) - at(axis.from)) / (at(axis.to) - at(axis.from));
}

function evenTicks(from: number, to: number): number[] {
  return Array.from({ length: 6 }, (_, i) => from + ((to - from) * i) / 5);
}

function label(axis: Axis, value: number): string {
  return (axis.format ?? String)(value);
}

function percent(value: number): string {
  return `${round(value * 100)} %`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
