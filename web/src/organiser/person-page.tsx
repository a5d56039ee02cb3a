import { useEffect, useState } from "react";
import { api, ask, Refusal, type Schemas } from "../shared/api.ts";
import { Loading, Problem, plural, usePageTitle } from "../shared/ui.tsx";
import { Shelf, useAction, useData } from "../shared/use-data.ts";
import { Avatar } from "./avatar.tsx";
import { ErasePerson } from "./erase-person.tsx";
import { Lightbox } from "./lightbox.tsx";
import type { Live } from "./live.ts";
import { NameForm } from "./name-form.tsx";
import { Peek } from "./peek.tsx";
import { ignoredText } from "./people-selection.tsx";
import { PersonFaces } from "./person-faces.tsx";
import { PhotoGrid } from "./photo-grid.tsx";
import { usePhotos } from "./photo-pages.ts";
import { go, Link } from "./router.tsx";
import type { Undo } from "./undo.tsx";

interface Props {
  readonly eventId: string;
  readonly eventName: string;
  readonly personId: string;
  readonly live: Live;
  readonly undo: Undo;
}

const shelf = new Shelf<Schemas["Person"]>();

export function PersonPage({ eventId, eventName, personId, live, undo }: Props) {
  const path = { eventId, personId };
  const person = useData(
    personId,
    () => ask(api.GET("/api/events/{eventId}/people/{personId}", { params: { path } })),
    shelf,
  );
  const { photos, error } = usePhotos(eventId, { withAll: personId }, live);
  const version = live.people;
  const [open, setOpen] = useState<string>();
  const { data, reload } = person;
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  const action = useAction();
  const [erasing, setErasing] = useState(false);
  const name = data?.name ?? "Person without a name";
  usePageTitle(data && `${name} – ${eventName} – Rollcall`);
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
      undo.offer(ignoredText(1), actionId);
      go(people);
    });
  const download = () =>
    action.run(async () => {
      const params = { path: { eventId } };
      const { url } = await ask(api.POST("/api/events/{eventId}/exports", { params, body: { personId } }));
      window.location.assign(url);
    });
  // Merged, ignored or erased elsewhere: what is still to be seen is how they were. Not what was begun here.
  const gone = person.error instanceof Refusal && !action.busy && !erasing ? person.error : undefined;
  return (
    <section className="stack" aria-label="Person">
      <Link to={people}>‹ All people</Link>
      <h2 className="visually-hidden">{name}</h2>
      <Problem error={gone} />
      <div className="row between">
        <div className="row person-head">
          <Peek eventId={eventId} photoId={data.cover.photoId}>
            <Avatar eventId={eventId} faceId={data.cover.id} />
          </Peek>
          <div className="stack">
            <NameForm
              key={data.id}
              eventId={eventId}
              person={data}
              onDecided={undo.offer}
              onDone={reload}
              onMerged={(into) => go(`${people}/${into}`)}
            />
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
          <ErasePerson eventId={eventId} person={data} asking={erasing} onAsk={setErasing} />
        </div>
      </div>
      <Problem error={error ?? action.error} />
      {photos && <PhotoGrid eventId={eventId} photos={photos} onOpen={(index) => setOpen(photos[index]?.id)} />}
      <PersonFaces
        eventId={eventId}
        personId={personId}
        version={version}
        onDecided={undo.offer}
        onNoneLeft={(now) => go(now === undefined ? people : `${people}/${now}`)}
      />
      {photos && open !== undefined && (
        <Lightbox
          eventId={eventId}
          photos={photos}
          open={open}
          version={version}
          undo={undo}
          onMove={setOpen}
          onClose={() => setOpen(undefined)}
        />
      )}
    </section>
  );
}
