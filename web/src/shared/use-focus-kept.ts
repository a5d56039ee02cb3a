import { useEffect } from "react";

/** When what had the focus goes away, the keyboard and screen readers go on at the page's start, not nowhere. */
export function useFocusKept(): void {
  useEffect(
    () => () => {
      if (document.activeElement !== document.body) return;
      document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
    },
    [],
  );
}
