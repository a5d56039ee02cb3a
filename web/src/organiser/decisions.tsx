import { useEffect } from "react";
import { api, ask, everyPage, type Schemas, tell } from "../shared/api.ts";
import { Dialog, Loading, Problem, plural } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { usePeople } from "./use-people.ts";

type Action = Schemas["Action"];

interface Props {
  readonly eventId: string;
  readonly version: number;
  readonly onClose: () => void;
}

/** What was decided about people, the latest first, each to be taken back. */
export function Decisions({ eventId, version, onClose }: Props) {
  const { data, error, reload } = useData(eventId, async () => {
    const path = { eventId };
    const pages = await everyPage((query) =>
      ask(api.GET("/api/events/{eventId}/actions", { params: { path, query } })),
    );
    return pages.flatMap(({ actions }) => actions);
  });
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  const people = usePeople(eventId);
  const undoing = useAction();
  const undo = (actionId: string) =>
    undoing.run(async () => {
      const path = { eventId, actionId };
      await tell(api.POST("/api/events/{eventId}/actions/{actionId}/undo", { params: { path } }));
      reload();
    });
  const labelOf = (id: string) => people?.find((person) => person.id === id)?.label;
  return (
    <Dialog title="Earlier decisions" className="wide-dialog" onClose={onClose}>
      <div className="stack">
        <Problem error={error ?? undoing.error} />
        {!data && error === undefined && <Loading what="decisions" />}
        {data?.length === 0 && <p className="muted">Nothing was decided yet. Names and merges will be listed here.</p>}
        <ul className="plain">
          {data?.map((action) => (
            <li key={action.id} className="row between">
              <span>
                {sentence(
                  action,
                  action.people.flatMap((id) => labelOf(id) ?? []),
                )}
                <br />
                <span className="hint">{when(action.madeAt)}</span>
              </span>
              {action.undoneAt === null ? (
                <button type="button" disabled={undoing.busy} onClick={() => undo(action.id)}>
                  Undo
                </button>
              ) : (
                <span className="muted">taken back</span>
              )}
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

/** @param labels of the people that it was about; undefined for those who are not there any more */
function sentence({ kind, faces, people }: Action, labels: readonly (string | undefined)[]): string {
  const [first, second] = labels;
  const who = first ?? "somebody";
  switch (kind) {
    case "name":
      return `The name of ${who} was changed`;
    case "merge":
      return `${plural(people.length, "person", "people")} became one: ${who}`;
    case "split":
      return `${plural(faces, "face")} of ${who} became a person of their own`;
    case "move":
      return `${plural(faces, "face")} moved to ${who}`;
    case "not-this-person":
      return `${plural(faces, "face")} taken out of ${who}`;
    case "keep-apart":
      return `${who} and ${second ?? "somebody"} stay two people`;
    case "ignore":
      return `${plural(faces, "face")} of ${who} ignored`;
  }
}

function when(time: string): string {
  return new Date(time).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
