import { Dialog, Loading, Problem, plural } from "../shared/ui.tsx";
import { Avatar } from "./avatar.tsx";
import { useHistory, when } from "./history.ts";

interface Props {
  readonly eventId: string;
  readonly version: number;
  readonly onClose: () => void;
}

/** Who is not shown, because somebody said that they do not matter; each can be brought back. */
export function IgnoredPeople({ eventId, version, onClose }: Props) {
  const { actions, error, busy, undo } = useHistory(eventId, version);
  // Without a face, everybody whom it was about was erased since.
  const ignored = actions?.filter((action) => action.kind === "ignore" && !action.undoneAt && action.faceId !== null);
  return (
    <Dialog title="Ignored people" className="wide-dialog" onClose={onClose}>
      <div className="stack">
        <Problem error={error} />
        {!ignored && error === undefined && <Loading what="ignored people" />}
        {ignored?.length === 0 && (
          <p className="muted">Nobody is ignored. Strangers and posters can be: open the person, or select several.</p>
        )}
        <ul className="plain">
          {ignored?.map(({ id, faceId, faces, madeAt }) => (
            <li key={id} className="row between">
              <span className="row decided">
                <Avatar eventId={eventId} faceId={faceId ?? undefined} size="small" />
                <span>
                  {plural(faces, "face")}
                  <br />
                  <span className="hint">{when(madeAt)}</span>
                </span>
              </span>
              <button type="button" disabled={busy} onClick={() => undo(id)}>
                Bring back
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
