import { type AnchorHTMLAttributes, type MouseEvent, useEffect, useRef, useSyncExternalStore } from "react";

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

export function go(path: string): void {
  window.history.pushState(null, "", path);
  window.dispatchEvent(new Event(moved));
  window.scrollTo(0, 0);
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
  useEffect(() => {
    if (before.current !== path) document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
}
