import type { PhotoQuery } from "./photo-list.ts";

export const modes = { all: "All of them", any: "Any of them", only: "Only them" } as const;
export const faceKinds = {
  any: "Any faces",
  good: "A good face",
  best: "A very good face",
  none: "No faces",
} as const;
export const states = { any: "Any state", waiting: "Waiting", failed: "Not readable" } as const;
export const orders = { taken: "Oldest first", added: "Last added first" } as const;

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

export const noFilters: Filters = {
  people: [],
  mode: "all",
  faces: "any",
  state: "any",
  order: "taken",
  from: "",
  to: "",
};

/** Quality of the best face: from the first a face is told apart reliably, the second is fit for an album. */
const leastQualities = { good: 0.6, best: 0.85 } as const;

/** What the server is asked. */
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

/** What comes after the path of the photos page, from `?` on; empty without filters. */
export function textOf(filters: Filters): string {
  const text = new URLSearchParams();
  for (const person of filters.people) text.append("person", person);
  for (const name of ["mode", "faces", "state", "order", "from", "to"] as const) {
    if (filters[name] !== noFilters[name]) text.set(name, filters[name]);
  }
  return text.size === 0 ? "" : `?${text}`;
}

/** The filters of an address; what is no filter is left out. */
export function filtersIn(search: string): Filters {
  const text = new URLSearchParams(search);
  const time = (name: string) => {
    const value = text.get(name) ?? "";
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/u.test(value) ? value : "";
  };
  return {
    people: text.getAll("person").filter((id) => /^[0-9a-f]{8,40}$/u.test(id)),
    mode: keyOf(modes, text.get("mode")) ?? noFilters.mode,
    faces: keyOf(faceKinds, text.get("faces")) ?? noFilters.faces,
    state: keyOf(states, text.get("state")) ?? noFilters.state,
    order: keyOf(orders, text.get("order")) ?? noFilters.order,
    from: time("from"),
    to: time("to"),
  };
}

export function isFiltered(filters: Filters): boolean {
  return textOf({ ...filters, order: noFilters.order }) !== "";
}

/** The text, when it is one of the keys. */
export function keyOf<Key extends string>(keys: Readonly<Record<Key, string>>, text: string | null): Key | undefined {
  const isKey = (one: string): one is Key => Object.hasOwn(keys, one);
  return text !== null && isKey(text) ? text : undefined;
}
