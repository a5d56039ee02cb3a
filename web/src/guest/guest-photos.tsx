import { useState } from "react";
import { api, ask, type Schemas, tell } from "../shared/api.ts";
import { Dialog, Loading, Problem, percent, plural } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";

type Photo = Schemas["GuestPhoto"];

interface Props {
  readonly source: "mine" | "all";
  readonly onSearchAgain?: () => void;
}

async function allPhotos(): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const query = { limit: 200, ...(cursor ? { cursor } : {}) };
    const page = await ask(api.GET("/api/guest/event-photos", { params: { query } }));
    photos.push(...page.photos);
    cursor = page.next ?? undefined;
    more = cursor !== undefined;
  }
  return photos;
}

export function GuestPhotos({ source, onSearchAgain }: Props) {
  const mine = source === "mine";
  const { data, error, reload } = useData(source, async () =>
    mine ? (await ask(api.GET("/api/guest/photos"))).photos : await allPhotos(),
  );
  const [marking, setMarking] = useState(false);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [open, setOpen] = useState<string>();
  const { busy, error: failure, run } = useAction();
  const mark = (photoId: string, body: { favourite?: boolean; notMe?: boolean }) =>
    tell(api.PATCH("/api/guest/photos/{photoId}", { params: { path: { photoId } }, body }));
  const notMe = () =>
    run(async () => {
      for (const id of picked) await mark(id, { notMe: true });
      setPicked([]);
      setMarking(false);
      reload();
    });
  const press = (id: string) => {
    if (!marking) setOpen(id);
    else setPicked((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id]));
  };
  const shown = data?.find(({ id }) => id === open);
  return (
    <section className="stack" aria-label={mine ? "Your photos" : "All photos"}>
      <div role="status">
        <h2>{data && (mine ? `You are in ${plural(data.length, "photo")}` : "All photos")}</h2>
      </div>
      <Problem error={error ?? failure} retry={reload} />
      {!data && error === undefined && <Loading what="photos" />}
      {mine && data && data.length > 0 && (
        <a className="button primary wide" href="/api/guest/download" download>
          Download all ({data.length})
        </a>
      )}
      <ul className="guest-grid">
        {data?.map((photo) => (
          <li key={photo.id}>
            <button
              type="button"
              className={picked.includes(photo.id) ? "photo picked" : "photo"}
              {...(marking ? { "aria-pressed": picked.includes(photo.id) } : {})}
              aria-label={marking ? `${photo.name} is not me` : `Open ${photo.name}`}
              onClick={() => press(photo.id)}
            >
              <img src={`/api/guest/photos/${photo.id}/thumbnail`} alt="" loading="lazy" />
            </button>
            {photo.confidence !== null && (
              <span className="hint">
                {photo.favourite && "★ "}
                {percent(photo.confidence)} sure
              </span>
            )}
          </li>
        ))}
      </ul>
      {mine && (
        <div className="row">
          {marking ? (
            <>
              <button type="button" className="primary" disabled={busy || picked.length === 0} onClick={notMe}>
                These are not me ({picked.length})
              </button>
              <button type="button" onClick={() => setMarking(false)}>
                Cancel
              </button>
            </>
          ) : (
            <button type="button" onClick={() => setMarking(true)}>
              Some are not me …
            </button>
          )}
          <button type="button" onClick={onSearchAgain}>
            Another selfie
          </button>
        </div>
      )}
      {shown && (
        <Dialog title={shown.name} className="lightbox" onClose={() => setOpen(undefined)}>
          <div className="stage">
            <img className="whole" src={`/api/guest/photos/${shown.id}/preview`} alt={shown.name} />
          </div>
          <footer className="row between">
            {mine && (
              <button
                type="button"
                aria-pressed={shown.favourite}
                disabled={busy}
                onClick={() =>
                  run(async () => {
                    await mark(shown.id, { favourite: !shown.favourite });
                    reload();
                  })
                }
              >
                {shown.favourite ? "★ Favourite" : "☆ Favourite"}
              </button>
            )}
            <a className="button primary" href={`/api/guest/photos/${shown.id}/download`} download>
              Download
            </a>
          </footer>
        </Dialog>
      )}
    </section>
  );
}
