import { useState } from "react";

/** What stands in a field: what was typed or, as long as that is nothing, what is saved, which may change elsewhere. */
export function useDraft<Value>(saved: Value) {
  const [draft, setDraft] = useState(saved);
  const [last, setLast] = useState(saved);
  if (last !== saved) {
    setLast(saved);
    if (draft === last) setDraft(saved);
  }
  return [draft, setDraft] as const;
}
