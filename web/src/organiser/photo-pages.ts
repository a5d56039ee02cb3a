import { useCallback, useEffect, useRef, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";

export type Photo = Schemas["Photo"];

export interface PhotoQuery {
  readonly withAll?: string;
  readonly withAny?: string;
  readonly onlyThem?: boolean;
  readonly withoutFaces?: boolean;
  readonly status?: string;
  readonly leastQuality?: number;
  readonly takenFrom?: string;
  readonly takenBefore?: string;
  readonly order?: "taken" | "added";
}

/** As many as the server gives at once. */
const pageSize = 500;

/** Live changes come in bursts; the list is loaded again at most this often. */
const calmMs = 800;

/** All photos that fit, page after page; what is there is shown while the rest comes. */
export function usePhotos(eventId: string, query: PhotoQuery, version: number) {
  const key = JSON.stringify(query);
  const [photos, setPhotos] = useState<readonly Photo[]>();
  const [complete, setComplete] = useState(false);
  const [error, setError] = useState<unknown>();
  const turn = useRef(0);
  const shown = useRef<string>(undefined);
  const load = useCallback(async () => {
    const mine = ++turn.current;
    const isOther = shown.current !== key;
    if (isOther) setComplete(false);
    const wanted: PhotoQuery = JSON.parse(key);
    const all: Photo[] = [];
    try {
      for (let cursor: string | undefined, more = true; more; ) {
        const params = { path: { eventId }, query: { ...wanted, limit: pageSize, ...(cursor ? { cursor } : {}) } };
        const page = await ask(api.GET("/api/events/{eventId}/photos", { params }));
        if (mine !== turn.current) return;
        all.push(...page.photos);
        cursor = page.next ?? undefined;
        more = cursor !== undefined;
        // While a list grows for the first time it is shown as it grows; later it is replaced when it is whole.
        setPhotos((old) => (!isOther && more && old && old.length > all.length ? old : [...all]));
        shown.current = key;
      }
      setComplete(true);
      setError(undefined);
    } catch (failure) {
      if (mine === turn.current) setError(failure);
    }
  }, [eventId, key]);
  const seen = useRef(version);
  const last = useRef({ start: 0, took: 0 });
  useEffect(() => {
    const { start, took } = last.current;
    // A long list must not be begun anew before it came to its end once.
    const due = version === seen.current ? 0 : start + Math.max(calmMs, 2 * took);
    const timer = setTimeout(
      () => {
        seen.current = version;
        const begun = performance.now();
        last.current = { start: begun, took };
        void load().then(() => {
          last.current = { start: begun, took: performance.now() - begun };
        });
      },
      Math.max(0, due - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [load, version]);
  return { photos, complete, error, reload: () => void load() };
}
