import { Throttle } from "../domain/throttle.ts";

/** How often callers may try what can be guessed or misused. Good tries are not counted where that makes sense. */
export interface Limits {
  /** Passwords, by network. */
  readonly signIn: Throttle;
  /** Passwords, whoever tries: many addresses together shall not get further. */
  readonly signInOfAll: Throttle;
  /** Links that do not exist, by network. */
  readonly unknownLinks: Throttle;
}

const minute = 60_000;

export function newLimits(): Limits {
  return {
    signIn: new Throttle({ tries: 10, perMs: 15 * minute }),
    signInOfAll: new Throttle({ tries: 100, perMs: 15 * minute }),
    unknownLinks: new Throttle({ tries: 60, perMs: 5 * minute }),
  };
}
