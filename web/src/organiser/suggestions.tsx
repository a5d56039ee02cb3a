import { type KeyboardEvent as KeyPress, type MouseEvent, type ReactNode, useEffect, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Problem, plural, sure } from "../shared/ui.tsx";
import { Shelf, useAction, useData } from "../shared/use-data.ts";
import { useFocusKept } from "../shared/use-focus-kept.ts";
import { Avatar } from "./avatar.tsx";
import { Peek } from "./peek.tsx";
import { Link } from "./router.tsx";
import type { Offer } from "./undo.tsx";

interface Props {
  readonly eventId: string;
  readonly version: number;
  readonly onDecided: Offer;
  /** Told when it is known whether there is something to ask. */
  readonly onSettled: () => void;
}

const suggestionsOf = (eventId: string) =>
  ask(api.GET("/api/events/{eventId}/people/suggestions", { params: { path: { eventId } } }));

const shelf = new Shelf<Awaited<ReturnType<typeof suggestionsOf>>>();

/** "Are these the same?", one at a time, answered with a key. */
export function Suggestions({ eventId, version, onDecided, onSettled }: Props) {
  const params = { path: { eventId } };
  const { data, error: failure, reload } = useData(eventId, () => suggestionsOf(eventId), shelf);
  const isSettled = data !== undefined || failure !== undefined;
  useEffect(() => {
    if (isSettled) onSettled();
  }, [isSettled, onSettled]);
  const [skipped, setSkipped] = useState(0);
  // Those of which one was answered stay until there are new ones, and are not to be answered again.
  const [answered, setAnswered] = useState<typeof data>();
  const { busy, error, run } = useAction();
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  const current = data?.suggestions[skipped];
  const [a, b] = current?.people ?? [];
  const waits = busy || (data !== undefined && data === answered);
  const answer = (same: boolean) => {
    if (!a || !b || waits) return;
    run(async () => {
      const { actionId } = same
        ? await ask(api.POST("/api/events/{eventId}/people/merge", { params, body: { into: a.id, from: [b.id] } }))
        : await ask(api.POST("/api/events/{eventId}/people/keep-apart", { params, body: { people: [a.id, b.id] } }));
      onDecided(same ? "They are one person now." : "They stay two people.", actionId);
      setAnswered(data);
      reload();
    });
  };
  /** The second click of a double click would answer the next question, unseen. */
  const clicked = (same: boolean) => (click: MouseEvent) => click.detail < 2 && answer(same);
  /** So would Enter that is held, as the button keeps the focus for the next question. */
  const held = (press: KeyPress) => press.repeat && press.preventDefault();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      // What lies over the page has keys of its own.
      if (document.querySelector("dialog[open]")) return;
      // A key that is held down gave its answer already.
      if (event.repeat) return;
      if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
      const key = event.key.toLowerCase();
      if (key === "y") answer(true);
      if (key === "n") answer(false);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  });
  if (!current || !a || !b) return null;
  return (
    <Question>
      <div className="row">
        <SuggestedFace eventId={eventId} person={a} />
        <SuggestedFace eventId={eventId} person={b} />
        <div>
          <h2>Are these the same person?</h2>
          <p className="muted">{sure(current.confidence)} sure</p>
        </div>
      </div>
      <div className="row">
        <button type="button" aria-disabled={waits} onKeyDown={held} onClick={clicked(true)}>
          Yes <kbd>y</kbd>
        </button>
        <button type="button" aria-disabled={waits} onKeyDown={held} onClick={clicked(false)}>
          No <kbd>n</kbd>
        </button>
        <button type="button" className="quiet" onClick={() => setSkipped(skipped + 1)}>
          Not sure
        </button>
      </div>
      <Problem error={error} />
    </Question>
  );
}

function Question({ children }: { readonly children: ReactNode }) {
  useFocusKept();
  return (
    <section className="card row between" aria-label="Suggestion">
      {children}
    </section>
  );
}

function SuggestedFace({ eventId, person }: { readonly eventId: string; readonly person: Schemas["Person"] }) {
  const label = `${person.name ?? "No name yet"}, ${plural(person.photos, "photo")}`;
  return (
    <Peek eventId={eventId} photoId={person.cover.photoId}>
      <Link to={`/events/${eventId}/people/${person.id}`} title={label}>
        <Avatar eventId={eventId} faceId={person.cover.id} alt={label} />
      </Link>
    </Peek>
  );
}
