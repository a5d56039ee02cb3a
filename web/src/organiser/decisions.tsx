import { Dialog, Loading, Problem, plural } from "../shared/ui.tsx";
import { Avatar } from "./avatar.tsx";
import { type Action, useHistory, when } from "./history.ts";
import { usePeople } from "./use-people.ts";

interface Props {
  readonly eventId: string;
  readonly version: number;
  readonly onClose: () => void;
}

/** What was decided about people, the latest first, each to be taken back. */
export function Decisions({ eventId, version, onClose }: Props) {
  const { actions, error, busy, undo } = useHistory(eventId, version);
  const people = usePeople(eventId, { which: "everyone", version });
  const known = new Map(people?.map((person) => [person.id, person]));
  const faceOf = ({ faceId, people: [first = ""] }: Action) => faceId ?? known.get(first)?.cover.id;
  return (
    <Dialog title="Earlier decisions" className="wide-dialog" onClose={onClose}>
      <div className="stack">
        <Problem error={error} />
        {!actions && error === undefined && <Loading what="decisions" />}
        {actions?.length === 0 && (
          <p className="muted">Nothing was decided yet. Names and merges will be listed here.</p>
        )}
        <ul className="plain">
          {actions?.map((action) => (
            <li key={action.id} className="row between">
              <span className="row decided">
                <Avatar eventId={eventId} faceId={faceOf(action)} size="small" />
                <span>
                  {sentence(
                    action,
                    action.people.map((id) => known.get(id)?.label),
                  )}
                  <br />
                  <span className="hint">{when(action.madeAt)}</span>
                </span>
              </span>
              {action.undoneAt === null ? (
                <button type="button" disabled={busy} onClick={() => undo(action.id)}>
                  Undo
                </button>
              ) : (
                <span className="muted">undone</span>
              )}
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

/** @param labels of the people that it was about; undefined for those who are not there any more */
function sentence({ kind, faces, people, names }: Action, labels: readonly (string | undefined)[]): string {
  const [first, second] = labels;
  const who = first ?? "somebody";
  switch (kind) {
    case "name":
      return renaming(names[0], who);
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

function renaming(change: Action["names"][number] | undefined, who: string): string {
  const { before = null, after = null } = change ?? {};
  if (before !== null && after !== null) return `${before} was renamed to ${after}`;
  if (after !== null) return `Somebody without a name was named ${after}`;
  return before === null ? `The name of ${who} was changed` : `The name ${before} was taken away`;
}
