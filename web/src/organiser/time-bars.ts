import type { Bar } from "./bar.ts";

interface Point {
  /** ISO 8601. */
  readonly at: string;
  readonly photos: number;
}

const minuteMs = 60_000;
const offset = (time: Date) => time.getTimezoneOffset() * minuteMs;

/** Steps of a time axis, the finest first; `place` numbers them without a gap. */
const steps = [
  { unit: "minute", place: (ms: number) => Math.floor(ms / minuteMs), start: (place: number) => place * minuteMs },
  { unit: "hour", place: (ms: number) => Math.floor(ms / 3.6e6), start: (place: number) => place * 3.6e6 },
  { unit: "day", place: (ms: number) => Math.floor(ms / 8.64e7), start: (place: number) => place * 8.64e7 },
  {
    unit: "month",
    place: (ms: number) => new Date(ms).getUTCFullYear() * 12 + new Date(ms).getUTCMonth(),
    start: (place: number) => Date.UTC(Math.floor(place / 12), place % 12),
  },
  {
    unit: "year",
    place: (ms: number) => new Date(ms).getUTCFullYear(),
    start: (place: number) => Date.UTC(place, 0),
  },
] as const;

type Unit = (typeof steps)[number]["unit"];

const formats = {
  minute: { hour: "2-digit", minute: "2-digit" },
  hour: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  day: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
  year: { year: "numeric" },
} as const;

/** More columns than this are thinner than can be told apart. */
const mostColumns = 60;

/**
 * Columns of the same length of time, also for times without photos, so that a pause looks like one.
 *
 * @param finest the length that the points have
 * @param clock whose time is shown: that of cameras, which is taken for UTC, or that of this computer
 */
export function timeBars(
  points: readonly Point[],
  finest: "minute" | "hour",
  clock: "camera" | "computer",
): { readonly bars: readonly Bar[]; readonly unit: Unit } {
  const known = points.map(({ at, photos }) => {
    const time = new Date(at);
    return { ms: time.getTime() - (clock === "computer" ? offset(time) : 0), photos };
  });
  const times = known.map(({ ms }) => ms);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const usable = steps.slice(steps.findIndex(({ unit }) => unit === finest));
  const fits = ({ place }: (typeof steps)[number]) => place(last) - place(first) < mostColumns;
  const { unit, place, start } = usable.find(fits) ?? steps[4];
  if (known.length === 0) return { bars: [], unit };
  const counts = new Map<number, number>();
  for (const { ms, photos } of known) counts.set(place(ms), (counts.get(place(ms)) ?? 0) + photos);
  const format = new Intl.DateTimeFormat("en-GB", { ...formats[unit], timeZone: "UTC" });
  const bars = Array.from({ length: Math.min(place(last) - place(first) + 1, 200) }, (_, index) => ({
    label: format.format(new Date(start(place(first) + index))),
    value: counts.get(place(first) + index) ?? 0,
  }));
  return { bars, unit };
}
