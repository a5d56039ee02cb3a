import { useEffect, useRef, useState } from "react";
import { Shelf, useRetry } from "../shared/use-data.ts";
import type { Live } from "./live.ts";
import { type Photo, PhotoList, type PhotoQuery, type Shown } from "./photo-list.ts";

const shelf = new Shelf<readonly Photo[]>();

/** The photos of an event that fit, as they are now; `complete` says whether they are all there. */
export function usePhotos(eventId: string, query: PhotoQuery, { photos, people }: Pick<Live, "photos" | "people">) {
  const key = JSON.stringify(query);
  const place = `${eventId} ${key}`;
  const [state, setState] = useState<Shown & { readonly place: string }>();
  const list = useRef<PhotoList>(undefined);
  useEffect(() => {
    const opened = new PhotoList(eventId, JSON.parse(key), shelf.get(place), (shown) => {
      if (shown.photos && shown.complete) shelf.put(place, shown.photos);
      setState({ ...shown, place });
    });
    list.current = opened;
    return () => opened.close();
  }, [eventId, key, place]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has to be told as well
  useEffect(() => list.current?.follow({ photos, people }), [photos, people, place]);
  useRetry(state?.error, () => list.current?.reload());
  const current = state?.place === place ? state : undefined;
  return {
    // Until the first that fit are there, those of before stay.
    photos: current?.photos ?? shelf.get(place) ?? state?.photos,
    complete: current?.complete ?? false,
    error: current?.error,
    reload: () => list.current?.reload(),
  };
}
