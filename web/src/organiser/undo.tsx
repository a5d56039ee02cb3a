import { useCallback, useEffect, useState } from "react";
import { api, messageOf, tell } from "../shared/api.ts";

/** @param actionIds what was decided, in that order; taken back together */
export type Offer = (what: string, ...actionIds: readonly string[]) => void;

export type Undo = ReturnType<typeof useUndo>;

/** How long a decision can be taken back with one click; the list of decisions has it after that too. */
const offeredMs = 15_000;

export function useUndo(eventId: string) {
  const [offered, setOffered] = useState<{ what: string; actionIds: readonly string[] }>();
  const [note, setNote] = useState("");
  const offer: Offer = useCallback((what, ...actionIds) => {
    setNote("");
    setOffered({ what, actionIds });
  }, []);
  useEffect(() => {
    if (!offered) return;
    const timer = setTimeout(() => setOffered(undefined), offeredMs);
    return () => clearTimeout(timer);
  }, [offered]);
  const undo = () => {
    if (!offered) return;
    takeBack(eventId, offered.actionIds).then(
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

async function takeBack(eventId: string, actionIds: readonly string[]): Promise<void> {
  for (const actionId of actionIds.toReversed()) {
    const path = { eventId, actionId };
    await tell(api.POST("/api/events/{eventId}/actions/{actionId}/undo", { params: { path } }));
  }
}
