import { useCallback, useEffect, useRef, useState } from "react";
import { Offline, Refusal } from "./api.ts";
import { keepFocus } from "./use-focus-kept.ts";

export interface Loaded<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/** Pages that are gone back to; more would only take memory. */
const mostShelved = 6;

/** Answers as they were last, so that a page that somebody comes back to is there at once, and as long as it was. */
export class Shelf<Data> {
  readonly #kept = new Map<string, Data>();

  get(key: string): Data | undefined {
    return this.#kept.get(key);
  }

  drop(key: string): void {
    this.#kept.delete(key);
  }

  put(key: string, data: Data): void {
    this.#kept.delete(key);
    this.#kept.set(key, data);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostShelved && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/**
 * Loads when `key` changes and on `reload`; an answer that comes too late is dropped. What was shown stays meanwhile.
 *
 * @param shelf where the answer is kept when the page is left; until there is a new one, that is shown
 */
export function useData<Data>(key: string, load: () => Promise<Data>, shelf?: Shelf<Data>): Loaded<Data> {
  const [state, setState] = useState<{ key: string; data?: Data; error?: unknown }>({ key });
  const latest = useRef(load);
  latest.current = load;
  const turn = useRef(0);
  const reload = useCallback(() => {
    const mine = ++turn.current;
    latest.current().then(
      (data) => {
        shelf?.put(key, data);
        if (mine === turn.current) setState({ key, data });
      },
      (error: unknown) => {
        // What the server does not give any more is not to be found by going back either.
        if (error instanceof Refusal) shelf?.drop(key);
        // Data of another key must not pass for that of this one.
        if (mine === turn.current) setState((old) => (old.key === key ? { ...old, error } : { key, error }));
      },
    );
  }, [key, shelf]);
  useEffect(() => {
    reload();
    return () => {
      turn.current++;
    };
  }, [reload]);
  useRetry(state.error, reload);
  const data = state.key === key ? state.data : undefined;
  return { data: data ?? shelf?.get(key), error: state.error, reload };
}

/** Loads again a while after each answer or failure: what is asked for sooner than it is answered never comes. */
export function usePolling({ data, error, reload }: Loaded<unknown>, ms: number, wanted: boolean): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer begins the next wait
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(reload, ms);
    return () => clearTimeout(timer);
  }, [data, error, reload, ms, wanted]);
}

const retryMs = 5000;

/** When the server could not be reached, tries again by itself: soon, and when the device has a network again. */
export function useRetry(error: unknown, retry: () => void): void {
  const latest = useRef(retry);
  latest.current = retry;
  useEffect(() => {
    if (!(error instanceof Offline)) return;
    const again = () => latest.current();
    const timer = setTimeout(again, retryMs);
    window.addEventListener("online", again);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", again);
    };
  }, [error]);
}

/**
 * Runs what a button does, with its error kept for showing; where another run began meanwhile, that one counts.
 * A button that was disabled meanwhile has the focus again afterwards; one that is gone leaves it to what is there.
 */
export function useAction() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const turn = useRef(0);
  const focused = useRef<Element>(null);
  const giveBack = useCallback(() => {
    const before = focused.current;
    focused.current = null;
    if (before !== null) keepFocus(before);
  }, []);
  useEffect(() => {
    if (!busy) giveBack();
  }, [busy, giveBack]);
  useEffect(() => giveBack, [giveBack]);
  const run = useCallback((action: () => Promise<unknown>) => {
    const mine = ++turn.current;
    // Who has the focus nowhere is left there; the second of two runs finds the button of the first disabled.
    if (document.activeElement !== document.body) focused.current = document.activeElement;
    setBusy(true);
    setError(undefined);
    action().then(
      () => mine === turn.current && setBusy(false),
      (failure: unknown) => {
        if (mine !== turn.current) return;
        setBusy(false);
        setError(failure);
      },
    );
  }, []);
  return { busy, error, run };
}
