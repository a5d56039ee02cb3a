import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type LfwPair, peopleOfFolds } from "../lfw-pairs.ts";
import type { Guest } from "./plan.ts";

/** The confidence was fitted on the folds up to this one; whoever is in one of them is never invited. */
const LAST_FITTED_FOLD = 5;

/** Everyone of LFW who is only in folds that nothing was fitted on, with all their pictures. */
export async function listGuests(folder: string, pairs: readonly LfwPair[]): Promise<Guest[]> {
  const people = peopleOfFolds(pairs, (fold) => fold > LAST_FITTED_FOLD);
  return Promise.all(people.map((person) => listImages(folder, person)));
}

async function listImages(folder: string, person: string): Promise<Guest> {
  const files = await readdir(join(folder, person));
  const numbers = files.flatMap((file) => /_(\d{4})\.jpg$/.exec(file)?.[1] ?? []).map(Number);
  return { person, images: numbers.sort((a, b) => a - b).map((number) => ({ person, number })) };
}
