import { useEffect, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Loading, Problem, plural } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { Decisions } from "./decisions.tsx";
import { Peek } from "./peek.tsx";
import { Link } from "./router.tsx";
import { Suggestions } from "./suggestions.tsx";
import type { Offer } from "./undo.tsx";

/** More than anybody scrolls through in one page of faces; the next come on demand. */
const pageSize = 200;

interface Props {
  readonly eventId: string;
  readonly version: number;
  readonly onDecided: Offer;
}

export function PeoplePage({ eventId, version, onDecided }: Props) {
  const [pages, setPages] = useState(1);
  const [least, setLeast] = useState(1);
  const people = useData(`${eventId} ${pages} ${least}`, async () => {
    const found: Schemas["Person"][] = [];
    let total = 0;
    for (let cursor: string | undefined, page = 0; page < pages; page++) {
      const query = { limit: pageSize, leastPhotos: least, ...(cursor ? { cursor } : {}) };
      const answer = await ask(api.GET("/api/events/{eventId}/people", { params: { path: { eventId }, query } }));
      found.push(...answer.people);
      total = answer.total;
      if (answer.next === null) break;
      cursor = answer.next;
    }
    return { found, total };
  });
  const { reload, data } = people;
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [history, setHistory] = useState(false);
  const merging = useAction();
  const toggle = (id: string) =>
    setPicked((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id]));
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
          <label className="row">
            <input type="checkbox" checked={least === 2} onChange={(event) => setLeast(event.target.checked ? 2 : 1)} />
            Only who is in two photos or more
          </label>
          <button type="button" onClick={() => setHistory(true)}>
            Earlier decisions
          </button>
        </div>
      </div>
      <Problem error={people.error ?? merging.error} retry={reload} />
      {!data && people.error === undefined && <Loading what="people" />}
      {data?.total === 0 && <p className="muted">Nobody yet. People appear here while your photos are looked at.</p>}
      <Suggestions eventId={eventId} version={version} onDecided={onDecided} />
      <ul className="people">
        {data?.found.map((person, index) => (
          <PersonTile
            key={person.id}
            eventId={eventId}
            person={person}
            number={index + 1}
            picked={picked.includes(person.id)}
            onPick={() => toggle(person.id)}
          />
        ))}
      </ul>
      {data && data.found.length < data.total && (
        <button type="button" onClick={() => setPages(pages + 1)}>
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

interface TileProps {
  readonly eventId: string;
  readonly person: Schemas["Person"];
  readonly number: number;
  readonly picked: boolean;
  readonly onPick: () => void;
}

function PersonTile({ eventId, person, number, picked, onPick }: TileProps) {
  const name = person.name ?? `Person ${number}`;
  return (
    <li className="person">
      <Peek eventId={eventId} photoId={person.cover.photoId}>
        <Link to={`/events/${eventId}/people/${person.id}`}>
          <img className="face" src={`/api/events/${eventId}/faces/${person.cover.id}/crop`} alt="" loading="lazy" />
          <span className="label" title={name}>
            {person.name === null ? <span className="muted">{name}</span> : <strong>{name}</strong>}
          </span>
          <span className="hint">{plural(person.photos, "photo")}</span>
        </Link>
      </Peek>
      <input type="checkbox" className="pick" aria-label={`Select ${name}`} checked={picked} onChange={onPick} />
    </li>
  );
}
