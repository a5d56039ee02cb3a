import { useCallback, useEffect, useState } from "react";
import { api, ask, Refusal } from "../shared/api.ts";
import type { KnownPerson } from "./use-people.ts";

/**
 * The people who are selected. Who is merged, ignored or erased elsewhere meanwhile is selected no more.
 *
 * @param found the newest list of the most photographed; others are asked for by themselves
 */
export function usePicked(eventId: string, found: readonly KnownPerson[] | undefined) {
  const [picked, setPicked] = useState<readonly KnownPerson[]>([]);
  const toggle = useCallback(
    (person: KnownPerson) =>
      setPicked((old) =>
        old.some(({ id }) => id === person.id) ? old.filter(({ id }) => id !== person.id) : [...old, person],
      ),
    [],
  );
  useEffect(() => {
    const unlisted = found ? picked.filter(({ id }) => !found.some((one) => one.id === id)) : [];
    for (const { id: personId } of unlisted) {
      ask(api.GET("/api/events/{eventId}/people/{personId}", { params: { path: { eventId, personId } } })).catch(
        (error: unknown) => {
          const isGone = error instanceof Refusal && error.status === 404;
          if (isGone) setPicked((old) => old.filter(({ id }) => id !== personId));
        },
      );
    }
  }, [eventId, found, picked]);
  const newest = picked.map((person) => found?.find(({ id }) => id === person.id) ?? person);
  return { picked: newest, toggle, none: useCallback(() => setPicked([]), []) };
}
