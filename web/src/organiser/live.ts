import { useEffect, useState } from "react";
import type { Schemas } from "../shared/api.ts";

export interface Live {
  readonly progress: Schemas["Progress"] | undefined;
  /** These grow when the photos, the people or the event itself changed, so that what shows them loads again. */
  readonly photos: number;
  readonly people: number;
  readonly event: number;
  readonly connected: boolean;
}

const nothing: Live = { progress: undefined, photos: 0, people: 0, event: 0, connected: true };

/** Follows what happens in an event; the browser connects again by itself and says what it saw last. */
export function useLive(eventId: string): Live {
  const [live, setLive] = useState(nothing);
  useEffect(() => {
    const source = new EventSource(`/api/events/${eventId}/activity`);
    source.addEventListener("open", () => setLive((old) => ({ ...old, connected: true })));
    source.addEventListener("error", () => setLive((old) => ({ ...old, connected: false })));
    source.addEventListener("progress", ({ data }: MessageEvent<string>) => {
      const progress: Schemas["Progress"] = JSON.parse(data);
      setLive((old) => ({ ...old, progress }));
    });
    source.addEventListener("photos", () =>
      setLive((old) => ({ ...old, photos: old.photos + 1, event: old.event + 1 })),
    );
    source.addEventListener("people", () =>
      setLive((old) => ({ ...old, people: old.people + 1, event: old.event + 1 })),
    );
    source.addEventListener("event", () => setLive((old) => ({ ...old, event: old.event + 1 })));
    source.addEventListener("reset", () =>
      setLive((old) => ({ ...old, photos: old.photos + 1, people: old.people + 1, event: old.event + 1 })),
    );
    return () => source.close();
  }, [eventId]);
  return live;
}
