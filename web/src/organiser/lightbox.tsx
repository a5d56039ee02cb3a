import { type PointerEvent, useEffect, useRef, useState } from "react";
import { api, ask, type Schemas, tell } from "../shared/api.ts";
import { Dialog, Problem, percent } from "../shared/ui.tsx";
import { useAction, useData } from "../shared/use-data.ts";
import { FaceBoxes } from "./face-boxes.tsx";
import type { Photo } from "./photo-pages.ts";

/** Shorter movements are clicks. */
const swipePixels = 50;

interface Props {
  readonly eventId: string;
  readonly photos: readonly Photo[];
  readonly index: number;
  readonly onMove: (index: number) => void;
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}

export function Lightbox({ eventId, photos, index, onMove, onClose, onDeleted }: Props) {
  const photo = photos[index];
  const [faces, setFaces] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const { busy, error, run } = useAction();
  const from = useRef<number>(undefined);
  const move = (by: number) => {
    setDeleting(false);
    if (photos[index + by]) onMove(index + by);
  };
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key === "ArrowLeft") move(-1);
      if (event.key === "ArrowRight") move(1);
      if (event.key === "f") setFaces((on) => !on);
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  });
  if (!photo) return null;
  const url = `/api/events/${eventId}/photos/${photo.id}`;
  const swipe = (event: PointerEvent) => {
    const moved = from.current === undefined ? 0 : event.clientX - from.current;
    from.current = undefined;
    if (Math.abs(moved) > swipePixels) move(moved > 0 ? -1 : 1);
  };
  const remove = () =>
    run(async () => {
      const path = { eventId, photoId: photo.id };
      await tell(api.DELETE("/api/events/{eventId}/photos/{photoId}", { params: { path } }));
      onDeleted?.();
      onClose();
    });
  return (
    <Dialog title={`${photo.name} (${index + 1} of ${photos.length})`} className="lightbox" onClose={onClose}>
      <div
        className="stage"
        onPointerDown={(event) => {
          from.current = event.clientX;
        }}
        onPointerUp={swipe}
      >
        {index > 0 && (
          <button type="button" className="side left" aria-label="Photo before" onClick={() => move(-1)}>
            ‹
          </button>
        )}
        {photo.status === "failed" ? (
          <p>{photo.error?.message ?? "This photo could not be read."}</p>
        ) : (
          <Frame eventId={eventId} photo={photo} faces={faces} />
        )}
        {index + 1 < photos.length && (
          <button type="button" className="side right" aria-label="Next photo" onClick={() => move(1)}>
            ›
          </button>
        )}
      </div>
      <footer className="row between">
        <button type="button" aria-pressed={faces} onClick={() => setFaces(!faces)}>
          {faces ? "Hide faces" : `Show faces (${photo.faces})`}
        </button>
        <div className="row">
          <Problem error={error} />
          <a className="button" href={`${url}/original?download=true`} download>
            Download
          </a>
          {onDeleted &&
            (deleting ? (
              <>
                <button type="button" className="danger" disabled={busy} onClick={remove}>
                  Delete for good
                </button>
                <button type="button" onClick={() => setDeleting(false)}>
                  Keep it
                </button>
              </>
            ) : (
              <button type="button" onClick={() => setDeleting(true)}>
                Delete
              </button>
            ))}
        </div>
      </footer>
    </Dialog>
  );
}

interface FrameProps {
  readonly eventId: string;
  readonly photo: Photo;
  readonly faces: boolean;
}

/** The picture as large as fits, in a box of exactly its shape, so that faces are where they belong. */
function Frame({ eventId, photo, faces }: FrameProps) {
  const url = `/api/events/${eventId}/photos/${photo.id}`;
  const ratio = photo.width > 0 && photo.height > 0 ? photo.width / photo.height : 1.5;
  const [zoomed, setZoomed] = useState(false);
  const size = { aspectRatio: String(ratio), width: `min(100%, calc((100dvh - 9.5rem) * ${ratio}))` };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: zooming also works with the browser's own keys
    <div className="frame" style={{ ...size, scale: zoomed ? "2" : "1" }} onDoubleClick={() => setZoomed(!zoomed)}>
      <img src={`${url}/preview`} alt={photo.name} draggable={false} />
      {faces && <Faces eventId={eventId} photo={photo} />}
    </div>
  );
}

function Faces({ eventId, photo }: Omit<FrameProps, "faces">) {
  const path = { eventId, photoId: photo.id };
  const { data } = useData(photo.id, () =>
    ask(api.GET("/api/events/{eventId}/photos/{photoId}", { params: { path } })),
  );
  if (!data) return null;
  return (
    <FaceBoxes eventId={eventId} width={data.width} height={data.height} faces={data.foundFaces} label={labelOf} />
  );
}

function labelOf(face: Schemas["Face"]): string {
  const who = face.personName ?? (face.personId === null ? "nobody yet" : "no name yet");
  return `${who}, quality ${percent(face.quality.score)}`;
}
