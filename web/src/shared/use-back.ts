import { useEffect, useRef } from "react";

/** Whether an entry of the history is that of something that lies over its page. */
export function isOver(state: unknown, mark?: string): boolean {
  return typeof state === "object" && state !== null && "over" in state && (mark === undefined || state.over === mark);
}

/** Phones close what lies over a page by going back: then it closes, and the page under it stays. */
export function useCloseByBack(onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const mark = crypto.getRandomValues(new Uint32Array(2)).join("-");
    let pushed = false;
    // Not at once: an effect that is undone right away, as React does to try it out, must leave no entry behind.
    const timer = setTimeout(() => {
      pushed = true;
      window.history.pushState({ over: mark, y: window.scrollY }, "");
    });
    const back = () => {
      if (!pushed) return;
      pushed = false;
      close.current();
    };
    window.addEventListener("popstate", back);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("popstate", back);
      // Closed in another way: the entry goes too, unless a link led on from it.
      if (pushed && isOver(window.history.state, mark)) window.history.back();
    };
  }, []);
}
