import { useCallback, useEffect, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Loading, PeopleSoon, Problem, plural } from "../shared/ui.tsx";
import { Shelf, useData } from "../shared/use-data.ts";
import { Decisions } from "./decisions.tsx";
import { IgnoredPeople } from "./ignored-people.tsx";
import type { Live } from "./live.ts";
import { People } from "./people-grid.tsx";
import { PeopleSelection } from "./people-selection.tsx";
import { Link } from "./router.tsx";
import { Suggestions } from "./suggestions.tsx";
import type { Offer } from "./undo.tsx";
import { isCalled, type KnownPerson, labelled, usePeople } from "./use-people.ts";
import { usePicked } from "./use-picked.ts";

/** More than anybody scrolls through in one page of faces; the next come on demand. */
const pageSize = 200;

interface Found {
  readonly found: readonly KnownPerson[];
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
  return { found: labelled(found), total };
}

const patienceMs = 600;

/** How many pages were shown when the list was left, so that coming back finds the same. */
const shownPages = new Map<string, number>();

interface Props {
  readonly eventId: string;
  readonly live: Live;
  readonly onDecided: Offer;
}

/** In the address, so that coming back from a person finds the same people. */
interface Wanted {
  readonly text: string;
  /** Only people in two or more photos. */
  readonly often: boolean;
}

function wantedIn(search: string): Wanted {
  const text = new URLSearchParams(search);
  return { text: text.get("name") ?? "", often: text.has("often") };
}

function addressOf({ text, often }: Wanted): string {
  const parts = [...(often ? ["often"] : []), ...(text === "" ? [] : [`name=${encodeURIComponent(text)}`])];
  return window.location.pathname + (parts.length === 0 ? "" : `?${parts.join("&")}`);
}

export function PeoplePage({ eventId, live: { people: version, progress }, onDecided }: Props) {
  const [pages, setPages] = useState(shownPages.get(eventId) ?? 1);
  const [{ text, often }, setWanted] = useState(() => wantedIn(window.location.search));
  const least = often ? 2 : 1;
  const isSearch = text.trim() !== "";
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
  const { picked, toggle, none } = usePicked(eventId, data?.found);
  const [over, setOver] = useState<"decisions" | "ignored">();
  const want = (part: Partial<Wanted>) => {
    const next = { text, often, ...part };
    setWanted(next);
    window.history.replaceState(window.history.state, "", addressOf(next));
  };
  return (
    <section className="stack" aria-label="People">
      <div className="row between">
        <input
          type="search"
          className="find"
          aria-label="Find by name"
          placeholder="Find by name"
          hidden={data?.total === 0 && !often && !isSearch}
          value={text}
          onChange={(event) => want({ text: event.target.value })}
        />
        <div className="row">
          <button type="button" onClick={() => setOver("ignored")}>
            Ignored people
          </button>
          <button type="button" onClick={() => setOver("decisions")}>
            Earlier decisions
          </button>
        </div>
      </div>
      <div className="row between">
        {!isSearch && (
          <p className="muted">{data && `${plural(data.total, "person", "people")}, by number of photos`}</p>
        )}
        <label className="row" hidden={data?.total === 0 && !often}>
          <input type="checkbox" checked={often} onChange={(event) => want({ often: event.target.checked })} />
          Only people in two or more photos
        </label>
      </div>
      <Problem error={people.error} retry={reload} />
      {isSearch ? (
        <Named eventId={eventId} version={version} text={text} least={least} picked={picked} onPick={toggle} />
      ) : (
        <>
          {data?.total === 0 && <Nobody eventId={eventId} onlyOften={often} progress={progress} />}
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
        </>
      )}
      {over === "decisions" && <Decisions eventId={eventId} version={version} onClose={() => setOver(undefined)} />}
      {over === "ignored" && <IgnoredPeople eventId={eventId} version={version} onClose={() => setOver(undefined)} />}
      {picked.length > 0 && (
        <PeopleSelection
          eventId={eventId}
          people={picked}
          onNone={none}
          onDecided={onDecided}
          onDone={() => {
            none();
            reload();
          }}
        />
      )}
    </section>
  );
}

interface NamedProps {
  readonly eventId: string;
  readonly version: number;
  readonly text: string;
  readonly least: number;
  readonly picked: readonly KnownPerson[];
  readonly onPick: (person: KnownPerson) => void;
}

/** Everyone of the event who is called like that, also those further down than the page goes. */
function Named({ eventId, version, text, least, picked, onPick }: NamedProps) {
  const everyone = usePeople(eventId, { which: "everyone", version });
  const found = everyone?.filter((person) => person.photos >= least && isCalled(person, text));
  if (!found) return <Loading what="people" />;
  return (
    <>
      <p className={found.length === 0 ? "card empty" : "muted"} role="status">
        {found.length === 0
          ? `No one is called “${text.trim()}”.`
          : `${plural(found.length, "person", "people")} with “${text.trim()}” in the name`}
      </p>
      <People eventId={eventId} people={found} picked={picked} onPick={onPick} held={false} />
    </>
  );
}

interface NobodyProps extends Pick<Live, "progress"> {
  readonly eventId: string;
  readonly onlyOften: boolean;
}

function Nobody({ eventId, onlyOften, progress }: NobodyProps) {
  if (onlyOften) return <p className="card empty">Nobody is in two photos yet.</p>;
  const [title, text] = whyNobody(progress);
  return (
    <div className="card stack empty">
      <h2>{title}</h2>
      <p className="muted">{text}</p>
      <Link className="button" to={`/events/${eventId}`}>
        Add photos
      </Link>
    </div>
  );
}

function whyNobody(progress: Live["progress"]): readonly [title: string, text: string] {
  if (!progress || progress.done === 0 || progress.pending + progress.working > 0 || !progress.peopleAreCurrent) {
    return ["Nobody yet", "People appear here while your photos are looked at."];
  }
  return progress.faces === 0
    ? ["Nobody here", "No faces were found in these photos."]
    : ["Nobody here", "Everyone who was found in these photos was ignored or erased."];
}
