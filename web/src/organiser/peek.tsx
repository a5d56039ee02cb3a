import { type FocusEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Picture } from "../shared/picture.tsx";
import { lost } from "./lost-photo.ts";

/** A mouse that only passes by shows nothing; a finger that rests asks for it. */
const hoverMs = 250;
const pressMs = 450;

/** Pixels, of the picture with its frame. */
const mostWidth = 352;
const roomBelow = 270;
const margin = 8;

interface Props {
  readonly eventId: string;
  readonly photoId: string;
  /** A face, as a link or a button, so that the keyboard comes by. */
  readonly children: ReactNode;
}

interface Place {
  readonly left: number;
  readonly width: number;
  readonly top?: number;
  readonly bottom?: number;
}

/** Shows the whole photo of a face while the mouse is over it, the keyboard on it, or a finger rests on it. */
export function Peek({ eventId, photoId, children }: Props) {
  const ref = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const held = useRef(false);
  const [place, setPlace] = useState<Place>();
  const shown = place !== undefined;
  const show = () => setPlace(placeOf(ref.current));
  const hide = () => {
    clearTimeout(timer.current);
    setPlace(undefined);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!shown) return;
    const end = () => setPlace(undefined);
    const key = (event: KeyboardEvent) => event.key === "Escape" && end();
    window.addEventListener("keydown", key);
    window.addEventListener("scroll", end, { passive: true });
    return () => {
      window.removeEventListener("keydown", key);
      window.removeEventListener("scroll", end);
    };
  }, [shown]);
  const later = (ms: number, then: () => void) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(then, ms);
  };
  const press = ({ pointerType }: PointerEvent) => {
    held.current = false;
    if (pointerType === "mouse") return;
    later(pressMs, () => {
      held.current = true;
      show();
    });
  };
  const focus = ({ target }: FocusEvent) => target.matches(":focus-visible") && show();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is inside can be focused, which does the same
    <span
      ref={ref}
      className="peeking"
      onPointerEnter={({ pointerType }) => pointerType === "mouse" && later(hoverMs, show)}
      onPointerLeave={hide}
      onPointerDown={press}
      onPointerUp={hide}
      onPointerCancel={hide}
      onFocus={focus}
      onBlur={hide}
      onContextMenu={(event) => held.current && event.preventDefault()}
      // A finger that rested wanted to look, not to go there.
      onClickCapture={(event) => {
        if (held.current) event.preventDefault();
        if (held.current) event.stopPropagation();
        held.current = false;
      }}
    >
      {children}
      {place && (
        <span className="peek" style={place}>
          <Picture
            src={`/api/events/${eventId}/photos/${photoId}/thumbnail`}
            alt="All of it"
            gone={(why) => <span>{lost(why)}</span>}
          />
        </span>
      )}
    </span>
  );
}

/** Under the face, or over it where there is no room under it; never beyond the window. */
function placeOf(element: HTMLElement | null): Place {
  // The wrapper itself takes no room.
  const { left = 0, right = 0, top = 0, bottom = 0 } = element?.firstElementChild?.getBoundingClientRect() ?? {};
  const { clientWidth, clientHeight } = document.documentElement;
  const width = Math.min(mostWidth, clientWidth - 2 * margin);
  const middle = (left + right) / 2 - width / 2;
  const fitting = Math.max(margin, Math.min(middle, clientWidth - width - margin));
  const isUnder = bottom + roomBelow < clientHeight || top < roomBelow;
  return { left: fitting, width, ...(isUnder ? { top: bottom } : { bottom: clientHeight - top }) };
}
