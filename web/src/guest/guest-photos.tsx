import { useEffect, useMemo, useState } from "react";
import { api, ask, everyPage, type Schemas } from "../shared/api.ts";
import { Picture } from "../shared/picture.tsx";
import { PhotosSoon, Problem, plural, sure } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { GuestGrid } from "./guest-grid.tsx";
import { GuestViewer } from "./guest-viewer.tsx";
import { markPhoto } from "./mark-photo.ts";
import { NotMeButtons, useNotMe } from "./not-me.tsx";

export type Photo = Schemas["GuestPhoto"];

interface Props {
  readonly source: "mine" | "all";
  /** Changes when the guest marked a photo, in this list or another. */
  readonly marks: number;
  readonly onMarked: () => void;
  readonly onSearchAgain?: () => void;
  /** Told when they are there, or are not to be had; what comes after them would jump before that. */
  readonly onSettled?: () => void;
}

/** A phone shows so many at once; more come on demand. */
const shownAtFirst = 120;

interface Photos {
  readonly photos: readonly Photo[];
  /** Ids of those that the guest said are of somebody else. */
  readonly notMe: readonly string[];
}

async function photosOf(source: Props["source"]): Promise<Photos> {
  if (source === "mine") {
    const pages = await everyPage((query) => ask(api.GET("/api/guest/photos", { params: { query } })));
    return { photos: pages.flatMap(({ photos }) => photos), notMe: pages.at(-1)?.notMe ?? [] };
  }
  const pages = await everyPage((query) =>
    ask(api.GET("/api/guest/event-photos", { params: { query: { ...query, limit: 200 } } })),
  );
  return { photos: pages.flatMap(({ photos }) => photos), notMe: [] };
}

export function GuestPhotos({ source, marks, onMarked, onSearchAgain, onSettled }: Props) {
  const mine = source === "mine";
  const { data: loaded, error, reload } = useData(source, () => photosOf(source));
  const data = loaded?.photos;
  useEffect(() => {
    if (marks > 0) reload();
  }, [marks, reload]);
  const isSettled = data !== undefined || error !== undefined;
  useEffect(() => {
    if (isSettled) onSettled?.();
  }, [isSettled, onSettled]);
  const [open, setOpen] = useState<string>();
  const [most, setMost] = useState(shownAtFirst);
  const favouring = useAction();
  const notMe = useNotMe(loaded?.notMe ?? [], onMarked);
  const press = (id: string) => (notMe.picking ? notMe.toggle(id) : setOpen(id));
  const index = data?.findIndex(({ id }) => id === open) ?? -1;
  const shown = useMemo(() => data?.slice(0, most) ?? [], [data, most]);
  const favourites = data?.filter(({ favourite }) => favourite).length ?? 0;
  return (
    <section className="stack" aria-label={mine ? "Your photos" : "All photos"}>
      <div role="status">
        <h2>{data && (mine ? headline(data.length) : `All ${plural(data.length, "photo")}`)}</h2>
      </div>
      <Problem error={error} retry={reload} />
      {!data && error === undefined && <PhotosSoon whole />}
      {data && data.length > 0 && (
        <div className="stack tight">
          <a
            className={mine ? "button primary wide" : "button wide"}
            href={`/api/guest/download?which=${source}`}
            download
          >
            Download all ({data.length})
          </a>
          {favourites > 0 && favourites < data.length && (
            <a className="button wide" href="/api/guest/download?which=favourites" download>
              Download favourites ({favourites})
            </a>
          )}
        </div>
      )}
      {notMe.picking && <p>Tap the photos that show somebody else.</p>}
      <GuestGrid photos={shown}>
        {(photo) => (
          <>
            <button
              type="button"
              className={notMe.picked.includes(photo.id) ? "photo picked" : "photo"}
              {...(notMe.picking ? { "aria-pressed": notMe.picked.includes(photo.id) } : {})}
              onClick={() => press(photo.id)}
            >
              <span className="visually-hidden">
                {notMe.picking ? `${photo.name} is not me` : `Open ${photo.name}`}
              </span>
              <Picture
                src={`/api/guest/photos/${photo.id}/thumbnail`}
                alt=""
                loading="lazy"
                gone={() => <span className="lost">Not available at the moment</span>}
              />
              {photo.favourite && (
                <span className="star" role="img" aria-label="Favourite">
                  ★
                </span>
              )}
            </button>
            {photo.confidence !== null && <span className="note">{sure(photo.confidence)} sure</span>}
          </>
        )}
      </GuestGrid>
      {data && data.length > most && (
        <button type="button" onClick={() => setMost(most + shownAtFirst)}>
          Show more photos
        </button>
      )}
      <Problem error={notMe.error} />
      {mine && isSettled && (
        <div className="row spread">
          <NotMeButtons notMe={notMe} canBegin={(data?.length ?? 0) > 0} />
          <button type="button" onClick={onSearchAgain}>
            Another selfie
          </button>
        </div>
      )}
      {data && index >= 0 && (
        <GuestViewer
          photos={data}
          index={index}
          busy={favouring.busy}
          error={favouring.error}
          onMove={(to) => setOpen(data[to]?.id)}
          onClose={() => setOpen(undefined)}
          onFavourite={({ id, favourite }) =>
            favouring.run(async () => {
              await markPhoto(id, { favourite: !favourite });
              onMarked();
            })
          }
        />
      )}
    </section>
  );
}

function headline(photos: number): string {
  return photos === 0 ? "No photos of you are left here" : `You are in ${plural(photos, "photo")}`;
}
