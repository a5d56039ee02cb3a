import { type FormEvent, useEffect, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Picture } from "../shared/picture.tsx";
import { Dialog, Loading, Problem, plural } from "../shared/ui.tsx";
import { Shelf, useAction, useData } from "../shared/use-data.ts";
import { ErasePerson } from "./erase-person.tsx";
import { Lightbox } from "./lightbox.tsx";
import type { Live } from "./live.ts";
import { Peek } from "./peek.tsx";
import { ignoredText } from "./people-selection.tsx";
import { PersonFaces } from "./person-faces.tsx";
import { PhotoGrid } from "./photo-grid.tsx";
import { usePhotos } from "./photo-pages.ts";
import { go, Link } from "./router.tsx";
import type { Offer } from "./undo.tsx";
import { usePeople } from "./use-people.ts";

interface Props {
  readonly eventId: string;
  readonly personId: string;
  readonly live: Live;
  readonly onDecided: Offer;
}

const shelf = new Shelf<Schemas["Person"]>();

export function PersonPage({ eventId, personId, live, onDecided }: Props) {
  const path = { eventId, personId };
  const person = useData(
    personId,
    () => ask(api.GET("/api/events/{eventId}/people/{personId}", { params: { path } })),
    shelf,
  );
  const { photos, error } = usePhotos(eventId, { withAll: personId }, live);
  const version = live.people;
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
      onDecided(ignoredText(1), actionId);
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
        <div className="row person-head">
          <Peek eventId={eventId} photoId={data.cover.photoId}>
            <Picture className="face" src={`/api/events/${eventId}/faces/${data.cover.id}/crop`} alt="" />
          </Peek>
          <div className="stack">
            <NameForm key={data.name} eventId={eventId} person={data} onDecided={onDecided} onDone={reload} />
            <p className="muted">
              {plural(data.photos, "photo")}.{" "}
              <Link to={`/events/${eventId}/photos?person=${personId}`}>Together with others</Link>
            </p>
          </div>
        </div>
        <div className="row spread-phone">
          <button type="button" disabled={action.busy || data.photos === 0} onClick={download}>
            Download all
          </button>
          <button type="button" disabled={action.busy} onClick={ignore}>
            Ignore
          </button>
          <ErasePerson eventId={eventId} person={data} />
        </div>
      </div>
      <Problem error={error ?? action.error} />
      {photos && <PhotoGrid eventId={eventId} photos={photos} onOpen={setOpen} />}
      <PersonFaces eventId={eventId} personId={personId} version={version} onDecided={onDecided} />
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
  const [namesake, setNamesake] = useState<Schemas["Person"]>();
  const { busy, error, run } = useAction();
  const others = usePeople(eventId)?.filter(({ id, name: known }) => id !== person.id && known !== null) ?? [];
  const tidy = name.trim();
  const save = () =>
    run(async () => {
      const params = { path: { eventId, personId: person.id } };
      const body = { name: tidy === "" ? null : tidy };
      const { actionId } = await ask(api.PATCH("/api/events/{eventId}/people/{personId}", { params, body }));
      setNamesake(undefined);
      onDecided(body.name === null ? "The name is gone." : `Named ${body.name}.`, actionId);
      onDone();
    });
  const merge = (into: string) =>
    run(async () => {
      const params = { path: { eventId } };
      const body = { into, from: [person.id] };
      const { actionId } = await ask(api.POST("/api/events/{eventId}/people/merge", { params, body }));
      onDecided("They are one person now.", actionId);
      go(`/events/${eventId}/people/${into}`);
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const same = others.find((other) => other.name === tidy);
    if (same) setNamesake(same);
    else save();
  };
  return (
    <form className="row name-form" onSubmit={submit}>
      <input
        aria-label="Name"
        placeholder="Who is this?"
        maxLength={120}
        list="names"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <datalist id="names">
        {others.map(({ id, label }) => (
          <option key={id} value={label} />
        ))}
      </datalist>
      <button type="submit" disabled={busy || tidy === (person.name ?? "")}>
        Save name
      </button>
      {!namesake && <Problem error={error} />}
      {namesake && (
        <Dialog title={`There is a ${tidy} already`} onClose={() => setNamesake(undefined)}>
          <div className="stack">
            <div className="row">
              {[person, namesake].map(({ id, cover }) => (
                <img key={id} className="face" src={`/api/events/${eventId}/faces/${cover.id}/crop`} alt="" />
              ))}
            </div>
            <p>Are these two the same person?</p>
            <Problem error={error} />
            <div className="row">
              <button type="button" className="primary" disabled={busy} onClick={() => merge(namesake.id)}>
                Yes, they are one
              </button>
              <button type="button" disabled={busy} onClick={save}>
                No, two people of that name
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </form>
  );
}
