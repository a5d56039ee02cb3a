/** Something that predicts, and what it should predict. */
export interface Sample {
  readonly x: number;
  readonly y: number;
}

export interface Bin {
  readonly count: number;
  /** Medians of the samples in it. */
  readonly x: number;
  readonly y: number;
  /** A quarter of the samples lie below the one and above the other. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

export interface Trend {
  readonly samples: number;
  /** Rank correlation, -1 to 1; 0 where one of both does not vary. */
  readonly spearman: number;
  readonly bins: readonly Bin[];
  /** The most that the median falls from one bin to a later one; 0 when it never does. */
  readonly largestFall: number;
}

/** @param edges ascending; bin i holds edges[i] <= x < edges[i + 1], the last its upper edge too */
export function trendOf(samples: readonly Sample[], edges: readonly number[], minCount: number): Trend {
  const bins = binned(samples, edges, minCount);
  return { samples: samples.length, spearman: spearman(samples), bins, largestFall: largestFall(bins) };
}

/** Bins with fewer than `minCount` samples are left out: their median says nothing. */
export function binned(samples: readonly Sample[], edges: readonly number[], minCount: number): Bin[] {
  return edges.slice(0, -1).flatMap((from, i): Bin[] => {
    const to = edges[i + 1] ?? from;
    const isLast = i === edges.length - 2;
    const inside = samples.filter(({ x }) => x >= from && (x < to || (isLast && x === to)));
    if (inside.length < Math.max(1, minCount)) return [];
    const ys = inside.map(({ y }) => y);
    return [
      {
        count: inside.length,
        x: quantile(
          inside.map(({ x }) => x),
          0.5,
        ),
        y: quantile(ys, 0.5),
        lowerQuartile: quantile(ys, 0.25),
        upperQuartile: quantile(ys, 0.75),
      },
    ];
  });
}

/** Pearson's correlation of the ranks; equal values share the mean of their ranks. */
export function spearman(samples: readonly Sample[]): number {
  const xs = ranks(samples.map(({ x }) => x));
  const ys = ranks(samples.map(({ y }) => y));
  const middle = (samples.length + 1) / 2;
  let product = 0;
  let xSquares = 0;
  let ySquares = 0;
  for (const [i, rank] of xs.entries()) {
    const x = rank - middle;
    const y = (ys[i] ?? middle) - middle;
    product += x * y;
    xSquares += x * x;
    ySquares += y * y;
  }
  return xSquares === 0 || ySquares === 0 ? 0 : product / Math.sqrt(xSquares * ySquares);
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((value, i) => ({ value, i })).sort((a, b) => a.value - b.value);
  const result = values.map(() => 0);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (order[end + 1]?.value === order[start]?.value && end + 1 < order.length) end++;
    for (let at = start; at <= end; at++) result[order[at]?.i ?? 0] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return result;
}

function largestFall(bins: readonly Bin[]): number {
  let highest = Number.NEGATIVE_INFINITY;
  let fall = 0;
  for (const { y } of bins) {
    highest = Math.max(highest, y);
    fall = Math.max(fall, highest - y);
  }
  return fall;
}

/** The value that `share` (0 to 1) of the values do not exceed; not a number when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}
