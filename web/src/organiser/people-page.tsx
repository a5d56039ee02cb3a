import { memo, useCallback, useDeferredValue, useEffect, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Picture } from "../shared/picture.tsx";
import { PeopleSoon, Problem, plural } from "../shared/ui.tsx";
import { Shelf, useAction, useData } from "../shared/use-data.ts";
import { Decisions } from "./decisions.tsx";
import { Peek } from "./peek.tsx";
import { Link } from "./router.tsx";
import { Suggestions } from "./suggestions.tsx";
import type { Offer } from "./undo.tsx";

/** More than anybody scrolls through in one page of faces; the next come on demand. */
const pageSize = 200;

interface Found {
  readonly found: readonly Schemas["Person"][];
  readonly total: number;
}

const shelf = new Shelf<Found>();

async function firstPages(eventId: string, pages: number, leastPhotos: number): Promise<Found> {
  const found: Schemas["Person"][] = [];
  let total = 0;
  for (let cursor: string | undefined, page = 0; page < pages; page++) {
    const query = { limit: pageSize, leastPhotos, ...(cursor ? { cursor } : {}) };
    const answer = await ask(api.GET("/api/events/{eventId}/people", { params: { path: { eventId }, query } }));
    found.push(...answer.people);
    total = answer.total;
    if (answer.next === null) break;
    cursor = answer.next;
  }
  return { found, total };
}

/** More than are in view at first; drawing all at once would keep their pictures waiting. */
const drawnFirst = 40;

const patienceMs = 600;

const oftenOnly = "?often";

/** How many pages were shown when the list was left, so that coming back finds the same. */
const shownPages = new Map<string, number>();

interface Props {
  readonly eventId: string;
  readonly version: number;
  readonly onDecided: Offer;
}

export function PeoplePage({ eventId, version, onDecided }: Props) {
  const [pages, setPages] = useState(shownPages.get(eventId) ?? 1);
  // In the address, so that coming back from a person finds the same people.
  const [least, setLeast] = useState(window.location.search === oftenOnly ? 2 : 1);
  const people = useData(`${eventId} ${least}`, () => firstPages(eventId, pages, least), shelf);
  const { reload, data } = people;
  useEffect(() => {
    if (version > 0 || pages > 1) reload();
  }, [version, pages, reload]);
  // The question comes above the people, who would jump; but they do not wait for it for long, and their pictures not at all.
  const [held, setHeld] = useState(true);
  const release = useCallback(() => setHeld(false), []);
  useEffect(() => {
    const timer = setTimeout(release, patienceMs);
    return () => clearTimeout(timer);
  }, [release]);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [history, setHistory] = useState(false);
  const merging = useAction();
  const toggle = useCallback(
    (id: string) => setPicked((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id])),
    [],
  );
  const often = (only: boolean) => {
    setLeast(only ? 2 : 1);
    window.history.replaceState(window.history.state, "", window.location.pathname + (only ? oftenOnly : ""));
  };
  const merge = () =>
    merging.run(async () => {
      // Who has most photos, or a name, stays.
      const chosen = data?.found.filter(({ id }) => picked.includes(id)) ?? [];
      const into = chosen.find(({ name }) => name !== null) ?? chosen[0];
      if (!into) return;
      const from = picked.filter((id) => id !== into.id);
      const params = { path: { eventId } };
      const { actionId } = await ask(
        api.POST("/api/events/{eventId}/people/merge", { params, body: { into: into.id, from } }),
      );
      setPicked([]);
      onDecided(`${picked.length} people are one now.`, actionId);
      reload();
    });
  return (
    <section className="stack" aria-label="People">
      <div className="row between">
        <p className="muted">{data && `${plural(data.total, "person", "people")}, by number of photos`}</p>
        <div className="row">
          <label className="row" hidden={data?.total === 0 && least === 1}>
            <input type="checkbox" checked={least === 2} onChange={(event) => often(event.target.checked)} />
            Only who is in two photos or more
          </label>
          <button type="button" onClick={() => setHistory(true)}>
            Earlier decisions
          </button>
        </div>
      </div>
      <Problem error={people.error ?? merging.error} retry={reload} />
      {data?.total === 0 && <Nobody eventId={eventId} onlyOften={least > 1} />}
      <Suggestions eventId={eventId} version={version} onDecided={onDecided} onSettled={release} />
      <div className="overlaid">
        {(data ? held : people.error === undefined) && <PeopleSoon />}
        {data && <People eventId={eventId} people={data.found} picked={picked} onPick={toggle} held={held} />}
      </div>
      {data && !held && data.found.length < data.total && (
        <button
          type="button"
          onClick={() => {
            shownPages.set(eventId, pages + 1);
            setPages(pages + 1);
          }}
        >
          Show more people
        </button>
      )}
      {history && <Decisions eventId={eventId} version={version} onClose={() => setHistory(false)} />}
      {picked.length > 0 && (
        <section className="selection" aria-label="Selected people">
          <span>{picked.length} selected</span>
          <button type="button" disabled={picked.length < 2 || merging.busy} onClick={merge}>
            They are one person
          </button>
          <button type="button" aria-label="Select nobody" onClick={() => setPicked([])}>
            ✕
          </button>
        </section>
      )}
    </section>
  );
}

