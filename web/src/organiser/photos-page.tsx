import { useEffect, useRef, useState } from "react";
import { api, ask } from "../shared/api.ts";
import { PhotosSoon, Problem, plural } from "../shared/ui.tsx";
import { isOver } from "../shared/use-back.ts";
import { useAction } from "../shared/use-data.ts";
import { FileButton } from "./file-button.tsx";
import { Lightbox } from "./lightbox.tsx";
import type { Live } from "./live.ts";
import { type Filters, filtersIn, isFiltered, noFilters, queryOf, textOf } from "./photo-filter-text.ts";
import { PhotoFilters } from "./photo-filters.tsx";
import { PhotoGrid } from "./photo-grid.tsx";
import { usePhotos } from "./photo-pages.ts";
import { Link } from "./router.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import type { Undo } from "./undo.tsx";
import { uploadsOf } from "./uploads.ts";
import { isWorthRetrying } from "./worth-retrying.ts";

/** The server takes this many at once. */
const mostRetried = 1000;

interface Props {
  readonly eventId: string;
  readonly live: Live;
  readonly undo: Undo;
}

/** What is filtered is in the address, so that going back, loading again and bookmarks keep it. */
function useFilters() {
  const [filters, setFilters] = useState<Filters>(() => filtersIn(window.location.search));
  useEffect(() => {
    const read = () => setFilters(filtersIn(window.location.search));
    window.addEventListener("popstate", read);
    return () => window.removeEventListener("popstate", read);
  }, []);
  const change = (next: Filters) => {
    // Chosen in a dialog: its entry of the history becomes that of the filtered page, and going back leads to the one before.
    const state: unknown = isOver(window.history.state) ? null : window.history.state;
    window.history.replaceState(state, "", window.location.pathname + textOf(next));
    setFilters(next);
  };
  return [filters, change] as const;
}

export function PhotosPage({ eventId, live, undo }: Props) {
  const [filters, setFilters] = useFilters();
  const { photos, complete, error, reload } = usePhotos(eventId, queryOf(filters), live);
  const [open, setOpen] = useState<string>();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const latest = useRef<string>(undefined);
  const retry = useAction();
  // Some of what was selected may be gone by now.
  const selected = picked.size === 0 ? [] : (photos ?? []).map(({ id }) => id).filter((id) => picked.has(id));
  /** With the shift key, everything between the latest choice and this one gets the same. */
  const select = (index: number, on: boolean, range: boolean) => {
    const before = range ? (photos?.findIndex(({ id }) => id === latest.current) ?? -1) : -1;
    const [from, to] = before < 0 ? [index, index] : [Math.min(before, index), Math.max(before, index)];
    latest.current = photos?.[index]?.id;
    const next = new Set(selected);
    for (const { id } of photos?.slice(from, to + 1) ?? []) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setPicked(next);
  };
  const none = () => setPicked(new Set());
  const again = photos?.filter(({ status, error: why }) => status === "failed" && isWorthRetrying(why?.code)) ?? [];
  const tryAgain = () =>
    retry.run(async () => {
      for (let i = 0; i < again.length; i += mostRetried) {
        const body = { photoIds: again.slice(i, i + mostRetried).map(({ id }) => id) };
        await ask(api.POST("/api/events/{eventId}/photos/retry", { params: { path: { eventId } }, body }));
      }
      reload();
    });
  const isEmpty = photos?.length === 0 && complete && textOf(filters) === "";
  return (
    <section className="stack" aria-label="Photos">
      {!isEmpty && (
        <PhotoFilters
          eventId={eventId}
          version={live.people}
          filters={filters}
          onChange={(next) => {
            setFilters(next);
            none();
          }}
        />
      )}
      <div className="row between" hidden={isEmpty}>
        <p className="muted" role="status">
          {photos && `${plural(photos.length, "photo")}${complete ? "" : " so far …"}`}
        </p>
        <div className="row">
          {filters.state === "failed" && again.length > 0 && (
            <button type="button" disabled={retry.busy} onClick={tryAgain}>
              {again.length === photos?.length ? "Try all of these again" : `Try ${again.length} of these again`}
            </button>
          )}
          <FileButton label="Add photos" onFiles={(files) => uploadsOf(eventId).add(files)} />
        </div>
      </div>
      <Problem error={error} retry={reload} />
      <Problem error={retry.error} />
      {!photos && error === undefined && <PhotosSoon />}
      {photos?.length === 0 && complete && (
        <Nothing eventId={eventId} filtered={isFiltered(filters)} onAll={() => setFilters(noFilters)} />
      )}
      {photos && (
        <PhotoGrid
          eventId={eventId}
          photos={photos}
          onOpen={(index) => setOpen(photos[index]?.id)}
          selected={picked}
          onSelect={select}
        />
      )}
      {selected.length > 0 && (
        <SelectionBar
          eventId={eventId}
          ids={selected}
          onAll={() => setPicked(new Set(photos?.map(({ id }) => id)))}
          onNone={none}
          onDeleted={() => {
            none();
            reload();
          }}
        />
      )}
      {photos && open !== undefined && (
        <Lightbox
          eventId={eventId}
          photos={photos}
          open={open}
          version={live.people}
          undo={undo}
          onMove={setOpen}
          onClose={() => setOpen(undefined)}
          onDeleted={reload}
        />
      )}
    </section>
  );
}

interface NothingProps {
  readonly eventId: string;
  readonly filtered: boolean;
  readonly onAll: () => void;
}

function Nothing({ eventId, filtered, onAll }: NothingProps) {
  if (filtered) {
    return (
      <div className="card stack empty">
        <p>No photos match these filters.</p>
        <button type="button" onClick={onAll}>
          Show all photos
        </button>
      </div>
    );
  }
  return (
    <div className="card stack empty">
      <h2>No photos yet</h2>
      <p className="muted">Photos appear here as soon as they are added.</p>
      <Link className="button primary" to={`/events/${eventId}`}>
        Add photos
      </Link>
    </div>
  );
}
