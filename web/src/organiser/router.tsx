import {
  type AnchorHTMLAttributes,
  type MouseEvent,
  useEffect,
  useLayoutEffect,
  useRef,
  useSyncExternalStore,
} from "react";
import { isOver } from "../shared/use-back.ts";

const moved = "rollcall:moved";

function subscribe(onChange: () => void): () => void {
  window.addEventListener("popstate", onChange);
  window.addEventListener(moved, onChange);
  return () => {
    window.removeEventListener("popstate", onChange);
    window.removeEventListener(moved, onChange);
  };
}

export function usePath(): string {
  return useSyncExternalStore(subscribe, () => window.location.pathname);
}

/** @param path with what comes after `?`, if there is something */
export function go(path: string): void {
  // What lay over the page is left for good: going back leads to the page itself.
  if (isOver(window.history.state)) {
    window.history.replaceState(null, "", path);
  } else {
    rememberScroll();
    window.history.pushState(null, "", path);
  }
  window.dispatchEvent(new Event(moved));
  window.scrollTo(0, 0);
}

/** How far down the page of this entry of the history was looked at. */
function rememberScroll(): void {
  const state: unknown = window.history.state;
  window.history.replaceState({ ...(typeof state === "object" ? state : {}), y: window.scrollY }, "");
}

function rememberedScroll(): number {
  const state: unknown = window.history.state;
  return typeof state === "object" && state !== null && "y" in state && typeof state.y === "number" ? state.y : 0;
}

/** Scrolling is over when nothing came for so long. */
const restMs = 150;

/** A page that somebody comes back to may need its data first to be as long as it was. */
const patienceMs = 3000;

/** Whoever goes back finds the page where they left it; the browser alone would not wait for what is loaded. */
export function useScrollMemory(): void {
  useEffect(() => {
    let resting: ReturnType<typeof setTimeout> | undefined;
    let frame = 0;
    const scrolled = () => {
      clearTimeout(resting);
      resting = setTimeout(rememberScroll, restMs);
    };
    const wentBack = () => {
      // What was scrolled belongs to the entry before.
      clearTimeout(resting);
      cancelAnimationFrame(frame);
      const y = rememberedScroll();
      const until = performance.now() + patienceMs;
      const restore = () => {
        window.scrollTo(0, y);
        if (Math.abs(window.scrollY - y) > 2 && performance.now() < until) frame = requestAnimationFrame(restore);
      };
      frame = requestAnimationFrame(restore);
    };
    const left = () => {
      clearTimeout(resting);
      cancelAnimationFrame(frame);
    };
    window.addEventListener("scroll", scrolled, { passive: true });
    window.addEventListener("wheel", left, { passive: true });
    window.addEventListener("popstate", wentBack);
    window.addEventListener(moved, left);
    return () => {
      left();
      window.removeEventListener("scroll", scrolled);
      window.removeEventListener("wheel", left);
      window.removeEventListener("popstate", wentBack);
      window.removeEventListener(moved, left);
    };
  }, []);
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly to: string };

/** A link that changes the page without loading it again, and is an ordinary link in every other way. */
export function Link({ to, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} onClick={follow} {...rest}>
      {children}
    </a>
  );
}

/** Screen readers and the keyboard go on at the new page's start; the first page begins with the link that skips. */
export function useFocusOnMove(path: string): void {
  const before = useRef(path);
  useLayoutEffect(() => {
    if (before.current !== path) document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
}
