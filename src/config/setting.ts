import { isIP } from "node:net";
export type Environment = Readonly<Record<string, string | undefined>>;

/** One variable of the environment: what it is for, and what its text becomes. */
export interface Setting<T> {
  readonly variable: `ROLLCALL_${string}`;
  /** Whose command-line option goes before the variable. */
  readonly option?: string;
  readonly about: string;
  /** In words, for the docs. */
  readonly default: string;
  /** What is allowed, in words: "a whole number from 1 to 256". */
  readonly allowed: string;
  /** Undefined for what is not allowed. @throws RollcallError where its own message says better what is wrong */
  readonly parse: (text: string) => T | undefined;
  /** Its value is never shown. */
  readonly secret?: true;
}

/** Only of an environment in which `problemsIn` found nothing wrong. */
export function read<T>({ variable, parse }: Setting<T>, env: Environment): T | undefined {
  const text = textOf(variable, env);
  return text === undefined ? undefined : parse(text);
}

/** An empty variable counts as not set, as it does for most programs. */
export function textOf(variable: string, env: Environment): string | undefined {
  return env[variable]?.trim() || undefined;
}

export function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}

export function wholeNumber(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
}

export function publicUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && /^https?:$/u.test(url.protocol) && url.pathname === "/" && !url.search && !url.hash;
  return plain && !url.username && !url.password ? url.origin : undefined;
}

/** An IP address, or a name: parts of letters, digits and hyphens with dots between. */
export function hostAddress(text: string): string | undefined {
  return isIP(text) > 0 || /^(?!.*\.\.)[a-z\d]([\w.-]*[a-z\d])?$/iu.test(text) ? text : undefined;
}

export function commaList(text: string): string[] | undefined {
  const names = text.split(",").map((name) => name.trim());
  return names.includes("") ? undefined : names;
}
