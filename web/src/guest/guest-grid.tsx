import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { justify } from "../shared/justify.ts";
import type { Photo } from "./guest-photos.tsx";

const gap = 6;

interface Props {
  readonly photos: readonly Photo[];
  /** What a photo's place shows, of which the size is given. */
  readonly children: (photo: Photo) => ReactNode;
}

/** Every photo whole: cut to squares, it may be the guest who is cut off. */
export function GuestGrid({ photos, children }: Props) {
  const ref = useRef<HTMLUListElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const places = useMemo(() => {
    if (width === 0) return [];
    const rows = justify(photos, { width, rowHeight: width < 600 ? 170 : 240, gap });
    return rows.flatMap(({ items, height }) => items.map((one) => ({ ...one, height })));
  }, [photos, width]);
  return (
    <ul className="guest-grid" ref={ref}>
      {places.map(({ item, width: across, height }) => (
        <li key={item.id} style={{ width: across, height }}>
          {children(item)}
        </li>
      ))}
    </ul>
  );
}
