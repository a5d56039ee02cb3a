import { count, duration, number } from "./text.ts";

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** 0 while it is not known. */
  readonly perSecond: number;
  /** Absent while nobody can tell. */
  readonly secondsLeft?: number;
}

/** `Indexing 120 of 1,204 photos · 12.3 a second · 1 min 28 s left` */
export function progressText(verb: string, noun: string, { done, total, perSecond, secondsLeft }: Progress): string {
  const parts = [`${verb} ${number(done)} of ${count(total, noun)}`];
  if (perSecond > 0) parts.push(`${number(perSecond)} a second`);
  if (secondsLeft !== undefined && done < total) parts.push(`${duration(Math.ceil(secondsLeft) * 1000)} left`);
  return parts.join(" · ");
}

/** Progress with the average rate since `startedMs`, for work whose parts cost about the same. */
export function averageProgress(done: number, total: number, startedMs: number, nowMs = performance.now()): Progress {
  const perSecond = done === 0 || nowMs <= startedMs ? 0 : (done / (nowMs - startedMs)) * 1000;
  return { done, total, perSecond, ...(perSecond === 0 ? {} : { secondsLeft: (total - done) / perSecond }) };
}
