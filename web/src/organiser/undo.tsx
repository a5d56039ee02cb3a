import { useCallback, useEffect, useState } from "react";
import { api, messageOf, tell } from "../shared/api.ts";

export type Offer = (what: string, actionId: string) => void;

/** How long a decision can be taken back with one click; the list of decisions has it after that too. */
const offeredMs = 15_000;

export function useUndo(eventId: string) {
  const [offered, setOffered] = useState<{ what: string; actionId: string }>();
  const [note, setNote] = useState("");
  const offer: Offer = useCallback((what, actionId) => {
    setNote("");
    setOffered({ what, actionId });
  }, []);
  useEffect(() => {
    if (!offered) return;
    const timer = setTimeout(() => setOffered(undefined), offeredMs);
    return () => clearTimeout(timer);
  }, [offered]);
  const undo = () => {
    if (!offered) return;
    const path = { eventId, actionId: offered.actionId };
    tell(api.POST("/api/events/{eventId}/actions/{actionId}/undo", { params: { path } })).then(
      () => setOffered(undefined),
      (error: unknown) => setNote(messageOf(error)),
    );
  };
  const bar = offered && (
    <div className="undo no-print" role="status">
      <span>{note || offered.what}</span>
      <button type="button" onClick={undo}>
        Undo
      </button>
    </div>
  );
  return { offer, bar };
}
