import { type ReactNode, useEffect, useRef, useState } from "react";
import { api, ask, type Schemas } from "../shared/api.ts";
import { Picture } from "../shared/picture.tsx";
import { isElsewhere, Stage } from "../shared/stage.tsx";
import { Dialog, Problem } from "../shared/ui.tsx";
import { useData } from "../shared/use-data.ts";
import { CoverButton } from "./cover-button.tsx";
import { DeletePhoto } from "./delete-photo.tsx";
import { FaceBoxes, type FoundFace } from "./face-boxes.tsx";
import { lost } from "./lost-photo.ts";
import type { Photo } from "./photo-list.ts";
import type { Undo } from "./undo.tsx";
import { usePeople } from "./use-people.ts";
import { WhoIsThis } from "./who-is-this.tsx";

/** What has to be known of a photo to look at it. */
export type Viewed = Pick<Photo, "id" | "name" | "width" | "height" | "status" | "error" | "takenAt"> & {
  /** How many were found in it, where that is known. */
  readonly faces?: number;
};

interface Props {
  readonly eventId: string;
  readonly photos: readonly Viewed[];
  /** The id of the one that is looked at. */
  readonly open: string;
  /** Grows when the people of the event change. */
  readonly version: number;
  readonly undo: Undo;
  readonly onMove: (photoId: string) => void;
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}

/** One that left the list while it is looked at, as a corrected one may, stays where it was until it is moved on from. */
function useOpened(photos: readonly Viewed[], open: string) {
  const last = useRef<{ readonly photo: Viewed; readonly index: number }>(undefined);
  const found = photos.findIndex(({ id }) => id === open);
  const listed = photos[found];
  if (listed) last.current = { photo: listed, index: found };
  if (last.current?.photo.id !== open) return undefined;
  const { photo, index } = last.current;
  return {
    photo,
    place: listed ? ` (${index + 1} of ${photos.length.toLocaleString("en")})` : "",
    before: photos[Math.min(index, photos.length) - 1],
    next: photos[listed ? index + 1 : index],
  };
}

export function Lightbox({ eventId, photos, open, version, undo, onMove, onClose, onDeleted }: Props) {
  // The list hears of it later.
  const [deleted, setDeleted] = useState<ReadonlySet<string>>(new Set());
  const opened = useOpened(deleted.size === 0 ? photos : photos.filter(({ id }) => !deleted.has(id)), open);
  const latest = useRef(opened);
  latest.current = opened;
  const [faces, setFaces] = useState(false);
  const [asked, setAsked] = useState<FoundFace>();
  const [gone, setGone] = useState("");
  const footer = useRef<HTMLElement>(null);
  const people = usePeople(eventId, { which: "everyone", version, wanted: faces });
  const labelOf = ({ personId, personName }: Schemas["Face"]) =>
    personName ?? people?.find(({ id }) => id === personId)?.label ?? "Who is this?";
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const isTyped = event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event, footer.current);
      if (event.key === "f" && !isTyped) setFaces((on) => !on);
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  });
  const neighbours = [opened?.next, opened?.before].flatMap((one) => (one?.status === "done" ? one.id : [])).join(" ");
  useEffect(() => {
    // So that the next picture is there when it is asked for.
    for (const id of neighbours.split(" "))
      if (id !== "") new Image().src = `/api/events/${eventId}/photos/${id}/preview`;
  }, [eventId, neighbours]);
  if (!opened) return null;
  const { photo, place, before, next } = opened;
  const goOn = () => {
    setDeleted((old) => new Set(old).add(photo.id));
    onDeleted?.();
    // Somebody may have moved on by themselves while it was deleted.
    if (latest.current?.photo.id !== photo.id) return;
    const to = latest.current.next ?? latest.current.before;
    if (to) onMove(to.id);
    else onClose();
  };
  const url = `/api/events/${eventId}/photos/${photo.id}`;
  const box = (
    <Dialog
      title={`${photo.name}${place}`}
      about={photo.takenAt === null ? undefined : asTaken(photo.takenAt)}
      className="lightbox"
      onClose={onClose}
    >
      <Stage
        key={photo.id}
        hasBefore={before !== undefined}
        hasNext={next !== undefined}
        onMove={(by) => {
          const to = by === 1 ? next : before;
          if (to) onMove(to.id);
        }}
      >
        {photo.status === "failed" ? (
          <p>{photo.error?.message ?? "This photo could not be read."}</p>
        ) : (
          <Frame eventId={eventId} photo={photo} onGone={setGone}>
            {faces && <Faces eventId={eventId} photo={photo} version={version} labelOf={labelOf} onAsk={setAsked} />}
          </Frame>
        )}
      </Stage>
      <footer ref={footer} className="row between">
        <button type="button" aria-pressed={faces} onClick={() => setFaces(!faces)}>
          {faces ? "Hide faces" : `Show faces${photo.faces === undefined ? "" : ` (${photo.faces})`}`}
        </button>
        <div className="row">
          {onDeleted && photo.status === "done" && (
            <CoverButton key={`cover ${photo.id}`} eventId={eventId} photoId={photo.id} />
          )}
          {gone !== `${url}/preview` && (
            <a className="button" href={`${url}/original?download=true`} download>
              Download
            </a>
          )}
          {onDeleted && (
            <DeletePhoto key={`delete ${photo.id}`} eventId={eventId} photoId={photo.id} onDeleted={goOn} />
          )}
        </div>
      </footer>
      {undo.bar}
    </Dialog>
  );
  return (
    <>
      {box}
      {asked && (
        <WhoIsThis
          eventId={eventId}
          found={asked}
          label={labelOf(asked.face)}
          onDecided={undo.offer}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

/** Cameras tell no time zone, so their clocks are taken for UTC, and shown as they were. */
function asTaken(time: string): string {
  return new Date(time).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
}

interface FrameProps {
  readonly eventId: string;
  readonly photo: Viewed;
  readonly onGone: (src: string) => void;
  readonly children: ReactNode;
}

/** The picture as large as fits, in a box of exactly its shape, so that faces are where they belong. */
function Frame({ eventId, photo, onGone, children }: FrameProps) {
  const url = `/api/events/${eventId}/photos/${photo.id}`;
  const ratio = photo.width > 0 && photo.height > 0 ? photo.width / photo.height : 1.5;
  const size = { aspectRatio: String(ratio), width: `min(100%, calc((100dvh - var(--around)) * ${ratio}))` };
  return (
    <div className="frame" style={size}>
      <Picture
        missing="This photo could not be loaded. It is tried again as soon as the server can be reached."
        src={`${url}/preview`}
        gone={(why) => (
          <p role="status">
            {lost(why)}
            {why.code === "FILE_MISSING" && ". Put it back or connect its drive, then open the photo again."}
          </p>
        )}
        onGone={onGone}
        alt={photo.name}
        draggable={false}
      />
      {children}
    </div>
  );
}

interface FacesProps {
  readonly eventId: string;
  readonly photo: Viewed;
  readonly version: number;
  readonly labelOf: (face: Schemas["Face"]) => string;
  readonly onAsk: (found: FoundFace) => void;
}

function Faces({ eventId, photo, version, labelOf, onAsk }: FacesProps) {
  const path = { eventId, photoId: photo.id };
  const { data, error, reload } = useData(photo.id, () =>
    ask(api.GET("/api/events/{eventId}/photos/{photoId}/faces", { params: { path } })),
  );
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  if (!data) return <Problem error={error} />;
  return <FaceBoxes width={photo.width} height={photo.height} faces={data.faces} labelOf={labelOf} onAsk={onAsk} />;
}
