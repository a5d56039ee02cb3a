import { useState } from "react";
import { api, ask } from "../shared/api.ts";
import { Dialog, Loading, Problem, sure } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { Avatar } from "./avatar.tsx";
import { CoverButton } from "./cover-button.tsx";
import type { FoundFace } from "./face-boxes.tsx";
import { NameForm } from "./name-form.tsx";
import { PersonPicker } from "./person-picker.tsx";
import { Link } from "./router.tsx";
import type { Offer } from "./undo.tsx";

interface Props {
  readonly eventId: string;
  readonly found: FoundFace;
  readonly label: string;
  readonly onDecided: Offer;
  readonly onClose: () => void;
}

/** About one face in a photo: names its person, leads to them, or says that it is somebody else. */
export function WhoIsThis({ eventId, found: { face, confidence }, label, onDecided, onClose }: Props) {
  const [picking, setPicking] = useState(false);
  const { busy, error, run } = useAction();
  const params = { path: { eventId } };
  const faceIds = [face.id];
  const decide = (said: string, request: () => Promise<{ readonly actionId: string }>) =>
    run(async () => {
      const { actionId } = await request();
      onDecided(said, actionId);
      onClose();
    });
  const move = (to: string | null, said: string) =>
    decide(said, () => ask(api.POST("/api/events/{eventId}/faces/move", { params, body: { faceIds, to } })));
  const ignore = () =>
    decide("This face is ignored now.", () =>
      ask(api.POST("/api/events/{eventId}/faces/ignore", { params, body: { faceIds } })),
    );
  return (
    <Dialog title="Who is this?" onClose={onClose}>
      <div className="stack">
        <div className="row decided">
          <Avatar eventId={eventId} faceId={face.id} />
          <p>
            <strong>{label}</strong>
            <br />
            <span className="muted">
              {face.personId === null
                ? "Ignored, or not grouped yet"
                : confidence !== null && `${sure(confidence)} sure`}
            </span>
          </p>
        </div>
        {face.personId !== null && (
          <NameOf eventId={eventId} personId={face.personId} onDecided={onDecided} onClose={onClose} />
        )}
        <Problem error={error} />
        <div className="row spread">
          {face.personId !== null && (
            <Link className="button" to={`/events/${eventId}/people/${face.personId}`}>
              Open this person
            </Link>
          )}
          <button type="button" disabled={busy} onClick={() => setPicking(true)}>
            {face.personId === null ? "Somebody of this event …" : "Somebody else …"}
          </button>
          <button type="button" disabled={busy} onClick={() => move(null, "This face is a person of its own now.")}>
            Somebody new
          </button>
          {face.personId !== null && (
            <button type="button" disabled={busy} onClick={ignore}>
              Ignore this face
            </button>
          )}
          {face.personId !== null && <CoverButton eventId={eventId} personId={face.personId} photoId={face.photoId} />}
        </div>
      </div>
      {picking && (
        <PersonPicker
          eventId={eventId}
          title="Whose face is this?"
          without={face.personId === null ? [] : [face.personId]}
          busy={busy}
          onPick={(to, name) => move(to, `Moved to ${name}.`)}
          onClose={() => setPicking(false)}
        />
      )}
    </Dialog>
  );
}

interface NameOfProps extends Pick<Props, "eventId" | "onDecided" | "onClose"> {
  readonly personId: string;
}

function NameOf({ eventId, personId, onDecided, onClose }: NameOfProps) {
  const path = { eventId, personId };
  const { data, error } = useData(personId, () =>
    ask(api.GET("/api/events/{eventId}/people/{personId}", { params: { path } })),
  );
  if (!data) return error === undefined ? <Loading what="the name" /> : <Problem error={error} />;
  return <NameForm eventId={eventId} person={data} onDecided={onDecided} onDone={onClose} onMerged={onClose} />;
}
