import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { justify, type Row } from "../shared/justify.ts";
import { Picture } from "../shared/picture.tsx";
import { lost } from "./lost-photo.ts";
import type { Photo } from "./photo-list.ts";

const gap = 6;

interface Props {
  readonly eventId: string;
  readonly photos: readonly Photo[];
  readonly onOpen: (index: number) => void;
  readonly selected?: ReadonlySet<string>;
  /** @param range whether everything since the latest choice is meant */
  readonly onSelect?: (index: number, on: boolean, range: boolean) => void;
}

/** Only the rows in view and a few beyond are in the page, so 20,000 photos scroll like 20. */
export function PhotoGrid({ eventId, photos, onOpen, selected, onSelect }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      const [width, top] = [element.clientWidth, element.getBoundingClientRect().top + window.scrollY];
      setPlace((old) => (old.width === width && old.top === top ? old : { width, top }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const rows = useMemo(() => {
    const numbered = photos.map((photo, index) => ({ photo, index, width: photo.width, height: photo.height }));
    const rowHeight = place.width < 600 ? 130 : 220;
    return place.width > 0 ? justify(numbered, { width: place.width, rowHeight, gap }) : [];
  }, [photos, place.width]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.height ?? 0) + gap,
    overscan: 4,
    scrollMargin: place.top,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of other heights have to be measured again
  useLayoutEffect(() => virtual.measure(), [rows, virtual]);
  useAnchor(rows, place.top);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list would have to hold all rows, also those out of view
    <div
      ref={ref}
      role="group"
      aria-label="Photos"
      className={selected && selected.size > 0 ? "choosing" : ""}
      style={{ position: "relative", height: virtual.getTotalSize() }}
    >
      {virtual.getVirtualItems().map(({ key, index, start }) => {
        const row = rows[index];
        if (!row) return null;
        const move = { transform: `translateY(${start - place.top}px)`, height: row.height };
        return (
          <div key={key} className="grid-row" style={move}>
            {row.items.map(({ item, width }) => (
              <div className="cell" key={item.photo.id} style={{ width, height: row.height }}>
                <Thumbnail eventId={eventId} photo={item.photo} onOpen={() => onOpen(item.index)} />
                {onSelect && (
                  <input
                    type="checkbox"
                    className="pick"
                    aria-label={`Select ${item.photo.name}`}
                    checked={selected?.has(item.photo.id) ?? false}
                    onChange={({ target, nativeEvent }) =>
                      onSelect(item.index, target.checked, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
                    }
                  />
                )}
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}

type Rows = readonly Row<{ readonly photo: Photo }>[];

/** Keeps what one looks at where it is when photos come or go above it, and when the page gets another width. */
function useAnchor(rows: Rows, top: number): void {
  const before = useRef<{ readonly rows: Rows; readonly top: number }>({ rows, top });
  useLayoutEffect(() => {
    const old = before.current;
    before.current = { rows, top };
    if (old.rows === rows || old.rows.length === 0 || window.scrollY <= old.top) return;
    let start = old.top;
    const seen = old.rows.find(({ height }) => {
      start += height + gap;
      return start > window.scrollY;
    });
    const offset = window.scrollY - (start - (seen?.height ?? 0) - gap);
    const ids = new Set(seen?.items.map(({ item }) => item.photo.id));
    let next = top;
    for (const { items, height } of rows) {
      if (items.some(({ item }) => ids.has(item.photo.id))) {
        if (Math.abs(next + offset - window.scrollY) > 1) window.scrollTo(0, next + offset);
        return;
      }
      next += height + gap;
    }
  }, [rows, top]);
}

interface ThumbnailProps {
  readonly eventId: string;
  readonly photo: Photo;
  readonly onOpen: () => void;
}

function Thumbnail({ eventId, photo, onOpen }: ThumbnailProps) {
  const failed = photo.status === "failed";
  return (
    <button type="button" className="photo" onClick={onOpen}>
      <span className="visually-hidden">Open {photo.name}</span>
      {!failed && (
        <Picture
          src={`/api/events/${eventId}/photos/${photo.id}/thumbnail`}
          alt=""
          loading="lazy"
          gone={(why) => <span className="lost">{lost(why)}</span>}
        />
      )}
      {photo.damaged && <span className="note">only a part could be read</span>}
      {failed && <span className="note">{photo.error?.message ?? "could not be read"}</span>}
      {(photo.status === "pending" || photo.status === "working") && <span className="note">waiting</span>}
    </button>
  );
}
