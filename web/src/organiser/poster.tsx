import { useEffect, useState } from "react";
import { renderSVG } from "uqr";
import type { Schemas } from "../shared/api.ts";
import { useCloseByBack } from "../shared/use-back.ts";
import { useFocusKept } from "../shared/use-focus-kept.ts";
import { CopyButton } from "./copy-button.tsx";
import { OnlyHere } from "./only-here.tsx";

export interface Made {
  readonly url: string;
  readonly pin: string;
}

interface PosterProps {
  readonly event: Schemas["Event"];
  readonly made: Made;
  readonly onBack: () => void;
}

/** A link as a poster. It cannot be shown again, so the browser's Back leads to the page under it, and leaving asks first. */
export function Poster({ event, made, onBack }: PosterProps) {
  const [isKept, setKept] = useState(false);
  const keep = () => setKept(true);
  useCloseByBack(onBack);
  useFocusKept();
  // The form before it may have been far down its page.
  useEffect(() => {
    window.scrollTo(0, 0);
  }, []);
  useEffect(() => {
    if (isKept) return;
    const ask = (leaving: BeforeUnloadEvent) => leaving.preventDefault();
    const printed = () => setKept(true);
    window.addEventListener("beforeunload", ask);
    window.addEventListener("afterprint", printed);
    return () => {
      window.removeEventListener("beforeunload", ask);
      window.removeEventListener("afterprint", printed);
    };
  }, [isKept]);
  const isClosed = !event.guestSearch && event.guestView !== "all";
  return (
    <section aria-label="Link for guests" onCopy={keep}>
      <div className="stack no-print">
        <div className="row">
          <button type="button" onClick={onBack}>
            ‹ Back
          </button>
          <button type="button" className="primary" onClick={() => window.print()}>
            Print this poster
          </button>
          <CopyButton text={made.url} label="Copy the link" onCopied={keep} />
          <p className="hint">Keep it now: for safety, the link is shown only this once.</p>
        </div>
        <OnlyHere url={made.url} />
        {!event.guestSearch && (
          <p className="problem">
            {isClosed
              ? "Guests can see no photos by this link yet. Go back, and let them find themselves or look through all photos."
              : "Selfie search is still off. Go back to turn it on."}
          </p>
        )}
      </div>
      <div className="poster">
        {event.logo !== null && (
          <img className="logo" src={`/api/events/${event.id}/branding/logo?v=${event.logo}`} alt="" />
        )}
        <h1>{event.guestTitle ?? event.name}</h1>
        <p className="big">{isClosed ? "Photos" : "Find your photos"}</p>
        <img
          className="qr"
          src={`data:image/svg+xml,${encodeURIComponent(renderSVG(made.url))}`}
          alt="QR code of the link"
        />
        <ol className="steps">
          <li>Scan this with your phone's camera.</li>
          {made.pin !== "" && (
            <li>
              Type in the PIN <strong>{made.pin}</strong>
            </li>
          )}
          {isClosed ? (
            <li>Check back soon: the photos are not available yet.</li>
          ) : (
            <>
              <li>{event.guestSearch ? "Take a selfie." : "Look through the photos."}</li>
              <li>Download your photos.</li>
            </>
          )}
        </ol>
        <p className="muted">
          <a href={made.url}>{made.url}</a>
        </p>
      </div>
    </section>
  );
}
