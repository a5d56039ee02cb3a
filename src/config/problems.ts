import { RollcallError } from "../domain/errors.ts";
import { type Environment, type Setting, textOf } from "./setting.ts";

/** Slips of the keyboard and of memory are two or three letters, fewer in a short name; what is further away means something else. */
const mostEdits = 3;

const prefix = "ROLLCALL_";

/**
 * Everything that is wrong, a sentence each, so that nobody has to start again for each of them.
 *
 * @param others variables that begin as the settings do and are none
 */
export function problemsIn(
  env: Environment,
  settings: readonly Setting<unknown>[],
  others: readonly string[],
): readonly string[] {
  const known = settings.map(({ variable }) => variable);
  const unknown = Object.keys(env).filter((name) => name.startsWith(prefix) && ![...known, ...others].includes(name));
  return [
    ...settings.flatMap((setting) => refusal(setting, env)),
    ...unknown.sort().map((name) => {
      const meant = nearest(name, known);
      return `${name} is no setting of Rollcall. ${meant ? `Did you mean ${meant}?` : "Remove it."}`;
    }),
  ];
}

function refusal({ variable, allowed, parse }: Setting<unknown>, env: Environment): string[] {
  const text = textOf(variable, env);
  if (text === undefined) return [];
  try {
    return parse(text) === undefined ? [`${variable} is "${text}", but must be ${allowed}.`] : [];
  } catch (error) {
    if (error instanceof RollcallError) return [error.message];
    throw error;
  }
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, edits: editDistance(name, candidate) }))
    .sort((a, b) => a.edits - b.edits);
  if (best === undefined) return undefined;
  const letters = best.candidate.length - prefix.length;
  return best.edits <= Math.min(mostEdits, Math.floor(letters / 2)) ? best.candidate : undefined;
}

/** How many letters have to be added, left out, changed or swapped with their neighbour to make one text the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const at = (cells: readonly number[], index: number) => cells[index] ?? Number.POSITIVE_INFINITY;
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + same,
        swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
