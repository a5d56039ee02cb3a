import { createHash } from "node:crypto";
import type { Assignment } from "./ports.ts";

/** What is known of the people before faces are grouped again. */
export interface KnownPeople {
  /** Who each face was of; faces of nobody are left out. */
  readonly before: ReadonlyMap<string, string>;
  /** Faces that a human said are of a person. */
  readonly confirmed: ReadonlyMap<string, string>;
  /** People that each face is not of, as a human said. */
  readonly rejected: ReadonlyMap<string, ReadonlySet<string>>;
  /** Ids that stay taken even by people without a face, such as somebody with a name. */
  readonly reserved: ReadonlySet<string>;
}

/**
 * Says which person each new group of faces is, so that people keep their ids when faces are grouped again: a group with
 * a face that a human confirmed is that person; of the others, the group that shares most faces with a former person is
 * that person; and who is left is somebody new, with an id that comes from the first face alone. The order of the groups
 * makes no difference.
 *
 * @param groups face ids, ascending in each
 */
export function assignIdentities(groups: readonly (readonly string[])[], known: KnownPeople): Assignment[] {
  const identities = new Map<readonly string[], string>();
  const taken = new Set<string>();
  const claims = [
    ...claimsOf(groups, known.confirmed).sort(byStrength),
    ...claimsOf(groups, known.before).sort(byStrength),
  ];
  for (const { group, personId } of claims) {
    if (identities.has(group) || taken.has(personId) || isRejected(group, personId, known)) continue;
    identities.set(group, personId);
    taken.add(personId);
  }
  const unknown = groups.filter((group) => !identities.has(group)).toSorted(byFirstFace);
  for (const group of unknown) {
    const personId = newPersonId(group[0] ?? "", (id) => taken.has(id) || known.reserved.has(id));
    identities.set(group, personId);
    taken.add(personId);
  }
  return groups.flatMap((group) => group.map((faceId) => ({ faceId, personId: identities.get(group) ?? null })));
}

interface Claim {
  readonly group: readonly string[];
  readonly personId: string;
  readonly faces: number;
}

function claimsOf(groups: readonly (readonly string[])[], people: ReadonlyMap<string, string>): Claim[] {
  return groups.flatMap((group) => {
    const counts = new Map<string, number>();
    for (const faceId of group) {
      const personId = people.get(faceId);
      if (personId !== undefined) counts.set(personId, (counts.get(personId) ?? 0) + 1);
    }
    return [...counts].map(([personId, faces]) => ({ group, personId, faces }));
  });
}

function byStrength(a: Claim, b: Claim): number {
  return b.faces - a.faces || compare(a.personId, b.personId) || byFirstFace(a.group, b.group);
}

function byFirstFace(a: readonly string[], b: readonly string[]): number {
  return compare(a[0] ?? "", b[0] ?? "");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A group is not a person that any of its faces is said not to be: grouping keeps such faces from that person's own. */
function isRejected(group: readonly string[], personId: string, { rejected }: KnownPeople): boolean {
  return rejected.size > 0 && group.some((faceId) => rejected.get(faceId)?.has(personId));
}

/** 48 bits: two of 10,000 people share one in 5 million events, and then the second takes another. */
const idDigits = 12;

function newPersonId(faceId: string, isTaken: (id: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const id = createHash("sha256").update(`person ${attempt} ${faceId}`).digest("hex").slice(0, idDigits);
    if (!isTaken(id)) return id;
  }
}
