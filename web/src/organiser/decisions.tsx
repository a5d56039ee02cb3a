import { useEffect } from "react";
import { api, ask, type Schemas, tell } from "../shared/api.ts";
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
  const params = { path: { eventId } };
  const { data, error, reload } = useData(
    eventId,
    async () => (await ask(api.GET("/api/events/{eventId}/actions", { params }))).actions,
  );
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

/** @param known of the people that it was about, what those who are there still are called */
function sentence({ kind, faces, people }: Action, known: readonly string[]): string {
  const who = known[0] ?? "Somebody";
  switch (kind) {
    case "name":
      return `${who}: the name was changed`;
    case "merge":
      return `${who}: made one of ${plural(people.length, "person", "people")}`;
    case "split":
      return `${plural(faces, "face")} made a person of their own${known.length > 0 ? `, apart from ${who}` : ""}`;
    case "move":
      return `${plural(faces, "face")} moved${known.length > 0 ? ` to ${known.at(-1)}` : ""}`;
    case "not-this-person":
      return `${plural(faces, "face")} taken out of ${known[0] ?? "a person"}`;
    case "keep-apart":
      return known.length === 2 ? `${known.join(" and ")} stay two people` : "Two people stay two";
    case "ignore":
      return `${plural(faces, "face")} ignored`;
  }
}

function when(time: string): string {
  return new Date(time).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
