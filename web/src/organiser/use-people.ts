import { useEffect, useRef } from "react";
import { api, ask, everyPage, type Schemas } from "../shared/api.ts";
import { Shelf, useData } from "../shared/use-data.ts";

/** As many as the server gives at once. */
const most = 500;

/** While photos come in, people change twice a second; everyone of a large event is not asked for that often. */
const calmMs = { most: 0, everyone: 3000 } as const;

export type KnownPerson = Schemas["Person"] & {
  /** The name, or the number in the list of people. */
  readonly label: string;
};

/** @param people from the first of the event on, whose place is their number */
export function labelled(people: readonly Schemas["Person"][]): readonly KnownPerson[] {
  return people.map((person, index) => ({ ...person, label: person.name ?? `Person ${index + 1}` }));
}

/** Whether somebody who types this looks for somebody of that name: in any case, with accents or without. */
export function isCalled({ label }: Pick<KnownPerson, "label">, text: string): boolean {
  return plain(label).includes(plain(text));
}

function plain(text: string): string {
  return text.trim().normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

const firstOf = (eventId: string, cursor?: string) => {
  const params = { path: { eventId }, query: { limit: most, ...(cursor === undefined ? {} : { cursor }) } };
  return ask(api.GET("/api/events/{eventId}/people", { params }));
};

async function loadMost(eventId: string) {
  return labelled((await firstOf(eventId)).people);
}

async function loadEveryone(eventId: string) {
  return labelled((await everyPage(({ cursor }) => firstOf(eventId, cursor))).flatMap(({ people }) => people));
}

const shelves = {
  most: { load: loadMost, shelf: new Shelf<readonly KnownPerson[]>() },
  everyone: { load: loadEveryone, shelf: new Shelf<readonly KnownPerson[]>() },
} as const;

interface Options {
  readonly which?: keyof typeof shelves;
  readonly version?: number;
  readonly wanted?: boolean;
}

/**
 * The people of an event, most photos first, as pages call them.
 *
 * @param which `most`: as many as come at once; `everyone` takes several requests in a large event
 * @param version loads again when it grows
 * @param wanted false: nobody is loaded as long as they are not needed
 */
export function usePeople(
  eventId: string,
  { which = "most", version = 0, wanted = true }: Options = {},
): readonly KnownPerson[] | undefined {
  const { load, shelf } = shelves[which];
  const { data, reload } = useData(wanted ? eventId : "", async () => (wanted ? await load(eventId) : []), shelf);
  const latest = useRef(0);
  useEffect(() => {
    if (version === 0) return;
    const again = () => {
      latest.current = performance.now();
      reload();
    };
    const timer = setTimeout(again, Math.max(0, latest.current + calmMs[which] - performance.now()));
    return () => clearTimeout(timer);
  }, [version, which, reload]);
  return data;
}
