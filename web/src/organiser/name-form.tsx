import { type FormEvent, useId, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Dialog, Problem } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { useDraft } from "../shared/use-draft.ts";
import { Avatar } from "./avatar.tsx";
import type { Offer } from "./undo.tsx";
import { usePeople } from "./use-people.ts";

interface NameProps {
  readonly eventId: string;
  readonly person: Schemas["Person"];
  readonly onDecided: Offer;
  readonly onDone: () => void;
  /** Told who they are now. */
  readonly onMerged: (into: string) => void;
}

/** Somebody else who has that name at this moment. */
async function namesakeOf(eventId: string, personId: string, name: string): Promise<Schemas["Person"] | undefined> {
  const params = { path: { eventId }, query: { name } };
  const { people } = await ask(api.GET("/api/events/{eventId}/people", { params }));
  return people.find(({ id }) => id !== personId);
}

/** Gives a person a name, or takes it away; asks whether they are one when somebody has that name already. */
export function NameForm({ eventId, person, onDecided, onDone, onMerged }: NameProps) {
  const [name, setName] = useDraft(person.name ?? "");
  const [namesake, setNamesake] = useState<Schemas["Person"]>();
  const { busy, error, run } = useAction();
  const others = usePeople(eventId)?.filter(({ id, name: known }) => id !== person.id && known !== null) ?? [];
  const names = useId();
  const tidy = name.trim();
  const save = async () => {
    const params = { path: { eventId, personId: person.id } };
    const body = { name: tidy === "" ? null : tidy };
    const { actionId } = await ask(api.PATCH("/api/events/{eventId}/people/{personId}", { params, body }));
    setNamesake(undefined);
    onDecided(body.name === null ? "The name is gone." : `Named ${body.name}.`, actionId);
    onDone();
  };
  const merge = (into: string) =>
    run(async () => {
      const params = { path: { eventId } };
      const body = { into, from: [person.id] };
      const { actionId } = await ask(api.POST("/api/events/{eventId}/people/merge", { params, body }));
      onDecided("They are one person now.", actionId);
      onMerged(into);
    });
  const idle = busy || tidy === (person.name ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (idle) return;
    run(async () => {
      const same = tidy === "" ? undefined : await namesakeOf(eventId, person.id, tidy);
      if (same) setNamesake(same);
      else await save();
    });
  };
  return (
    <form className="row name-form" onSubmit={submit}>
      <input
        aria-label="Name"
        placeholder="Who is this?"
        maxLength={120}
        list={names}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <datalist id={names}>
        {others.map(({ id, label }) => (
          <option key={id} value={label} />
        ))}
      </datalist>
      <button type="submit" aria-disabled={idle}>
        Save name
      </button>
      {!namesake && <Problem error={error} />}
      {namesake && (
        <Dialog title={`Somebody is called ${namesake.name} already`} onClose={() => setNamesake(undefined)}>
          <div className="stack">
            <div className="row">
              {[person, namesake].map(({ id, cover }) => (
                <Avatar key={id} eventId={eventId} faceId={cover.id} />
              ))}
            </div>
            <p>Are these two the same person?</p>
            <Problem error={error} />
            <div className="row">
              <button type="button" className="primary" disabled={busy} onClick={() => merge(namesake.id)}>
                Yes, they are one
              </button>
              <button type="button" disabled={busy} onClick={() => run(save)}>
                No, two people of that name
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </form>
  );
}
