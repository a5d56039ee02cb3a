import { type ChangeEvent, useState } from "react";
import { offline, pictureForm, refusal } from "../shared/api.ts";
import { Problem } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { smaller } from "./smaller.ts";

interface Answer {
  readonly outcome: "found" | "not-found" | "not-good-enough";
  readonly reasons: readonly string[];
}

async function search(file: File): Promise<Answer> {
  const picture = await smaller(file);
  let response: Response;
  try {
    response = await fetch("/api/guest/search", { method: "POST", body: pictureForm(picture) });
  } catch {
    throw offline();
  }
  if (!response.ok) throw refusal(await response.json().catch(() => undefined), response.status);
  return await response.json();
}

export function Selfie({ onFound }: { readonly onFound: () => void }) {
  const [answer, setAnswer] = useState<Answer>();
  const { busy, error, run } = useAction();
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (!file) return;
    setAnswer(undefined);
    run(async () => {
      const found = await search(file);
      setAnswer(found);
      if (found.outcome === "found") onFound();
    });
  };
  return (
    <section className="card stack" aria-labelledby="selfie">
      <h2 id="selfie">Take a selfie</h2>
      <p>Look straight into the camera, with light on your face and nobody else in the picture.</p>
      <label className="button file primary wide">
        Take a selfie
        <input
          className="visually-hidden"
          type="file"
          accept="image/*"
          capture="user"
          disabled={busy}
          onChange={choose}
        />
      </label>
      <label className="button file wide">
        Choose a picture of you
        <input className="visually-hidden" type="file" accept="image/*,.heic" disabled={busy} onChange={choose} />
      </label>
      {busy && <p role="status">Looking for you …</p>}
      <Problem error={error} />
      {answer?.outcome === "not-found" && (
        <div role="status" className="stack">
          <h3>You are not in these photos</h3>
          <p>The selfie is good enough to say so. When the organiser adds more photos, look again.</p>
        </div>
      )}
      {answer?.outcome === "not-good-enough" && (
        <div role="status" className="stack">
          <h3>This selfie is not good enough</h3>
          <p>It cannot be told whether you are in the photos:</p>
          <ul>
            {answer.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
          <p>Please try another one.</p>
        </div>
      )}
    </section>
  );
}
