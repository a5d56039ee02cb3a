import { useEffect, useState } from "react";
import type { Schemas } from "../shared/api.ts";

/** Photos that came, changed or went; without ids, it may be any. */
export interface PhotoChange {
  /** Grows by one each time. */
  readonly number: number;
  readonly ids: readonly string[] | undefined;
}

export interface Live {
  readonly progress: Schemas["Progress"] | undefined;
  /** The latest, in order; who knows none of them loads everything. */
  readonly photos: readonly PhotoChange[];
  /** These grow when the people or the event itself changed, so that what shows them loads again. */
  readonly people: number;
  readonly event: number;
  readonly connected: boolean;
}

const nothing: Live = { progress: undefined, photos: [], people: 0, event: 0, connected: true };

/** At two a second, far more than any page is behind. */
const mostChanges = 100;

/** A browser comes back by itself when the network broke, but not when something else than the events was answered. */
const retryMs = 4000;

/** Follows what happens in an event; the browser connects again by itself and says what it saw last. */
export function useLive(eventId: string): Live {
  const [live, setLive] = useState(nothing);
  useEffect(() => {
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const everything = () =>
      setLive((old) => ({
        ...old,
        photos: withChange(old.photos, undefined),
        people: old.people + 1,
        event: old.event + 1,
      }));
    const connect = (again: boolean) => {
      source = new EventSource(`/api/events/${eventId}/activity`);
      source.addEventListener("open", () => {
        setLive((old) => ({ ...old, connected: true }));
        if (again) everything();
      });
      source.addEventListener("error", () => {
        setLive((old) => ({ ...old, connected: false }));
        if (source.readyState === EventSource.CLOSED) retry = setTimeout(() => connect(true), retryMs);
      });
      source.addEventListener("progress", ({ data }: MessageEvent<string>) => {
        const progress: Schemas["Progress"] = JSON.parse(data);
        setLive((old) => ({ ...old, progress }));
      });
      source.addEventListener("photos", ({ data }: MessageEvent<string>) => {
        const { photoIds }: { photoIds: string[] } = JSON.parse(data);
        // None are named when all that failed are tried again.
        const ids = photoIds.length > 0 ? photoIds : undefined;
        setLive((old) => ({ ...old, photos: withChange(old.photos, ids), event: old.event + 1 }));
      });
      source.addEventListener("people", () =>
        setLive((old) => ({ ...old, people: old.people + 1, event: old.event + 1 })),
      );
      source.addEventListener("event", () => setLive((old) => ({ ...old, event: old.event + 1 })));
      source.addEventListener("reset", everything);
    };
    connect(false);
    return () => {
      clearTimeout(retry);
      source.close();
    };
  }, [eventId]);
  return live;
}

function withChange(changes: readonly PhotoChange[], ids: readonly string[] | undefined): readonly PhotoChange[] {
  return [...changes.slice(-(mostChanges - 1)), { number: (changes.at(-1)?.number ?? 0) + 1, ids }];
}
