import { useRef, useState } from "react";
import { api, ask } from "../shared/api.ts";
import { Loading, Problem, plural } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { Lightbox } from "./lightbox.tsx";
import { type Filters, noFilters, PhotoFilters, queryOf } from "./photo-filters.tsx";
import { PhotoGrid } from "./photo-grid.tsx";
import { usePhotos } from "./photo-pages.ts";
import { Link } from "./router.tsx";
import { SelectionBar } from "./selection-bar.tsx";

interface Props {
  readonly eventId: string;
  readonly version: number;
}

export function PhotosPage({ eventId, version }: Props) {
  const [filters, setFilters] = useState<Filters>(() =>
    window.location.hash === "#failed" ? { ...noFilters, state: "failed" } : noFilters,
  );
  const { photos, complete, error, reload } = usePhotos(eventId, queryOf(filters), version);
  const [open, setOpen] = useState<number>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const latest = useRef(0);
  const retry = useAction();
  /** With the shift key, everything between the latest choice and this one gets the same. */
  const select = (index: number, on: boolean, range: boolean) => {
    const [from, to] = range ? [Math.min(latest.current, index), Math.max(latest.current, index)] : [index, index];
    latest.current = index;
    setSelected((old) => {
      const next = new Set(old);
      for (const { id } of photos?.slice(from, to + 1) ?? []) {
        if (on) next.add(id);
        else next.delete(id);
      }
      return next;
    });
  };
  const tryAgain = () =>
    retry.run(async () => {
      await ask(api.POST("/api/events/{eventId}/photos/retry", { params: { path: { eventId } }, body: {} }));
      reload();
    });
  return (
    <section className="stack" aria-label="Photos">
      <PhotoFilters
        eventId={eventId}
        filters={filters}
        onChange={(next) => {
          setFilters(next);
          setSelected(new Set());
        }}
      />
      <div className="row between">
        <p className="muted" role="status">
          {photos && `${plural(photos.length, "photo")}${complete ? "" : " so far …"}`}
        </p>
        {filters.state === "failed" && photos && photos.length > 0 && (
          <button type="button" disabled={retry.busy} onClick={tryAgain}>
            Try all of these again
          </button>
        )}
      </div>
      <Problem error={error ?? retry.error} retry={reload} />
      {!photos && error === undefined && <Loading what="photos" />}
      {photos?.length === 0 && <Nothing eventId={eventId} filtered={filters !== noFilters} />}
      {photos && <PhotoGrid eventId={eventId} photos={photos} onOpen={setOpen} selected={selected} onSelect={select} />}
      {selected.size > 0 && (
        <SelectionBar
          eventId={eventId}
          ids={[...selected]}
          onAll={() => setSelected(new Set(photos?.map(({ id }) => id)))}
          onNone={() => setSelected(new Set())}
          onDeleted={() => {
            setSelected(new Set());
            reload();
          }}
        />
      )}
      {open !== undefined && photos?.[open] && (
        <Lightbox
          eventId={eventId}
          photos={photos}
          index={open}
          onMove={setOpen}
          onClose={() => setOpen(undefined)}
          onDeleted={reload}
        />
      )}
    </section>
  );
}

function Nothing({ eventId, filtered }: { readonly eventId: string; readonly filtered: boolean }) {
  if (filtered) return <p className="card">No photo is like that. Choose less, or show all again.</p>;
  return (
    <div className="card stack">
      <h2>No photos yet</h2>
      <p>Photos appear here as soon as they are added.</p>
      <Link className="button primary" to={`/events/${eventId}`}>
        Add photos
      </Link>
    </div>
  );
}
