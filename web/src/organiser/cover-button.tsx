import { useState } from "react";
import { api, ask, tell } from "../shared/api.ts";
import { Problem } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";

interface Props {
  readonly eventId: string;
  /** Who is to be shown by the face in this photo; without, the event is to be shown by the whole photo. */
  readonly personId?: string;
  readonly photoId: string;
}

/** Has an event or a person shown by this photo from now on. Another choice is the way back. */
export function CoverButton({ eventId, personId, photoId }: Props) {
  const [chosen, setChosen] = useState(false);
  const { busy, error, run } = useAction();
  const choose = () =>
    run(async () => {
      if (personId === undefined) {
        const params = { path: { eventId } };
        await ask(api.PATCH("/api/events/{eventId}", { params, body: { coverPhotoId: photoId } }));
      } else {
        const params = { path: { eventId, personId } };
        await tell(api.PUT("/api/events/{eventId}/people/{personId}/cover", { params, body: { photoId } }));
      }
      setChosen(true);
    });
  const [offer, done, said] =
    personId === undefined
      ? ["Use as cover", "Cover ✓", "The event is shown by this photo now."]
      : ["Use as their picture", "Their picture ✓", "This person is shown by this face now."];
  return (
    <>
      <Problem error={error} />
      <button type="button" disabled={busy} onClick={choose}>
        {chosen ? done : offer}
      </button>
      <span className="visually-hidden" role="status">
        {chosen && said}
      </span>
    </>
  );
}
