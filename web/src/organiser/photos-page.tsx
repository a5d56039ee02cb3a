import { useState } from "react";
import { api, ask } from "../shared/api.ts";
import { Dialog, Loading, Problem, plural } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { Lightbox } from "./lightbox.tsx";
import { PhotoGrid } from "./photo-grid.tsx";
import { type PhotoQuery, usePhotos } from "./photo-pages.ts";

const show: Readonly<Record<string, { readonly label: string; readonly query: PhotoQuery }>> = {
  all: { label: "all photos", query: {} },
  added: { label: "last added first", query: { order: "added" } },
  nobody: { label: "without faces", query: { withoutFaces: true, status: "done" } },
  good: { label: "with a good face", query: { leastQuality: 0.6 } },
  failed: { label: "could not be read", query: { status: "failed" } },
};

interface Props {
  readonly eventId: string;
  readonly version: number;
}

export function PhotosPage({ eventId, version }: Props) {
  const [which, setWhich] = useState(window.location.hash === "#failed" ? "failed" : "all");
  const [people, setPeople] = useState<readonly string[]>([]);
  const [mode, setMode] = useState<"all" | "any" | "only">("all");
  const query = { ...show[which]?.query, ...withPeople(people, mode) };
  const { photos, error, reload } = usePhotos(eventId, query, version);
  const [open, setOpen] = useState<number>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const retry = useAction();
  const toggle = (id: string) =>
    setSelected((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <section className="stack" aria-label="Photos">
      <div className="row between">
        <div className="row">
          <select aria-label="Which photos" value={which} onChange={(event) => setWhich(event.target.value)}>
            {Object.entries(show).map(([key, { label }]) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
          <PeopleFilter eventId={eventId} people={people} onChange={setPeople} />
          {people.length > 0 && (
            <select
              aria-label="How to combine people"
              value={mode}
              onChange={(event) => setMode(modeOf(event.target.value))}
            >
              <option value="all">all of them together</option>
              <option value="any">any of them</option>
              <option value="only">only them</option>
            </select>
          )}
        </div>
        <p className="muted" role="status">
          {photos && plural(photos.length, "photo")}
        </p>
      </div>
      {which === "failed" && photos && photos.length > 0 && (
        <button
          type="button"
          disabled={retry.busy}
          onClick={() =>
            retry.run(async () => {
              const params = { path: { eventId } };
              await ask(api.POST("/api/events/{eventId}/photos/retry", { params, body: {} }));
              reload();
            })
          }
        >
          Try all of these again
        </button>
      )}
      <Problem error={error ?? retry.error} retry={reload} />
      {!photos && error === undefined && <Loading what="photos" />}
      {photos?.length === 0 && (
        <p className="muted">No photos here. Add some on the overview, or choose other photos above.</p>
      )}
      {photos && <PhotoGrid eventId={eventId} photos={photos} onOpen={setOpen} selected={selected} onSelect={toggle} />}
      {selected.size > 0 && (
        <SelectionBar
          eventId={eventId}
          ids={[...selected]}
          onDone={() => {
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

function modeOf(value: string): "all" | "any" | "only" {
  return value === "any" || value === "only" ? value : "all";
}

function withPeople(people: readonly string[], mode: "all" | "any" | "only"): PhotoQuery {
  if (people.length === 0) return {};
  const ids = people.join(",");
  if (mode === "any") return { withAny: ids };
  return { withAll: ids, ...(mode === "only" ? { onlyThem: true } : {}) };
}

interface FilterProps {
  readonly eventId: string;
  readonly people: readonly string[];
  readonly onChange: (people: readonly string[]) => void;
}

function PeopleFilter({ eventId, people, onChange }: FilterProps) {
  const params = { path: { eventId }, query: { limit: 200 } };
  const { data } = useData(eventId, () => ask(api.GET("/api/events/{eventId}/people", { params })));
  const named = data?.people.map((person, index) => ({ ...person, label: person.name ?? `Person ${index + 1}` })) ?? [];
  const chosen = named.filter(({ id }) => people.includes(id));
  return (
    <>
      {chosen.map(({ id, label }) => (
        <button key={id} type="button" onClick={() => onChange(people.filter((one) => one !== id))}>
          <img
            className="face"
            width="28"
            height="28"
            style={{ width: 28, height: 28 }}
            src={`/api/events/${eventId}/faces/${cover(named, id)}/crop`}
            alt=""
          />
          {label} <span aria-hidden="true">✕</span>
          <span className="visually-hidden">take out</span>
        </button>
      ))}
      <select
        aria-label="With a person"
        value=""
        onChange={(event) => event.target.value && onChange([...people, event.target.value])}
      >
        <option value="">{people.length === 0 ? "anybody" : "and …"}</option>
        {named
          .filter(({ id }) => !people.includes(id))
          .map(({ id, label, photos }) => (
            <option key={id} value={id}>
              {label} ({photos})
            </option>
          ))}
      </select>
    </>
  );
}

function cover(
  people: readonly { readonly id: string; readonly cover: { readonly id: string } }[],
  id: string,
): string {
  return people.find((person) => person.id === id)?.cover.id ?? "";
}

interface SelectionProps {
  readonly eventId: string;
  readonly ids: readonly string[];
  readonly onDone: () => void;
}

/** The server takes this many at once. */
const mostAtOnce = 1000;

function SelectionBar({ eventId, ids, onDone }: SelectionProps) {
  const { busy, error, run } = useAction();
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
      onDone();
    });
  return (
    <section className="selection" aria-label="Selected photos">
      <span>{plural(ids.length, "photo")}</span>
      <button type="button" disabled={busy} onClick={download}>
        Download
      </button>
      <button type="button" disabled={busy} onClick={() => setAsking(true)}>
        Delete
      </button>
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
