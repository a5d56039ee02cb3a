import { useEffect, useState } from "react";
import { api, ask, everyPage } from "../shared/api.ts";
import { Problem, plural } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { Avatar } from "./avatar.tsx";
import { CoverButton } from "./cover-button.tsx";
import { Peek } from "./peek.tsx";
import { PersonPicker } from "./person-picker.tsx";
import type { Offer } from "./undo.tsx";

/** The doubtful ones are at the end; the next come on demand. */
const shownAtFirst = 60;

interface Props {
  readonly eventId: string;
  readonly personId: string;
  readonly version: number;
  readonly onDecided: Offer;
  /** Told when none of the faces is the person's any more, and whose they are now, where that is known. */
  readonly onNoneLeft: (now?: string) => void;
}

/** All faces of a person, to take out those that are somebody else's. */
export function PersonFaces({ eventId, personId, version, onDecided, onNoneLeft }: Props) {
  const path = { eventId, personId };
  const { data, reload } = useData(personId, async () => {
    const pages = await everyPage((query) =>
      ask(api.GET("/api/events/{eventId}/people/{personId}/faces", { params: { path, query } })),
    );
    return pages.flatMap((page) => page.faces);
  });
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [moving, setMoving] = useState(false);
  const [most, setMost] = useState(shownAtFirst);
  const { busy, error, run } = useAction();
  const toggle = (id: string) =>
    setPicked((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id]));
  const decide = (said: string, request: (faceIds: string[]) => Promise<{ readonly actionId: string }>, now?: string) =>
    run(async () => {
      const { actionId } = await request([...picked]);
      onDecided(said, actionId);
      if (picked.length === data?.length) return onNoneLeft(now);
      setPicked([]);
      setMoving(false);
      reload();
    });
  const reject = () =>
    decide("Taken out of this person.", (faceIds) =>
      ask(api.POST("/api/events/{eventId}/people/{personId}/not-this-person", { params: { path }, body: { faceIds } })),
    );
  const split = () =>
    decide("They are a person of their own now.", (faceIds) =>
      ask(api.POST("/api/events/{eventId}/people/{personId}/split", { params: { path }, body: { faceIds } })),
    );
  const move = (to: string, label: string) =>
    decide(
      `Moved to ${label}.`,
      (faceIds) =>
        ask(api.POST("/api/events/{eventId}/faces/move", { params: { path: { eventId } }, body: { faceIds, to } })),
      to,
    );
  const faces = data ?? [];
  const none = busy || picked.length === 0;
  const only = picked.length === 1 ? faces.find(({ id }) => id === picked[0]) : undefined;
  return (
    <section className="card stack" aria-labelledby="faces">
      <div>
        <h2 id="faces">{plural(faces.length, "face")}</h2>
        <p className="muted">Is one of them somebody else? Select it, then say whose it is.</p>
      </div>
      <ul className={picked.length > 0 ? "people choosing" : "people"}>
        {faces.slice(0, most).map((face, index) => (
          <li className="person" key={face.id}>
            <Peek eventId={eventId} photoId={face.photoId}>
              <label>
                <Avatar eventId={eventId} faceId={face.id} alt={`Face ${index + 1}`} />
                <input
                  type="checkbox"
                  className="pick"
                  aria-label={`Select face ${index + 1}`}
                  checked={picked.includes(face.id)}
                  onChange={() => toggle(face.id)}
                />
              </label>
            </Peek>
          </li>
        ))}
      </ul>
      {faces.length > most && (
        <button type="button" onClick={() => setMost(most + shownAtFirst)}>
          Show more faces
        </button>
      )}
      <Problem error={error} />
      <div className={picked.length > 0 ? "row pairs-phone at-hand" : "row pairs-phone"}>
        <button type="button" disabled={none} onClick={() => setMoving(true)}>
          Somebody else …
        </button>
        <button type="button" disabled={none || picked.length === faces.length} onClick={split}>
          Somebody new
        </button>
        <button type="button" disabled={none} onClick={reject}>
          Not this person
        </button>
        {only && <CoverButton key={only.id} eventId={eventId} personId={personId} photoId={only.photoId} />}
      </div>
      {moving && (
        <PersonPicker
          eventId={eventId}
          title={`Whose ${picked.length === 1 ? "face is this" : "faces are these"}?`}
          without={[personId]}
          busy={busy}
          onPick={move}
          onClose={() => setMoving(false)}
        />
      )}
    </section>
  );
}
