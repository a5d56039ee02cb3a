import { type ImgHTMLAttributes, useEffect, useState } from "react";

/** Pauses before a picture is asked for again, of a server that starts anew or a network with holes. */
const pausesMs = [2000, 6000, 20_000] as const;

interface Props extends ImgHTMLAttributes<HTMLImageElement> {
  readonly src: string;
  readonly alt: string;
  /** Said in its place when it does not come; without it, the place stays empty. */
  readonly missing?: string;
}

/** A picture that tries again when it did not come, and leaves its place empty meanwhile. */
export function Picture({ src, alt, missing, className = "", ...rest }: Props) {
  const [{ of, tries, failed }, setState] = useState({ of: src, tries: 0, failed: false });
  const [isFailed, tried] = of === src ? [failed, tries] : [false, 0];
  useEffect(() => {
    if (!isFailed) return;
    const again = () => setState({ of: src, tries: tried + 1, failed: false });
    const pause = pausesMs[tried];
    const timer = pause === undefined ? undefined : setTimeout(again, pause);
    window.addEventListener("online", again);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", again);
    };
  }, [isFailed, tried, src]);
  if (isFailed && missing !== undefined) return <p role="status">{missing}</p>;
  return (
    <img
      {...rest}
      // Another element, because browsers do not ask again for one that failed.
      key={`${src} ${tried}`}
      src={src}
      alt={alt}
      className={isFailed ? `${className} missing` : className}
      onError={() => setState({ of: src, tries: tried, failed: true })}
    />
  );
}
