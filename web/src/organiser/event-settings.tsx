import { type FormEvent, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Dialog, Field, Problem, plural } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { go } from "./router.tsx";

interface Props {
  readonly event: Schemas["Event"];
  readonly onChange: () => void;
}

export function EventSettings({ event, onChange }: Props) {
  const [name, setName] = useState(event.name);
  const [expires, setExpires] = useState(event.expiresAt?.slice(0, 10) ?? "");
  const [accent, setAccent] = useState(event.accent ?? "#4450d6");
  const [saved, setSaved] = useState(false);
  const [asking, setAsking] = useState(false);
  const { busy, error, run } = useAction();
  const params = { path: { eventId: event.id } };
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault();
    run(async () => {
      const expiresAt = expires === "" ? null : new Date(`${expires}T23:59:59Z`).toISOString();
      await ask(api.PATCH("/api/events/{eventId}", { params, body: { name, expiresAt, accent } }));
      setSaved(true);
      onChange();
    });
  };
  const erase = () =>
    run(async () => {
      await ask(api.DELETE("/api/events/{eventId}", { params }));
      go("/");
    });
  return (
    <section className="stack narrow" aria-label="Event settings">
      <form className="card stack" onSubmit={submit} onChange={() => setSaved(false)}>
        <Field label="Name">
          {(ids) => <input {...ids} required maxLength={200} value={name} onChange={(e) => setName(e.target.value)} />}
        </Field>
        <Field
          label="Delete everything on"
          hint="Photos, faces and links of guests are then erased. Empty: never by itself."
        >
          {(ids) => <input {...ids} type="date" value={expires} onChange={(e) => setExpires(e.target.value)} />}
        </Field>
        <Field label="Colour of the guest page">
          {(ids) => <input {...ids} type="color" value={accent} onChange={(e) => setAccent(e.target.value)} />}
        </Field>
        <Problem error={error} />
        <div className="row">
          <button type="submit" className="primary" disabled={busy}>
            Save
          </button>
          <span role="status">{saved && "Saved."}</span>
        </div>
      </form>
      <button type="button" className="danger" onClick={() => setAsking(true)}>
        Delete this event …
      </button>
      {asking && (
        <Dialog title={`Delete “${event.name}”?`} onClose={() => setAsking(false)}>
          <div className="stack">
            <p>
              {plural(event.photos, "photo")}, all faces and people, and all links of guests are erased. This cannot be
              undone.
            </p>
            <Problem error={error} />
            <button type="button" className="danger" disabled={busy} onClick={erase}>
              Delete for good
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
