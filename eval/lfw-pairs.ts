import { join } from "node:path";

export interface LfwImage {
  readonly person: string;
  /** From 1, as in the file's name. */
  readonly number: number;
}

export interface LfwPair {
  /** From 1. */
  readonly fold: number;
  readonly same: boolean;
  readonly a: LfwImage;
  readonly b: LfwImage;
}

/**
 * Reads the pairs file of LFW's View 2: a first line with the number of folds and of pairs of each kind in a fold, then
 * for each fold the same pairs (`name n m`) followed by the different ones (`name n other m`).
 *
 * @throws Error naming the line that does not follow this form
 */
export function parsePairs(text: string): LfwPair[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  const [folds = 0, perKind = 0] = (lines[0] ?? "").split(/\s+/).map(Number);
  if (!(Number.isInteger(folds) && Number.isInteger(perKind) && folds > 0 && perKind > 0)) {
    throw new Error("The pairs file does not begin with the number of folds and of pairs, such as `10 300`.");
  }
  const expected = folds * perKind * 2;
  if (lines.length - 1 !== expected) {
    throw new Error(`The pairs file announces ${expected} pairs and holds ${lines.length - 1}. Fetch it again.`);
  }
  return lines.slice(1).map((line, i) => {
    const fold = Math.floor(i / (perKind * 2)) + 1;
    const same = i % (perKind * 2) < perKind;
    return parsePair(line, i + 2, fold, same);
  });
}

function parsePair(line: string, lineNumber: number, fold: number, same: boolean): LfwPair {
  const fields = line.split(/\s+/);
  const [person = "", first = "", third = "", fourth = ""] = fields;
  const pair = same
    ? { fold, same, a: { person, number: Number(first) }, b: { person, number: Number(third) } }
    : { fold, same, a: { person, number: Number(first) }, b: { person: third, number: Number(fourth) } };
  const isNumber = (value: number) => Number.isInteger(value) && value > 0;
  if (fields.length !== (same ? 3 : 4) || !isNumber(pair.a.number) || !isNumber(pair.b.number)) {
    throw new Error(`Line ${lineNumber} of the pairs file is not a ${same ? "same" : "different"} pair: "${line}".`);
  }
  return pair;
}

/** Where LFW keeps a picture: `<folder>/<Name>/<Name>_0001.jpg`. */
export function imagePath(folder: string, image: LfwImage): string {
  return join(folder, image.person, `${image.person}_${String(image.number).padStart(4, "0")}.jpg`);
}

/** Everyone who is in a pair of one of these folds, and in none of the others. */
export function peopleOfFolds(pairs: readonly LfwPair[], isWanted: (fold: number) => boolean): string[] {
  const inside = new Set<string>();
  const outside = new Set<string>();
  for (const { fold, a, b } of pairs) {
    const people = isWanted(fold) ? inside : outside;
    people.add(a.person).add(b.person);
  }
  return [...inside].filter((person) => !outside.has(person)).sort();
}