interface PeopleProps {
  readonly eventId: string;
  readonly people: readonly Schemas["Person"][];
  readonly picked: readonly string[];
  readonly onPick: (id: string) => void;
  /** They take their room and load their pictures, but are not seen yet. */
  readonly held: boolean;
}

/** Photos that come in are told twice a second, and most people stay as they are. */
const People = memo(function People({ eventId, people, picked, onPick, held }: PeopleProps) {
  const drawn = useDeferredValue(people, people.slice(0, drawnFirst));
  return (
    <ul className={["people", picked.length > 0 && "choosing", held && "held"].filter(Boolean).join(" ")}>
      {drawn.map((person, index) => (
        <PersonTile
          key={person.id}
          eventId={eventId}
          person={person}
          number={index + 1}
          picked={picked.includes(person.id)}
          onPick={onPick}
        />
      ))}
    </ul>
  );
});

function Nobody({ eventId, onlyOften }: { readonly eventId: string; readonly onlyOften: boolean }) {
  if (onlyOften) return <p className="card empty">Nobody is in two photos yet.</p>;
  return (
    <div className="card stack empty">
      <h2>Nobody yet</h2>
      <p className="muted">People appear here while your photos are looked at.</p>
      <Link className="button" to={`/events/${eventId}`}>
        Add photos
      </Link>
    </div>
  );
}

interface TileProps {
  readonly eventId: string;
  readonly person: Schemas["Person"];
  readonly number: number;
  readonly picked: boolean;
  readonly onPick: (id: string) => void;
}

const PersonTile = memo(function PersonTile({ eventId, person, number, picked, onPick }: TileProps) {
  const name = person.name ?? `Person ${number}`;
  return (
    <li className="person">
      <Peek eventId={eventId} photoId={person.cover.photoId}>
        <Link to={`/events/${eventId}/people/${person.id}`}>
          <Picture
            className="face"
            src={`/api/events/${eventId}/faces/${person.cover.id}/crop`}
            alt=""
            loading="lazy"
          />
          <span className="label" title={name}>
            {person.name === null ? <span className="muted">{name}</span> : <strong>{name}</strong>}
          </span>
          <span className="hint">{plural(person.photos, "photo")}</span>
        </Link>
      </Peek>
      <input
        type="checkbox"
        className="pick"
        aria-label={`Select ${name}`}
        checked={picked}
        onChange={() => onPick(person.id)}
      />
    </li>
  );
}, looksTheSame);

/** The same person in an answer that came later. */
function looksTheSame(before: TileProps, after: TileProps): boolean {
  const [a, b] = [before.person, after.person];
  return (
    a.id === b.id &&
    a.name === b.name &&
    a.photos === b.photos &&
    a.cover.id === b.cover.id &&
    before.eventId === after.eventId &&
    before.number === after.number &&
    before.picked === after.picked &&
    before.onPick === after.onPick
  );
}
