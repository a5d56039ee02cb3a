import { useId, useState } from "react";
import { lastDay } from "../shared/ui.tsx";
import { Avatar } from "./avatar.tsx";
import { PersonPicker } from "./person-picker.tsx";
import { type Filters, faceKinds, keyOf, modes, noFilters, orders, states, textOf } from "./photo-filter-text.ts";
import { usePeople } from "./use-people.ts";

interface Props {
  readonly eventId: string;
  /** Grows when the people of the event change. */
  readonly version: number;
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}

export function PhotoFilters({ eventId, version, filters, onChange }: Props) {
  const { state, order, from, to } = filters;
  const [more, setMore] = useState(textOf({ ...noFilters, state, order, from, to }) !== "");
  const [picking, setPicking] = useState(false);
  const id = useId();
  const change = (part: Partial<Filters>) => onChange({ ...filters, ...part });
  const everyone = usePeople(eventId, { which: "everyone", version, wanted: filters.people.length > 0 });
  const known = new Map(everyone?.map((person) => [person.id, person]));
  return (
    <div className="stack tight">
      {filters.people.length > 0 && (
        <div className="chips">
          {filters.people.map((personId) => {
            const person = known.get(personId);
            return (
              <button
                key={personId}
                type="button"
                className="chip"
                onClick={() => change({ people: filters.people.filter((one) => one !== personId) })}
              >
                <Avatar eventId={eventId} faceId={person?.cover.id} size="tiny" />
                <span>{person?.label ?? "Somebody"}</span> <span aria-hidden="true">✕</span>
                <span className="visually-hidden">remove</span>
              </button>
            );
          })}
        </div>
      )}
      <div className="filters">
        <button type="button" onClick={() => setPicking(true)}>
          {filters.people.length === 0 ? "Filter by person" : "And with …"}
        </button>
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
            Nobody else
          </label>
        )}
        <Choice label="Faces" options={faceKinds} value={filters.faces} onChange={(faces) => change({ faces })} />
        <button type="button" aria-expanded={more} aria-controls={id} onClick={() => setMore(!more)}>
          {more ? "Fewer filters" : "More filters"}
        </button>
        {textOf(filters) !== "" && (
          <button type="button" className="quiet" onClick={() => onChange(noFilters)}>
            Show all
          </button>
        )}
      </div>
      <div className="filters" id={id} hidden={!more}>
        <Choice label="State" options={states} value={state} onChange={(next) => change({ state: next })} />
        <Choice label="Order" options={orders} value={order} onChange={(next) => change({ order: next })} />
        <div className="times">
          <label className="time">
            Taken from
            <input
              type="datetime-local"
              max={`${lastDay}T23:59`}
              value={from}
              onChange={(event) => change({ from: event.target.value })}
            />
          </label>
          <label className="time">
            Until
            <input
              type="datetime-local"
              max={`${lastDay}T23:59`}
              value={to}
              onChange={(event) => change({ to: event.target.value })}
            />
          </label>
        </div>
      </div>
      {picking && (
        <PersonPicker
          eventId={eventId}
          title={filters.people.length === 0 ? "Photos with whom?" : "And with whom?"}
          without={filters.people}
          onPick={(personId) => {
            setPicking(false);
            change({ people: [...filters.people, personId] });
          }}
          onClose={() => setPicking(false)}
        />
      )}
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
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => {
        const key = keyOf(options, target.value);
        if (key !== undefined) onChange(key);
      }}
    >
      {Object.entries<string>(options).map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}
