import { useEffect } from "react";

/** Nothing has the focus, or what has it is about to lose it. */
function isNowhere(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || activeElement.matches(":disabled");
}

/**
 * The keyboard and screen readers go on at the start of what is there, not nowhere.
 *
 * @param before what had the focus; has it again, if it can
 */
export function keepFocus(before?: Element | null): void {
  if (!isNowhere()) return;
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  if (!isNowhere()) return;
  const dialogs = document.querySelectorAll<HTMLElement>("dialog[open]");
  const start = [...dialogs].at(-1) ?? document.querySelector<HTMLElement>("main");
  start?.focus({ preventScroll: true });
}

/** For what goes away with the focus in it. */
export function useFocusKept(): void {
  useEffect(() => () => keepFocus(), []);
}
