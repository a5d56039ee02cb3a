import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { api, tell } from "../shared/api.ts";
import { Problem } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";

interface Props {
  readonly eventId: string;
  readonly photoId: string;
  readonly onDeleted: () => void;
}

/** Deletes a photo after a question in the button's place; the keyboard comes to the answer that does nothing. */
export function DeletePhoto({ eventId, photoId, onDeleted }: Props) {
  const [asking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const { busy, error, run } = useAction();
  const turn = (on: boolean) => {
    flushSync(() => setAsking(on));
    first.current?.focus();
  };
  const remove = () =>
    run(async () => {
      const path = { eventId, photoId };
      await tell(api.DELETE("/api/events/{eventId}/photos/{photoId}", { params: { path } }));
      onDeleted();
    });
  if (!asking) {
    return (
      <button key="ask" ref={first} type="button" onClick={() => turn(true)}>
        Delete
      </button>
    );
  }
  return (
    <>
      <Problem error={error} />
      <button type="button" className="danger" disabled={busy} onClick={remove}>
        Delete for good
      </button>
      <button key="keep" ref={first} type="button" onClick={() => turn(false)}>
        Keep it
      </button>
    </>
  );
}
