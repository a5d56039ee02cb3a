import { type ReactNode, useState } from "react";

interface Props {
  readonly className?: string;
  readonly onDrop: (dropped: DataTransfer) => void;
  /** With buttons that do the same: dropping is a second way. */
  readonly children: ReactNode;
}

/** A place to drop files on. */
export function DropZone({ className = "", onDrop, children }: Props) {
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the buttons inside do the same
    <div
      className={`drop ${className} ${over ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop(event.dataTransfer);
      }}
    >
      {children}
    </div>
  );
}
