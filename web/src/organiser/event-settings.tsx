import { type FormEvent, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { bytes, day, dayField, endOfDay, Field, lastDay, Problem, plural, SaveRow } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { useDraft } from "../shared/use-draft.ts";
import { AskFirst } from "./ask-first.tsx";
import { EventBranding } from "./event-branding.tsx";
import { go } from "./router.tsx";
import { EventThreshold } from "./threshold-settings.tsx";

interface Props {
  readonly event: Schemas["Event"];
  readonly onChange: () => void;
}

export function EventSettings({ event, onChange }: Props) {
  return (
    <section className="settings" aria-label="Event settings">
      <div className="stack">
        <NameAndTime event={event} onChange={onChange} />
        <EventThreshold event={event} onChange={onChange} />
      </div>
      <div className="stack">
        <EventBranding event={event} onChange={onChange} />
        <DeleteEvent event={event} />
      </div>
    </section>
  );
}

function NameAndTime({ event, onChange }: Props) {
  const [name, setName] = useDraft(event.name);
  const expired = event.expiresAt === null ? "" : dayField(event.expiresAt);
  const [expires, setExpires] = useDraft(expired);
  const [saved, setSaved] = useState(false);
  const { busy, error, run } = useAction();
  const params = { path: { eventId: event.id } };
  const storage = useData(`storage ${event.id} ${event.photos}`, () =>
    ask(api.GET("/api/events/{eventId}/storage", { params })),
  );
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    run(async () => {
      // What was not changed here may be changed elsewhere meanwhile; a time set there need not be the end of a day.
      const body = {
        ...(name === event.name ? {} : { name }),
        ...(expires === expired ? {} : { expiresAt: endOfDay(expires) }),
      };
      await ask(api.PATCH("/api/events/{eventId}", { params, body }));
      setSaved(true);
      onChange();
    });
  };
  return (
    <form className="card stack" onSubmit={submit} onChange={() => setSaved(false)} aria-labelledby="event">
      <h2 id="event">The event</h2>
      <Field label="Name">
        {(ids) => <input {...ids} required maxLength={120} value={name} onChange={(e) => setName(e.target.value)} />}
      </Field>
      <Field
        label="Delete everything on"
        hint="Photos, faces, people and links of guests are then erased for good. Leave it empty to keep them until you delete the event."
      >
        {(ids) => (
          <input {...ids} type="date" max={lastDay} value={expires} onChange={(e) => setExpires(e.target.value)} />
        )}
      </Field>
      <p>
        {event.expiresAt === null
          ? "This event is kept until you delete it."
          : `Everything in this event is erased at the end of ${day(event.expiresAt)}, ${inDays(event.expiresAt)}.`}
      </p>
      <p className="muted two-lines">
        {storage.data &&
          `It takes ${bytes(storage.data.uploadedBytes)} for uploaded photos and ${bytes(storage.data.pictureBytes)} for pictures made from photos.`}
      </p>
      <Problem error={error} />
      <SaveRow busy={busy} saved={saved} />
    </form>
  );
}

const dayMs = 24 * 60 * 60 * 1000;

function inDays(time: string): string {
  const days = Math.ceil((new Date(time).getTime() - Date.now()) / dayMs);
  return days <= 1 ? "within a day" : `in ${plural(days, "day")}`;
}

function DeleteEvent({ event }: { readonly event: Schemas["Event"] }) {
  const erase = async () => {
    await ask(api.DELETE("/api/events/{eventId}", { params: { path: { eventId: event.id } } }));
    go("/");
  };
  return (
    <section className="card stack" aria-labelledby="delete">
      <h2 id="delete">Delete the event</h2>
      <p className="muted">Photos, faces, people and links of guests are erased for good.</p>
      <AskFirst
        label="Delete this event …"
        title={`Delete “${event.name}”?`}
        text={`${plural(event.photos, "photo")}, all faces and people, and all links of guests are erased. This cannot be undone.`}
        yes="Delete for good"
        className="end"
        act={erase}
      />
    </section>
  );
}
