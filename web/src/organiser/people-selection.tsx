import { api, ask } from "../shared/api.ts";
import { Problem, plural } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { useFocusKept } from "../shared/use-focus-kept.ts";
import type { Offer } from "./undo.tsx";
import type { KnownPerson } from "./use-people.ts";

interface Props {
  readonly eventId: string;
  readonly people: readonly KnownPerson[];
  readonly onNone: () => void;
  readonly onDecided: Offer;
  /** Told when something was decided. */
  readonly onDone: () => void;
}

/** What can be done with the people that are selected. */
export function PeopleSelection({ eventId, people, onNone, onDecided, onDone }: Props) {
  const { busy, error, run } = useAction();
  useFocusKept();
  const merge = () =>
    run(async () => {
      // Who has a name, or most photos, stays.
      const byPhotos = people.toSorted((a, b) => b.photos - a.photos);
      const into = byPhotos.find(({ name }) => name !== null) ?? byPhotos[0];
      if (!into) return;
      const from = people.flatMap(({ id }) => (id === into.id ? [] : id));
      const params = { path: { eventId } };
      const { actionId } = await ask(
        api.POST("/api/events/{eventId}/people/merge", { params, body: { into: into.id, from } }),
      );
      onDecided(`${people.length} people are one now.`, actionId);
      onDone();
    });
  const ignore = () =>
    run(async () => {
      const done: string[] = [];
      try {
        for (const { id } of people) {
          const params = { path: { eventId, personId: id } };
          const { actionId } = await ask(api.POST("/api/events/{eventId}/people/{personId}/ignore", { params }));
          done.push(actionId);
        }
      } finally {
        // Those before one that failed are ignored, and can be brought back.
        if (done.length > 0) onDecided(ignoredText(done.length), ...done);
      }
      onDone();
    });
  return (
    <section className="selection" aria-label="Selected people">
      <span role="status">{people.length} selected</span>
      <button type="button" disabled={people.length < 2 || busy} onClick={merge}>
        They are one person
      </button>
      <button type="button" disabled={busy} onClick={ignore}>
        Ignore
      </button>
      <button type="button" aria-label="Select nobody" onClick={onNone}>
        ✕
      </button>
      <Problem error={error} />
    </section>
  );
}

export function ignoredText(people: number): string {
  return people === 1
    ? "This person is not shown any more."
    : `${plural(people, "person", "people")} are not shown any more.`;
}
