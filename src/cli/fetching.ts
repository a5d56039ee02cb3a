import type { CopyControl } from "../domain/backup.ts";
import type { FetchProgress } from "../face/models/sources.ts";
import type { Session } from "./session.ts";
import { duration, number } from "./text.ts";

/** What every fetching of models is given: it can be stopped, and shows how far it is. */
export function fetching(session: Pick<Session, "signal" | "status">) {
  let started: { readonly url: string; readonly at: number; readonly received: number } | undefined;
  return {
    signal: session.signal,
    onProgress: ({ url, received, total }: FetchProgress) => {
      const now = performance.now();
      if (started?.url !== url) started = { url, at: now, received };
      const perSecond = ((received - started.received) / Math.max(1, now - started.at)) * 1000;
      session.status(fetchText({ url, received, ...(total === undefined ? {} : { total }) }, perSecond));
    },
  };
}

/** What every long copying of files is given: the same. */
export function copying({ signal, status }: Pick<Session, "signal" | "status">): CopyControl {
  return { signal, onProgress: ({ done, total }) => status(`Copying file ${number(done + 1)} of ${number(total)}`) };
}

/** `Fetching https://... · 12.3 MB of 107 MB · 4.2 MB a second · 23 s left` */
function fetchText({ url, received, total }: FetchProgress, perSecond: number): string {
  if (received === 0) return `Fetching ${url}`;
  const parts = [
    `Fetching ${url}`,
    total === undefined ? megabytes(received) : `${megabytes(received)} of ${megabytes(total)}`,
  ];
  if (perSecond > 0) parts.push(`${megabytes(perSecond)} a second`);
  if (perSecond > 0 && total !== undefined) parts.push(`${duration(((total - received) / perSecond) * 1000)} left`);
  return parts.join(" · ");
}

/** `10.4 MB` */
export function megabytes(bytes: number): string {
  return `${number(bytes / 1e6)} MB`;
}
