import { type ImgHTMLAttributes, type ReactNode, useEffect, useState } from "react";
import { type Refusal, whyRefused } from "./api.ts";

/** Pauses before a picture is asked for again, of a server that starts anew or a network with holes. */
const pausesMs = [2000, 6000, 20_000] as const;

interface Props extends ImgHTMLAttributes<HTMLImageElement> {
  readonly src: string;
  readonly alt: string;
  /** Said in its place when it does not come; without it, the place stays empty. */
  readonly missing?: string;
  /** Shown in its place when the server has none to give, and asking again is of no use. */
  readonly gone?: (why: Refusal) => ReactNode;
  /** Told when there is none to give, for what goes with the picture. */
  readonly onGone?: (src: string) => void;
}

interface State {
  readonly of: string;
  readonly tries: number;
  /** What became of the latest try; a refusal when the server has no such picture. */
  readonly failed?: "unexplained" | "away" | Refusal;
}

/** A picture that tries again when it did not come, and leaves its place empty meanwhile. */
export function Picture({ src, alt, missing, gone, onGone, className = "", ...rest }: Props) {
  const [state, setState] = useState<State>({ of: src, tries: 0 });
  const { tries, failed } = state.of === src ? state : { tries: 0 };
  useEffect(() => {
    if (failed === undefined) return;
    const again = () => setState({ of: src, tries: tries + 1 });
    const pause = failed === "away" ? pausesMs[tries] : undefined;
    const timer = pause === undefined ? undefined : setTimeout(again, pause);
    let isOver = false;
    if (failed === "unexplained") {
      // Browsers do not tell why a picture did not come.
      void whyRefused(src).then((why) => {
        if (!isOver) setState({ of: src, tries, failed: why ?? "away" });
      });
    }
    window.addEventListener("online", again);
    return () => {
      isOver = true;
      clearTimeout(timer);
      window.removeEventListener("online", again);
    };
  }, [failed, tries, src]);
  const isGone = typeof failed === "object";
  useEffect(() => {
    if (isGone) onGone?.(src);
  }, [isGone, onGone, src]);
  if (gone && typeof failed === "object") return gone(failed);
  if (failed === "away" && missing !== undefined) return <p role="status">{missing}</p>;
  return (
    <img
      {...rest}
      // Another element, because browsers do not ask again for one that failed.
      key={`${src} ${tries}`}
      src={src}
      alt={alt}
      className={failed === undefined ? className : `${className} missing`}
      onError={() => setState({ of: src, tries, failed: gone ? "unexplained" : "away" })}
    />
  );
}
