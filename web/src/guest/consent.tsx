import { useState } from "react";
import { api, type Schemas, tell } from "../shared/api.ts";
import { Problem } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { useFocusKept } from "../shared/use-focus-kept.ts";

interface Props {
  readonly text: Schemas["GuestHome"]["consent"];
  readonly onDone: () => void;
}

export function Consent({ text, onDone }: Props) {
  const [agreed, setAgreed] = useState(false);
  const { busy, error, run } = useAction();
  useFocusKept();
  const agree = () =>
    run(async () => {
      await tell(api.POST("/api/guest/consent", { body: { textHash: text.hash } }));
      onDone();
    });
  return (
    <section className="card stack" aria-labelledby="consent">
      <h2 id="consent">What happens to your face</h2>
      {text.paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      <label className="row consent">
        <input type="checkbox" checked={agreed} onChange={(event) => setAgreed(event.target.checked)} />
        <span>I agree that my face is looked for in these photos.</span>
      </label>
      <Problem error={error} />
      <button type="button" className="primary" disabled={!agreed || busy} onClick={agree}>
        Continue to the selfie
      </button>
    </section>
  );
}
