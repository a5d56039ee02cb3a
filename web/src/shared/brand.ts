import { useEffect } from "react";
import { readable, textOn } from "./colours.ts";

/** Gives the page an event's colour, as far as it can be read by day and by night. */
export function useBrandColour(accent: string | null): void {
  useEffect(() => {
    if (accent === null) return;
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const { style } = document.documentElement;
    const apply = () => {
      const shown = readable(accent, dark.matches ? "dark" : "light");
      style.setProperty("--accent", shown);
      style.setProperty("--on-accent", textOn(shown));
    };
    apply();
    dark.addEventListener("change", apply);
    return () => {
      dark.removeEventListener("change", apply);
      style.removeProperty("--accent");
      style.removeProperty("--on-accent");
    };
  }, [accent]);
}
