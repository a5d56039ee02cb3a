import { useState } from "react";
import { Dialog, Field, Loading, plural } from "../shared/ui.tsx";
import { Avatar } from "./avatar.tsx";
import { isCalled, usePeople } from "./use-people.ts";

/** Faces that anybody looks through; a name finds the others. */
const mostShown = 300;

interface Props {
  readonly eventId: string;
  readonly title: string;
  readonly without: readonly string[];
  readonly busy?: boolean;
  readonly onPick: (personId: string, label: string) => void;
  readonly onClose: () => void;
}

/** Chooses one of the event's people, by face or by name. */
export function PersonPicker({ eventId, title, without, busy = false, onPick, onClose }: Props) {
  const people = usePeople(eventId, { which: "everyone" });
  const [text, setText] = useState("");
  const found = people?.filter((person) => !without.includes(person.id) && isCalled(person, text));
  const shown = found?.slice(0, mostShown);
  return (
    <Dialog title={title} className="wide-dialog" onClose={onClose}>
      <div className="stack">
        <Field label="Name">
          {(ids) => <input {...ids} type="search" value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
        {!shown && <Loading what="people" />}
        {shown?.length === 0 && <p className="muted">Nobody of that name.</p>}
        <ul className="people small">
          {shown?.map(({ id, label, cover, photos }) => (
            <li key={id} className="person">
              <button type="button" className="quiet choice" disabled={busy} onClick={() => onPick(id, label)}>
                <Avatar eventId={eventId} faceId={cover.id} size="small" />
                <span className="label" title={label}>
                  {label}
                </span>
                <span className="hint">{plural(photos, "photo")}</span>
              </button>
            </li>
          ))}
        </ul>
        {found && found.length > mostShown && (
          <p className="hint">And {plural(found.length - mostShown, "other")}: type a name to find them.</p>
        )}
      </div>
    </Dialog>
  );
}
