import { openEvent } from "./events.ts";
import type { Insights, Percentiles } from "./model.ts";
import { describePeople } from "./people.ts";
import type { Stores } from "./ports.ts";

const mostPhotographed = 10;

/** Enough for a steady 95th percentile, and few enough to be about the event as it is now. */
const searchesLookedAt = 1000;

/** @throws RollcallError EVENT_UNKNOWN */
export async function insights(stores: Stores, event: string): Promise<Insights> {
  const { id, name } = await openEvent(stores, event);
  const photos = await stores.photos.counts(id);
  const faces = await stores.faces.counts(id);
  const retrievalMs = percentiles(await stores.searches.retrievalTimes(id, searchesLookedAt));
  return {
    event: name,
    photos: photos.pending + photos.working + photos.done + photos.failed,
    photosWithoutFaces: photos.withoutFaces,
    photosFailed: photos.failed,
    photosPending: photos.pending + photos.working,
    faces: faces.faces,
    people: faces.people,
    seenOnce: faces.seenOnce,
    mostPhotographed: await describePeople(stores, id, await stores.people.list(id, mostPhotographed)),
    ...(retrievalMs === undefined ? {} : { retrievalMs }),
  };
}

/** Nearest rank: each is a value that was measured. Undefined without values. */
export function percentiles(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (fraction: number) => sorted[Math.ceil(fraction * sorted.length) - 1] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
