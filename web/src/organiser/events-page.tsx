import { type FormEvent, useState } from "react";
import { api, ask, everyPage, type Schemas } from "../shared/api.ts";
import { Picture } from "../shared/picture.tsx";
import { Dialog, day, Field, Loading, Problem, plural, usePageTitle } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { go, Link } from "./router.tsx";

export function EventsPage() {
  usePageTitle("Events – Rollcall");
  const events = useData("events", async () =>
    (await everyPage((query) => ask(api.GET("/api/events", { params: { query } })))).flatMap((page) => page.events),
  );
  const sample = useAction();
  const [making, setMaking] = useState(false);
  const trySample = () =>
    sample.run(async () => {
      const { id } = await ask(api.POST("/api/events/sample"));
      go(`/events/${id}`);
    });
  const { data } = events;
  const buttons = (
    <div className="row centred">
      <button type="button" className="primary" onClick={() => setMaking(true)}>
        Create an event
      </button>
      <button type="button" className={data?.length === 0 ? "" : "quiet"} disabled={sample.busy} onClick={trySample}>
        {sample.busy ? "Fetching the sample …" : "Try the sample event"}
      </button>
    </div>
  );
  return (
    <div className="page">
      <div className="row between">
        <h1>Events</h1>
        {data && data.length > 0 && buttons}
      </div>
      <Problem error={events.error} retry={events.reload} />
      <Problem error={sample.error} retry={trySample} />
      {!data && events.error === undefined && <Loading what="your events" />}
      {data?.length === 0 && (
        <section className="card stack empty" aria-labelledby="first">
          <img src="/icon.svg" alt="" width="64" height="64" />
          <h2 id="first">Find everyone in your photos</h2>
          <p>
            An event holds the photos of one party, wedding or match. Add photos, and Rollcall finds the faces and shows
            who is in which photo. Photos and faces stay on this computer.
          </p>
          <p className="muted">
            The sample event has six party photos. The first time, they are fetched from the internet.
          </p>
          {buttons}
        </section>
      )}
      <ul className="tiles">
        {data?.map((event) => (
          <EventTile key={event.id} event={event} />
        ))}
      </ul>
      {making && <NewEvent onClose={() => setMaking(false)} />}
    </div>
  );
}

function EventTile({ event }: { readonly event: Schemas["Event"] }) {
  return (
    <li>
      <Link className="card tile" to={`/events/${event.id}`}>
        {event.coverPhotoId ? (
          <Picture
            src={`/api/events/${event.id}/photos/${event.coverPhotoId}/thumbnail`}
            alt=""
            loading="lazy"
            gone={() => <span className="no-cover" />}
          />
        ) : (
          <span className="no-cover" />
        )}
        <div>
          <h2>{event.name}</h2>
          <p className="muted">
            {plural(event.photos, "photo")} · {plural(event.people, "person", "people")}
          </p>
          <p className="hint">
            Made {day(event.createdAt)}
            {event.expiresAt && `, erased on ${day(event.expiresAt)}`}
          </p>
        </div>
      </Link>
    </li>
  );
}

function NewEvent({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState("");
  const { busy, error, run } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(async () => {
      const { id } = await ask(api.POST("/api/events", { body: { name } }));
      go(`/events/${id}`);
    });
  };
  return (
    <Dialog title="Create an event" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Field label="Name" hint="As your guests know it, for example “Anna and Ben, 12 June”.">
          {(ids) => (
            <input {...ids} required maxLength={120} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Problem error={error} />
        <button className="primary" type="submit" disabled={busy}>
          Create
        </button>
      </form>
    </Dialog>
  );
}
