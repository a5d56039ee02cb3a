import { type ReactNode, useEffect, useRef, useState } from "react";

/**
 * Takes files that are dropped anywhere on the page, which the browser would open instead.
 *
 * @returns whether some are over the page
 */
export function useDrop(onDrop: (dropped: DataTransfer) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(onDrop);
  latest.current = onDrop;
  useEffect(() => {
    // A picture of the page itself, moved by mistake, is a file too.
    let isOurs = false;
    const start = () => {
      isOurs = true;
    };
    const end = () => {
      isOurs = false;
      setOver(false);
    };
    const takes = (event: DragEvent): event is DragEvent & { readonly dataTransfer: DataTransfer } =>
      !isOurs && event.dataTransfer !== null && event.dataTransfer.types.includes("Files");
    const move = (event: DragEvent) => {
      if (!takes(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      const isTaken = takes(event);
      end();
      if (!isTaken) return;
      event.preventDefault();
      latest.current(event.dataTransfer);
    };
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener("dragstart", start, { signal });
    window.addEventListener("dragend", end, { signal });
    window.addEventListener("dragover", move, { signal });
    window.addEventListener("dragleave", leave, { signal });
    window.addEventListener("drop", drop, { signal });
    return () => stop.abort();
  }, []);
  return over;
}

interface Props {
  readonly className?: string;
  readonly onDrop: (dropped: DataTransfer) => void;
  /** With buttons that do the same: dropping is a second way. */
  readonly children: ReactNode;
}

/** A place to drop files on; what is dropped beside it is meant for it, too. */
export function DropZone({ className = "", onDrop, children }: Props) {
  const over = useDrop(onDrop);
  return <div className={`drop ${className} ${over ? "over" : ""}`}>{children}</div>;
}
