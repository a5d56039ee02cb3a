import { api, ask, type Schemas } from "../shared/api.ts";
import { Shelf, useData } from "../shared/use-data.ts";

/** As many as the server gives at once. */
const most = 500;

type KnownPerson = Schemas["Person"] & {
  /** The name, or the number in the list of people. */
  readonly label: string;
};

const shelf = new Shelf<readonly KnownPerson[]>();

/** The people of an event who are in most photos, as pages call them. */
export function usePeople(eventId: string): readonly KnownPerson[] | undefined {
  const params = { path: { eventId }, query: { limit: most } };
  const { data } = useData(
    eventId,
    async () => {
      const { people } = await ask(api.GET("/api/events/{eventId}/people", { params }));
      return people.map((person, index) => ({ ...person, label: person.name ?? `Person ${index + 1}` }));
    },
    shelf,
  );
  return data;
}
