import {
  type CSSProperties,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from "react";

/** Shorter movements are clicks. */
const clickPixels = 6;
const swipePixels = 50;

/** Previews have 2048 pixels: beyond this, zooming shows no more than before. */
const mostZoom = 6;
const step = 1.6;

interface View {
  readonly scale: number;
  /** Pixels that the picture is moved by. */
  readonly x: number;
  readonly y: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const whole: View = { scale: 1, x: 0, y: 0 };

interface Props {
  /** Told of a swipe, an arrow button or an arrow key: 1 is the next picture, -1 the one before. */
  readonly onMove: (by: 1 | -1) => void;
  readonly hasBefore: boolean;
  readonly hasNext: boolean;
  readonly children: ReactNode;
}

/** Where a picture is looked at: swipe or arrows to go on, pinch, wheel, double click, buttons or + and - to zoom. */
export function Stage({ onMove, hasBefore, hasNext, children }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const [view, setView] = useState(whole);
  const pointers = useRef(new Map<number, Point>());
  const start = useRef<Point>(undefined);
  const presses = useRef(0);

  /** @param at what stays where it is, from the middle of the stage */
  const zoom = (factor: number, at: Point = { x: 0, y: 0 }) =>
    setView((old) => {
      const scale = Math.min(mostZoom, Math.max(1, old.scale * factor));
      const grown = scale / old.scale;
      return held(ref.current, { scale, x: at.x - (at.x - old.x) * grown, y: at.y - (at.y - old.y) * grown });
    });
  const fromMiddle = ({ x, y }: Point): Point => {
    const box = ref.current?.getBoundingClientRect();
    return box ? { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 } : { x: 0, y: 0 };
  };
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event, ref.current)) return;
      if (event.key === "ArrowLeft" && hasBefore) onMove(-1);
      if (event.key === "ArrowRight" && hasNext) onMove(1);
      if (event.key === "+" || event.key === "=") zoom(step);
      if (event.key === "-") zoom(1 / step);
      if (event.key === "0") setView(whole);
    };
    // React's own listener could not keep the page from scrolling.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, fromMiddle({ x: event.clientX, y: event.clientY }));
    };
    const stage = ref.current;
    window.addEventListener("keydown", key);
    stage?.addEventListener("wheel", wheel, { passive: false });
    return () => {
      window.removeEventListener("keydown", key);
      stage?.removeEventListener("wheel", wheel);
    };
  });

  const down = (event: PointerEvent) => {
    presses.current++;
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    start.current = { x: event.clientX, y: event.clientY };
  };
  const drag = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const [a, b] = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    pointers.current.set(event.pointerId, now);
    if (a && !b) {
      // The second finger's movement is its own event.
      const middle = { x: (now.x + a.x) / 2, y: (now.y + a.y) / 2 };
      zoom(distance(now, a) / Math.max(1, distance(before, a)), fromMiddle(middle));
      start.current = undefined;
    } else if (view.scale > 1) {
      setView((old) => held(ref.current, { ...old, x: old.x + now.x - before.x, y: old.y + now.y - before.y }));
    }
    // A finger that leaves the stage is followed, but a click stays one.
    const from = start.current;
    if (from && distance(from, now) > clickPixels) event.currentTarget.setPointerCapture(event.pointerId);
  };
  const up = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId);
    const from = start.current;
    start.current = undefined;
    if (!from || view.scale > 1 || pointers.current.size > 0) return;
    const [right, under] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.abs(right) < swipePixels || Math.abs(right) < Math.abs(under)) return;
    if (right > 0 ? hasBefore : hasNext) onMove(right > 0 ? -1 : 1);
  };
  const cancel = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId);
    start.current = undefined;
  };
  const doubleClick = (event: MouseEvent) => {
    // The first click may have been the one that opened the photo; two on a button are two clicks.
    if (presses.current < 2 || (event.target instanceof Element && event.target.closest("button"))) return;
    if (view.scale > 1) setView(whole);
    else zoom(2.5, fromMiddle({ x: event.clientX, y: event.clientY }));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons, and keys, do the same
    <div
      ref={ref}
      className="stage"
      onPointerDown={down}
      onPointerMove={drag}
      onPointerUp={up}
      onPointerCancel={cancel}
      onDoubleClick={doubleClick}
    >
      <div className="zoomed" style={styleOf(view)}>
        {children}
      </div>
      {hasBefore && (
        <button type="button" className="side left" aria-label="Photo before" onClick={() => onMove(-1)}>
          ‹
        </button>
      )}
      {hasNext && (
        <button type="button" className="side right" aria-label="Next photo" onClick={() => onMove(1)}>
          ›
        </button>
      )}
      <div className="zoom">
        <button type="button" aria-label="Smaller" disabled={view.scale <= 1} onClick={() => zoom(1 / step)}>
          −
        </button>
        <button type="button" aria-label="Larger" disabled={view.scale >= mostZoom} onClick={() => zoom(step)}>
          +
        </button>
      </div>
    </div>
  );
}

/** Whether a key was pressed in a dialog that lies over that of an element. */
export function isElsewhere({ target }: Event, element: Element | null): boolean {
  const over = target instanceof Element ? target.closest("dialog") : null;
  return over !== null && over !== element?.closest("dialog");
}

/** The scale is told to what is inside, too, for labels that are to stay as large as they are. */
function styleOf({ scale, x, y }: View): CSSProperties & Record<"--zoom", number> {
  return { transform: `translate(${x}px, ${y}px) scale(${scale})`, "--zoom": scale };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The picture cannot be moved out of sight. */
function held(stage: HTMLElement | null, { scale, x, y }: View): View {
  const room = (size: number) => ((scale - 1) * size) / 2;
  const [right, under] = [room(stage?.clientWidth ?? 0), room(stage?.clientHeight ?? 0)];
  return { scale, x: Math.min(right, Math.max(-right, x)), y: Math.min(under, Math.max(-under, y)) };
}
