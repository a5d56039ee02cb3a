import { memo, useRef } from "react";
import { plural } from "../shared/ui.tsx";
import { Avatar } from "./avatar.tsx";
import { Peek } from "./peek.tsx";
import { usePicturesFirst } from "./pictures-first.ts";
import { Link } from "./router.tsx";
import type { KnownPerson } from "./use-people.ts";

/** More than are in view at first; drawing all at once would keep their pictures waiting. */
const drawnFirst = 40;

interface PeopleProps {
  readonly eventId: string;
  readonly people: readonly KnownPerson[];
  readonly picked: readonly KnownPerson[];
  readonly onPick: (person: KnownPerson) => void;
  /** They take their room and load their pictures, but are not seen yet. */
  readonly held: boolean;
}

/** Photos that come in are told twice a second, and most people stay as they are. */
export const People = memo(function People({ eventId, people, picked, onPick, held }: PeopleProps) {
  const list = useRef<HTMLUListElement>(null);
  const drawn = usePicturesFirst(list) ? people : people.slice(0, drawnFirst);
  const chosen = new Set(picked.map(({ id }) => id));
  return (
    <ul ref={list} className={["people", picked.length > 0 && "choosing", held && "held"].filter(Boolean).join(" ")}>
      {drawn.map((person) => (
        <PersonTile key={person.id} eventId={eventId} person={person} picked={chosen.has(person.id)} onPick={onPick} />
      ))}
    </ul>
  );
});

interface TileProps {
  readonly eventId: string;
  readonly person: KnownPerson;
  readonly picked: boolean;
  readonly onPick: (person: KnownPerson) => void;
}

const PersonTile = memo(function PersonTile({ eventId, person, picked, onPick }: TileProps) {
  const name = person.label;
  return (
    <li className="person">
      <Peek eventId={eventId} photoId={person.cover.photoId}>
        <Link to={`/events/${eventId}/people/${person.id}`}>
          <Avatar eventId={eventId} faceId={person.cover.id} />
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
        onChange={() => onPick(person)}
      />
    </li>
  );
}, looksTheSame);

/** The same person in an answer that came later. */
function looksTheSame(before: TileProps, after: TileProps): boolean {
  const [a, b] = [before.person, after.person];
  return (
    a.id === b.id &&
    a.label === b.label &&
    (a.name === null) === (b.name === null) &&
    a.photos === b.photos &&
    a.cover.id === b.cover.id &&
    before.eventId === after.eventId &&
    before.picked === after.picked &&
    before.onPick === after.onPick
  );
}
