import { useEffect, useState } from "react";
import type { Schemas } from "../shared/api.ts";
import { readable, textOn } from "../shared/colours.ts";
import { drawText } from "./text-mark.ts";

interface Props {
  readonly event: Schemas["Event"];
  readonly title: string;
  readonly accent: string;
  readonly watermark: Schemas["Event"]["watermark"];
  /** That is about to be drawn; empty: the one that is there. */
  readonly text: string;
}

const schemes = [
  ["light", "Light mode"],
  ["dark", "Dark mode"],
] as const;

/** The guest page in small, by day and by night, and a photo as guests take it home. */
export function BrandPreview({ event, title, accent, watermark, text }: Props) {
  const picture = (kind: "logo" | "text-mark", version: string | null) =>
    version === null ? undefined : `/api/events/${event.id}/branding/${kind}?v=${version}`;
  const logo = picture("logo", event.logo);
  const mark = watermark === "logo" ? logo : picture("text-mark", event.textMark);
  return (
    <section className="brand-previews" aria-label="How it looks">
      {schemes.map(([scheme, label]) => {
        const shown = readable(accent, scheme);
        return (
          <figure key={scheme}>
            <div className={`brand-preview ${scheme}`}>
              {logo && <img src={logo} alt="" />}
              <strong>{title}</strong>
              <span className="sample-button" style={{ background: shown, color: textOn(shown) }}>
                Take a selfie
              </span>
              <span className="sample-link" style={{ color: shown }}>
                Download
              </span>
            </div>
            <figcaption className="hint">{label}</figcaption>
          </figure>
        );
      })}
      {watermark !== "none" && event.coverPhotoId !== null && (
        <figure>
          <div className="brand-photo">
            <img src={`/api/events/${event.id}/photos/${event.coverPhotoId}/thumbnail`} alt="" />
            {watermark === "text" && text !== "" ? (
              <DrawnText text={text} />
            ) : (
              mark && <img className="mark" src={mark} alt="" />
            )}
          </div>
          <figcaption className="hint">Downloaded</figcaption>
        </figure>
      )}
    </section>
  );
}

/** As it is going to be, from the same drawing. */
function DrawnText({ text }: { readonly text: string }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    let [drawn, gone] = ["", false];
    drawText(text).then(
      (picture) => {
        drawn = URL.createObjectURL(picture);
        if (gone) URL.revokeObjectURL(drawn);
        else setUrl(drawn);
      },
      // Told when it is to be saved.
      () => undefined,
    );
    return () => {
      gone = true;
      URL.revokeObjectURL(drawn);
    };
  }, [text]);
  return url === undefined ? null : <img className="mark" src={url} alt="" />;
}
