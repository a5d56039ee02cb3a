import { type ChangeEvent, useState } from "react";
import { Offline, sendPicture } from "../shared/api.ts";
import { CameraButton } from "../shared/camera.tsx";
import { Problem } from "../shared/ui.tsx";
import { useCloseByBack } from "../shared/use-back.ts";
import { useAction } from "../shared/use-data.ts";
import { useFocusKept } from "../shared/use-focus-kept.ts";
import { smaller } from "./smaller.ts";

interface Answer {
  readonly outcome: "found" | "not-found" | "not-good-enough";
  readonly reasons: readonly string[];
  readonly photosPending: number;
}

interface Props {
  readonly onFound: () => void;
  /** Back to the photos of an earlier selfie, where there are some. */
  readonly onBack: (() => void) | undefined;
}

export function Selfie({ onFound, onBack }: Props) {
  const [answer, setAnswer] = useState<Answer>();
  // In the page's memory only, as long as it did not reach the server.
  const [unsent, setUnsent] = useState<Blob>();
  const { busy, error, run } = useAction();
  useFocusKept();
  const look = (picture: Blob) => {
    setAnswer(undefined);
    setUnsent(picture);
    run(async () => {
      const found = await sendPicture<Answer>("/api/guest/search", await smaller(picture));
      setUnsent(undefined);
      setAnswer(found);
      if (found.outcome === "found") onFound();
    });
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (file) look(file);
  };
  return (
    <section className="card stack" aria-labelledby="selfie">
      <h2 id="selfie">Take a selfie</h2>
      <p>Look straight into the camera, with light on your face and nobody else in the picture.</p>
      {busy && (
        <p className="note-box busy" role="status">
          Looking for you …
        </p>
      )}
      {answer && answer.outcome !== "found" && <NotFound answer={answer} />}
      <Problem error={error} {...(unsent && error instanceof Offline ? { retry: () => look(unsent) } : {})} />
      <CameraButton
        label={answer ? "Take another selfie" : "Take a selfie"}
        className="primary wide"
        disabled={busy}
        onPicture={look}
      />
      <label className="button file wide" aria-disabled={busy}>
        Choose a picture of you
        <input className="visually-hidden" type="file" accept="image/*,.heic" disabled={busy} onChange={choose} />
      </label>
      {onBack && <BackToPhotos onBack={onBack} />}
    </section>
  );
}

function BackToPhotos({ onBack }: { readonly onBack: () => void }) {
  useCloseByBack(onBack);
  return (
    <button type="button" className="quiet wide" onClick={onBack}>
      Back to your photos
    </button>
  );
}

export function stillComing(photos: number): string {
  return photos === 1 ? "One photo is still being looked at." : `${photos} photos are still being looked at.`;
}

/** "Not there" and "cannot be told" are different answers. */
function NotFound({ answer: { outcome, reasons, photosPending } }: { readonly answer: Answer }) {
  if (outcome === "not-found" && photosPending > 0) {
    return (
      <div role="status" className="note-box stack tight">
        <h3>You are not in the photos so far</h3>
        <p>{stillComing(photosPending)} Take a selfie again in a few minutes.</p>
      </div>
    );
  }
  if (outcome === "not-found") {
    return (
      <div role="status" className="note-box stack tight">
        <h3>You are not in these photos</h3>
        <p>The selfie is good enough to say so. When the organiser adds more photos, look again.</p>
      </div>
    );
  }
  return (
    <div role="status" className="note-box warn stack tight">
      <h3>This selfie is not good enough</h3>
      <p>It cannot be told whether you are in the photos:</p>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </div>
  );
}
