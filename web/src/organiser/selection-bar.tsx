import { useState } from "react";
import { api, ask } from "../shared/api.ts";
import { Dialog, Problem, plural } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { useFocusKept } from "../shared/use-focus-kept.ts";

/** The server deletes this many at once. */
const mostAtOnce = 1000;

/** The server puts this many into one archive. */
const mostDownloaded = 5000;

interface Props {
  readonly eventId: string;
  readonly ids: readonly string[];
  readonly onAll: () => void;
  readonly onNone: () => void;
  readonly onDeleted: () => void;
}

/** What can be done with the photos that are selected. */
export function SelectionBar({ eventId, ids, onAll, onNone, onDeleted }: Props) {
  const { busy, error, run } = useAction();
  useFocusKept();
  const [asking, setAsking] = useState(false);
  const params = { path: { eventId } };
  const download = () =>
    run(async () => {
      const { url } = await ask(api.POST("/api/events/{eventId}/exports", { params, body: { photoIds: [...ids] } }));
      window.location.assign(url);
    });
  const remove = () =>
    run(async () => {
      for (let i = 0; i < ids.length; i += mostAtOnce) {
        const body = { photoIds: ids.slice(i, i + mostAtOnce) };
        await ask(api.POST("/api/events/{eventId}/photos/delete", { params, body }));
      }
      onDeleted();
    });
  return (
    <section className="selection" aria-label="Selected photos">
      <span role="status">{plural(ids.length, "photo")}</span>
      <button type="button" onClick={onAll}>
        All
      </button>
      <button type="button" disabled={busy || ids.length > mostDownloaded} onClick={download}>
        {ids.length > mostDownloaded ? `Download (at most ${mostDownloaded.toLocaleString("en")})` : "Download"}
      </button>
      <button type="button" disabled={busy} onClick={() => setAsking(true)}>
        Delete
      </button>
      <button type="button" aria-label="Select none" onClick={onNone}>
        ✕
      </button>
      {!asking && error !== undefined && <Problem error={error} />}
      {asking && (
        <Dialog title={`Delete ${plural(ids.length, "photo")}?`} onClose={() => setAsking(false)}>
          <div className="stack">
            <p>
              The photos and all faces found in them are deleted for good. Files that were indexed from folders stay
              there.
            </p>
            <Problem error={error} />
            <button type="button" className="danger" disabled={busy} onClick={remove}>
              Delete for good
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
