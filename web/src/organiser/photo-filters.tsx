import { useId, useState } from "react";
import type { PhotoQuery } from "./photo-pages.ts";
import { usePeople } from "./use-people.ts";

/** What of an event's photos is shown. */
export interface Filters {
  readonly people: readonly string[];
  readonly mode: keyof typeof modes;
  readonly faces: keyof typeof faceKinds;
  readonly state: keyof typeof states;
  readonly order: keyof typeof orders;
  /** As the camera's clock showed it: `2026-06-12T18:30`; empty for no limit. */
  readonly from: string;
  readonly to: string;
}

const modes = { all: "all of them together", any: "any of them", only: "only them" } as const;
const faceKinds = {
  any: "any faces",
  good: "a good face",
  best: "a very good face",
  none: "no faces",
} as const;
const states = { any: "any state", waiting: "not looked at yet", failed: "could not be read" } as const;
const orders = { taken: "oldest first", added: "last added first" } as const;

/** Quality of the best face: from the first a face is told apart reliably, the second is fit for an album. */
const leastQualities = { good: 0.6, best: 0.85 } as const;

export const noFilters: Filters = {
  people: [],
  mode: "all",
  faces: "any",
  state: "any",
  order: "taken",
  from: "",
  to: "",
};

export function queryOf({ people, mode, faces, state, order, from, to }: Filters): PhotoQuery {
  const ids = people.join(",");
  return {
    ...(people.length > 0 && (mode === "any" ? { withAny: ids } : { withAll: ids })),
    ...(people.length > 0 && mode === "only" && { onlyThem: true }),
    ...(faces === "none" && { withoutFaces: true }),
    ...((faces === "good" || faces === "best") && { leastQuality: leastQualities[faces] }),
    ...(state === "failed" && { status: "failed" }),
    ...(state === "waiting" && { status: "pending,working" }),
    ...(order === "added" && { order }),
    // Cameras tell no time zone, so their time is taken as it is.
    ...(from !== "" && { takenFrom: `${from}:00Z` }),
    ...(to !== "" && { takenBefore: `${to}:00Z` }),
  };
}

interface Props {
  readonly eventId: string;
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}

export function PhotoFilters({ eventId, filters, onChange }: Props) {
  const [more, setMore] = useState(filters.state !== "any");
  const id = useId();
  const change = (part: Partial<Filters>) => onChange({ ...filters, ...part });
  return (
    <div className="stack tight">
      <div className="filters">
        <PeopleFilter eventId={eventId} people={filters.people} onChange={(people) => change({ people })} />
        {filters.people.length > 1 && (
          <Choice
            label="How to combine people"
            options={modes}
            value={filters.mode}
            onChange={(mode) => change({ mode })}
          />
        )}
        {filters.people.length === 1 && (
          <label className="row">
            <input
              type="checkbox"
              checked={filters.mode === "only"}
              onChange={(event) => change({ mode: event.target.checked ? "only" : "all" })}
            />
            alone
          </label>
        )}
        <Choice label="Faces" options={faceKinds} value={filters.faces} onChange={(faces) => change({ faces })} />
        <button type="button" aria-expanded={more} aria-controls={id} onClick={() => setMore(!more)}>
          {more ? "Fewer filters" : "More filters"}
        </button>
        {filters !== noFilters && (
          <button type="button" className="quiet" onClick={() => onChange(noFilters)}>
            Show all
          </button>
        )}
      </div>
      <div className="filters" id={id} hidden={!more}>
        <Choice label="State" options={states} value={filters.state} onChange={(state) => change({ state })} />
        <Choice label="Order" options={orders} value={filters.order} onChange={(order) => change({ order })} />
        <label className="row">
          Taken from
          <input
            type="datetime-local"
            value={filters.from}
            onChange={(event) => change({ from: event.target.value })}
          />
        </label>
        <label className="row">
          until
          <input type="datetime-local" value={filters.to} onChange={(event) => change({ to: event.target.value })} />
        </label>
      </div>
    </div>
  );
}

interface ChoiceProps<Key extends string> {
  readonly label: string;
  readonly options: Readonly<Record<Key, string>>;
  readonly value: Key;
  readonly onChange: (value: Key) => void;
}

function Choice<Key extends string>({ label, options, value, onChange }: ChoiceProps<Key>) {
  const isKey = (text: string): text is Key => text in options;
  return (
    <select aria-label={label} value={value} onChange={({ target }) => isKey(target.value) && onChange(target.value)}>
      {Object.entries<string>(options).map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}

interface PeopleProps {
  readonly eventId: string;
  readonly people: readonly string[];
  readonly onChange: (people: readonly string[]) => void;
}

function PeopleFilter({ eventId, people, onChange }: PeopleProps) {
  const known = usePeople(eventId) ?? [];
  return (
    <>
      {known
        .filter(({ id }) => people.includes(id))
        .map(({ id, label, cover }) => (
          <button key={id} type="button" className="chip" onClick={() => onChange(people.filter((one) => one !== id))}>
            <img className="face tiny" src={`/api/events/${eventId}/faces/${cover.id}/crop`} alt="" />
            {label} <span aria-hidden="true">✕</span>
            <span className="visually-hidden">take out</span>
          </button>
        ))}
      <select
        aria-label="With a person"
        value=""
        onChange={(event) => event.target.value && onChange([...people, event.target.value])}
      >
        <option value="">{people.length === 0 ? "anybody" : "and …"}</option>
        {known
          .filter(({ id }) => !people.includes(id))
          .map(({ id, label, photos }) => (
            <option key={id} value={id}>
              {label} ({photos})
            </option>
          ))}
      </select>
    </>
  );
}
