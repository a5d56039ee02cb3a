import { type FormEvent, useEffect, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Dialog, Loading, Problem, plural } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { Lightbox } from "./lightbox.tsx";
import { PhotoGrid } from "./photo-grid.tsx";
import { usePhotos } from "./photo-pages.ts";
import { go, Link } from "./router.tsx";
import type { Offer } from "./undo.tsx";

interface Props {
  readonly eventId: string;
  readonly personId: string;
  readonly version: number;
  readonly onDecided: Offer;
}

export function PersonPage({ eventId, personId, version, onDecided }: Props) {
  const path = { eventId, personId };
  const person = useData(personId, () => ask(api.GET("/api/events/{eventId}/people/{personId}", { params: { path } })));
  const { photos, error } = usePhotos(eventId, { withAll: personId }, version);
  const [open, setOpen] = useState<number>();
  const { data, reload } = person;
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  const action = useAction();
  const people = `/events/${eventId}/people`;
  if (!data) {
    if (person.error === undefined) return <Loading what="the person" />;
    return (
      <>
        <Problem error={person.error} retry={reload} />
        <Link to={people}>All people</Link>
      </>
    );
  }
  const ignore = () =>
    action.run(async () => {
      const { actionId } = await ask(api.POST("/api/events/{eventId}/people/{personId}/ignore", { params: { path } }));
      onDecided("This person is not shown any more.", actionId);
      go(people);
    });
  const download = () =>
    action.run(async () => {
      const params = { path: { eventId } };
      const { url } = await ask(api.POST("/api/events/{eventId}/exports", { params, body: { personId } }));
      window.location.assign(url);
    });
  return (
    <section className="stack" aria-label="Person">
      <Link to={people}>‹ All people</Link>
      <div className="row between">
        <div className="row">
          <img className="face" src={`/api/events/${eventId}/faces/${data.cover.id}/crop`} alt="" />
          <div className="stack">
            <NameForm key={data.name} eventId={eventId} person={data} onDecided={onDecided} onDone={reload} />
            <p className="muted">{plural(data.photos, "photo")}</p>
          </div>
        </div>
        <div className="row">
          <button type="button" disabled={action.busy || data.photos === 0} onClick={download}>
            Download all
          </button>
          <button type="button" disabled={action.busy} onClick={ignore}>
            Ignore
          </button>
          <Erase eventId={eventId} person={data} />
        </div>
      </div>
      <Problem error={error ?? action.error} />
      {photos && <PhotoGrid eventId={eventId} photos={photos} onOpen={setOpen} />}
      <Faces eventId={eventId} personId={personId} version={version} onDecided={onDecided} />
      {open !== undefined && photos?.[open] && (
        <Lightbox eventId={eventId} photos={photos} index={open} onMove={setOpen} onClose={() => setOpen(undefined)} />
      )}
    </section>
  );
}

interface NameProps {
  readonly eventId: string;
  readonly person: Schemas["Person"];
  readonly onDecided: Offer;
  readonly onDone: () => void;
}

function NameForm({ eventId, person, onDecided, onDone }: NameProps) {
  const [name, setName] = useState(person.name ?? "");
  const { busy, error, run } = useAction();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run(async () => {
      const params = { path: { eventId, personId: person.id } };
      const body = { name: name.trim() === "" ? null : name.trim() };
      const { actionId } = await ask(api.PATCH("/api/events/{eventId}/people/{personId}", { params, body }));
      onDecided(body.name === null ? "The name is gone." : `Named ${body.name}.`, actionId);
      onDone();
    });
  };
  return (
    <form className="row" onSubmit={submit}>
      <input
        aria-label="Name"
        placeholder="Who is this?"
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" disabled={busy || name.trim() === (person.name ?? "")}>
        Save name
      </button>
      <Problem error={error} />
    </form>
  );
}

interface FacesProps {
  readonly eventId: string;
  readonly personId: string;
  readonly version: number;
  readonly onDecided: Offer;
}

function Faces({ eventId, personId, version, onDecided }: FacesProps) {
  const path = { eventId, personId };
  const { data, reload } = useData(personId, () =>
    ask(api.GET("/api/events/{eventId}/people/{personId}/faces", { params: { path } })),
  );
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const { busy, error, run } = useAction();
  const toggle = (id: string) =>
    setPicked((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id]));
  const decide = (kind: "not-this-person" | "split") =>
    run(async () => {
      const body = { faceIds: [...picked] };
      const { actionId } =
        kind === "split"
          ? await ask(api.POST("/api/events/{eventId}/people/{personId}/split", { params: { path }, body }))
          : await ask(api.POST("/api/events/{eventId}/people/{personId}/not-this-person", { params: { path }, body }));
      onDecided(kind === "split" ? "They are a person of their own now." : "Taken out of this person.", actionId);
      setPicked([]);
      reload();
    });
  return (
    <section className="card stack" aria-labelledby="faces">
      <h2 id="faces">Faces</h2>
      <p className="muted">Is one of them somebody else? Select it.</p>
      <ul className="people">
        {data?.faces.map((face, index) => (
          <li className="person" key={face.id}>
            <img
              className="face"
              src={`/api/events/${eventId}/faces/${face.id}/crop`}
              alt={`Face ${index + 1}`}
              loading="lazy"
            />
            <input
              type="checkbox"
              className="pick"
              aria-label={`Select face ${index + 1}`}
              checked={picked.includes(face.id)}
              onChange={() => toggle(face.id)}
            />
          </li>
        ))}
      </ul>
      <Problem error={error} />
      <div className="row">
        <button type="button" disabled={busy || picked.length === 0} onClick={() => decide("not-this-person")}>
          Not this person
        </button>
        <button type="button" disabled={busy || picked.length === 0} onClick={() => decide("split")}>
          Make them a new person
        </button>
      </div>
    </section>
  );
}

function Erase({ eventId, person }: { readonly eventId: string; readonly person: Schemas["Person"] }) {
  const [asking, setAsking] = useState(false);
  const [receipt, setReceipt] = useState<Schemas["Receipt"]>();
  const { busy, error, run } = useAction();
  const erase = () =>
    run(async () => {
      const path = { eventId, personId: person.id };
      setReceipt(await ask(api.DELETE("/api/events/{eventId}/people/{personId}", { params: { path } })));
    });
  const close = () => {
    setAsking(false);
    if (receipt) go(`/events/${eventId}/people`);
  };
  return (
    <>
      <button type="button" className="danger" onClick={() => setAsking(true)}>
        Erase …
      </button>
      {asking && (
        <Dialog title={receipt ? "Erased" : `Erase ${person.name ?? "this person"}?`} onClose={close}>
          <div className="stack">
            {receipt ? (
              <>
                <p>
                  Erased: {plural(receipt.faces, "face")} in {plural(receipt.photos, "photo")},{" "}
                  {plural(receipt.decisions, "decision")}, {plural(receipt.guestMatches, "match", "matches")} of guests.
                </p>
                <p className="hint">Receipt {receipt.id}</p>
              </>
            ) : (
              <>
                <p>
                  What Rollcall knows about this face is deleted and does not come back, even when the photos are looked
                  at again. The photos themselves stay. This cannot be undone.
                </p>
                <Problem error={error} />
                <button type="button" className="danger" disabled={busy} onClick={erase}>
                  Erase for good
                </button>
              </>
            )}
          </div>
        </Dialog>
      )}
    </>
  );
}
