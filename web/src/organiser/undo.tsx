import { useCallback, useEffect, useRef, useState } from "react";
import { api, messageOf, tell } from "../shared/api.ts";
import { useFocusKept } from "../shared/use-focus-kept.ts";

/** @param actionIds what was decided, in that order; taken back together */
export type Offer = (what: string, ...actionIds: readonly string[]) => void;

export type Undo = ReturnType<typeof useUndo>;

/** How long a decision can be taken back with one click; the list of decisions has it after that too. */
const offeredMs = 15_000;

export function useUndo(eventId: string) {
  const [offered, setOffered] = useState<{ what: string; actionIds: readonly string[] }>();
  const [note, setNote] = useState("");
  /** What is being taken back: the second click of a double click would ask for it again. */
  const under = useRef<typeof offered>(undefined);
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
    if (under.current === offered) return;
    under.current = offered;
    takeBack(eventId, offered.actionIds).then(
      () => setOffered((now) => (now === offered ? undefined : now)),
      (error: unknown) => {
        under.current = undefined;
        setNote(messageOf(error));
      },
    );
  };
  return { offer, bar: offered && <Bar text={note || offered.what} onUndo={undo} /> };
}

function Bar({ text, onUndo }: { readonly text: string; readonly onUndo: () => void }) {
  useFocusKept();
  return (
    <div className="undo no-print" role="status">
      <span>{text}</span>
      <button type="button" onClick={onUndo}>
        Undo
      </button>
    </div>
  );
}

async function takeBack(eventId: string, actionIds: readonly string[]): Promise<void> {
  for (const actionId of actionIds.toReversed()) {
    const path = { eventId, actionId };
    await tell(api.POST("/api/events/{eventId}/actions/{actionId}/undo", { params: { path } }));
  }
}
