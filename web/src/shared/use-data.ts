import { useCallback, useEffect, useRef, useState } from "react";

export interface Loaded<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/** Loads when `key` changes and on `reload`; an answer that comes too late is dropped. What was shown stays meanwhile. */
export function useData<Data>(key: string, load: () => Promise<Data>): Loaded<Data> {
  const [state, setState] = useState<{ key: string; data?: Data; error?: unknown }>({ key });
  const latest = useRef(load);
  latest.current = load;
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    latest.current().then(
      (data) => mine === turn.current && setState({ key, data }),
      (error: unknown) => mine === turn.current && setState((old) => ({ ...old, key, error })),
    );
  }, [key]);
  useEffect(() => {
    reload();
    return () => {
      turn.current++;
    };
  }, [reload]);
  return { data: state.key === key ? state.data : undefined, error: state.error, reload };
}

/** Runs what a button does: one at a time, with its error kept for showing. */
export function useAction() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = useCallback((action: () => Promise<unknown>) => {
    setBusy(true);
    setError(undefined);
    action().then(
      () => setBusy(false),
      (failure: unknown) => {
        setBusy(false);
        setError(failure);
      },
    );
  }, []);
  return { busy, error, run };
}
