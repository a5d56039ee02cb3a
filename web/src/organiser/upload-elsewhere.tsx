import { useSyncExternalStore } from "react";
import { plural } from "../shared/ui.tsx";
import { useDrop } from "./drop-zone.tsx";
import { Link } from "./router.tsx";
import { stillToSend, uploadsOf } from "./uploads.ts";
import { useDropped } from "./use-dropped.ts";

interface Props {
  readonly eventId: string;
  /** Whether what is dropped may be meant for the event's photos. */
  readonly takesPhotos: boolean;
}

/** What the overview has a panel for, on the other pages of an event: photos may be dropped, and are on their way. */
export function UploadElsewhere({ eventId, takesPhotos }: Props) {
  const queue = uploadsOf(eventId);
  const { files, offline } = useSyncExternalStore(queue.subscribe, () => queue.shown);
  const { error, take } = useDropped(eventId);
  const over = useDrop((dropped) => takesPhotos && take(dropped));
  const toSend = stillToSend(files);
  const failed = files.filter(({ state }) => state === "failed").length;
  const line =
    toSend > 0
      ? `${plural(toSend, "file")} still to be sent${offline ? ", when the server can be reached again" : ""}`
      : failed > 0 && `${plural(failed, "file")} could not be added`;
  return (
    <>
      {line && (
        <p className="no-print">
          <Link to={`/events/${eventId}`}>{line}</Link>
        </p>
      )}
      {error && <p role="alert">{error}</p>}
      {over && takesPhotos && <p className="drop-hint">Drop the photos to add them to the event</p>}
    </>
  );
}
