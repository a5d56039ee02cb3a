import { useState } from "react";
import { Picture } from "../shared/picture.tsx";
import { Stage } from "../shared/stage.tsx";
import { Dialog, Problem } from "../shared/ui.tsx";
import type { Photo } from "./guest-photos.tsx";

interface Props {
  readonly photos: readonly Photo[];
  readonly index: number;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onMove: (index: number) => void;
  readonly onClose: () => void;
  readonly onFavourite: (photo: Photo) => void;
}

/** One photo as large as the phone, the others a swipe away. */
export function GuestViewer({ photos, index, busy, error, onMove, onClose, onFavourite }: Props) {
  const [gone, setGone] = useState("");
  const photo = photos[index];
  if (!photo) return null;
  const preview = `/api/guest/photos/${photo.id}/preview`;
  return (
    <Dialog title={`${index + 1} of ${photos.length}`} className="lightbox" onClose={onClose}>
      <Stage
        key={photo.id}
        hasBefore={index > 0}
        hasNext={index + 1 < photos.length}
        onMove={(by) => onMove(index + by)}
      >
        <Picture
          missing="This photo could not be loaded. It is tried again as soon as the server can be reached."
          gone={() => <p role="status">This photo is not available at the moment. Try again later.</p>}
          className="whole"
          onGone={setGone}
          src={preview}
          alt={photo.name}
          width={photo.width || undefined}
          height={photo.height || undefined}
          draggable={false}
        />
      </Stage>
      <footer className="row between">
        <Problem error={error} />
        <button type="button" aria-pressed={photo.favourite} disabled={busy} onClick={() => onFavourite(photo)}>
          {photo.favourite ? "★ Favourite" : "☆ Favourite"}
        </button>
        {gone !== preview && (
          <a className="button primary" href={`/api/guest/photos/${photo.id}/download`} download>
            Download
          </a>
        )}
      </footer>
    </Dialog>
  );
}
