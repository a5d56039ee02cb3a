import { useState } from "react";
import { Dialog, Problem } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";

interface Props {
  readonly label: string;
  readonly title: string;
  /** What it means, and that it stays so. */
  readonly text: string;
  readonly yes: string;
  readonly className?: string;
  readonly act: () => Promise<void>;
}

/** A button for what cannot be undone: says what it means, and does it after a second click only. */
export function AskFirst({ label, title, text, yes, className = "", act }: Props) {
  const [asking, setAsking] = useState(false);
  const { busy, error, run } = useAction();
  const go = () =>
    run(async () => {
      await act();
      setAsking(false);
    });
  return (
    <>
      <button type="button" className={`danger ${className}`} onClick={() => setAsking(true)}>
        {label}
      </button>
      {asking && (
        <Dialog title={title} onClose={() => setAsking(false)}>
          <div className="stack">
            <p>{text}</p>
            <Problem error={error} />
            <button type="button" className="danger" disabled={busy} onClick={go}>
              {yes}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
