import { useLayoutEffect, useRef } from "react";

/** Whether an entry of the history is that of something that lies over its page. */
export function isOver(state: unknown, mark?: string): state is { readonly over: unknown } {
  return typeof state === "object" && state !== null && "over" in state && (mark === undefined || state.over === mark);
}

/** Marks of what lies over the page now; several when one lies over another. */
const open = new Set<unknown>();

/** Whatever was left by a link, or closed with what lay over it, keeps its entry, which has nothing to show any more. */
function isLeftOver(state: unknown): boolean {
  return isOver(state) && !open.has(state.over);
}

window.addEventListener("popstate", ({ state }) => {
  if (isLeftOver(state)) window.history.back();
});
// A page that is loaded again has nothing over it.
if (isLeftOver(window.history.state)) window.history.back();

/** Phones close what lies over a page by going back: then it closes, and the page under it stays. */
export function useCloseByBack(onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  // With the paint: whoever sees what lies over the page can go back from it.
  useLayoutEffect(() => {
    const mark = crypto.getRandomValues(new Uint32Array(2)).join("-");
    let pushed = false;
    let undone = false;
    // Not at once: an effect that is undone right away, as React does to try it out, must leave no entry behind.
    queueMicrotask(() => {
      if (undone) return;
      pushed = true;
      open.add(mark);
      window.history.pushState({ over: mark, y: window.scrollY }, "");
    });
    const back = () => {
      const state: unknown = window.history.state;
      // What lay over this was closed, or is about to be passed by.
      if (!pushed || isOver(state, mark) || isLeftOver(state)) return;
      pushed = false;
      close.current();
    };
    window.addEventListener("popstate", back);
    return () => {
      undone = true;
      open.delete(mark);
      window.removeEventListener("popstate", back);
      // Closed in another way: the entry goes too, unless a link led on from it.
      if (pushed && isOver(window.history.state, mark)) window.history.back();
    };
  }, []);
}
